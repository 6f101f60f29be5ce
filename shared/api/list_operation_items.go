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

	Status operation.RunState `query:"status" enum:"pending,succeeded,failed,cancelled" doc:"Returns only items in this state."`
}

// ListOperationItems lists the items of an operation with their results.
func (Operations) ListOperationItems(viewer operation.Viewer) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:       "listOperationItems",
		Method:   http.MethodGet,
		Path:     "/v1/operations/{operationId}/items",
		Tag:      operationsTag,
		Summary:  "List the items of an operation",
		Compress: true,
		Description: "Lists the items in their order, each with its state and, if it failed, the reason. A page can have " +
			"fewer items than the limit. The last page has no nextCursor.",
		Callers: access.Managers,
		Scope:   access.OperationsRead,
	}, func(ctx context.Context, call httpapi.Call, in *listOperationItemsInput) (*listOutput[operation.ItemView], error) {
		return listResponse(viewer.ListItems(ctx, call.Caller, in.OperationID, in.Status, in.Limit, in.Cursor))
	})
}
