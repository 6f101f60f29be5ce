package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

type listOperationsInput struct{ PageInput }

// ListOperations lists operations.
func (Operations) ListOperations(viewer operation.Viewer) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "listOperations",
		Method:  http.MethodGet,
		Path:    "/v1/operations",
		Tag:     operationsTag,
		Summary: "List operations",
		Description: "Newest first. Lists the operations that you started. The administrator gets all operations. New " +
			"operations appear within about a second.",
		Callers: access.Managers,
		Scope:   access.OperationsRead,
	}, func(ctx context.Context, call httpapi.Call, in *listOperationsInput) (*listOutput[operation.OperationView], error) {
		return listResponse(viewer.List(ctx, call.Caller, in.Limit, in.Cursor))
	})
}
