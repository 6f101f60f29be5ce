package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

type listOperationItemsInput struct {
	OperationPath
	PageInput

	Status operation.State `query:"status" enum:"pending,succeeded,failed,cancelled" doc:"only items of this state"`
}

// ListOperationItems lists what has become of the items of an operation.
func (Operations) ListOperationItems(desk operation.Desk) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "listOperationItems", Method: http.MethodGet, Path: "/v1/operations/{operationId}/items", Tag: operationsTag,
		Summary:     "List the items of an operation",
		Description: "In their order, each with its state and, where it failed, why. Pages may be short; a list ends where nextCursor is absent.",
		Callers:     access.Managers, Scope: access.OperationsRead,
	}, func(ctx context.Context, call httpapi.Call, in *listOperationItemsInput) (*listOutput[operation.ItemView], error) {
		return listed(desk.Items(ctx, call.Caller, in.OperationID, in.Status, in.Limit, in.Cursor))
	})
}
