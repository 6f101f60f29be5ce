package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

type listOperationsInput struct {
	PageInput

	Preview bool `query:"preview" doc:"Whether to list previews instead of operations."`
}

// ListOperations lists operations.
func (Operations) ListOperations(viewer operation.Viewer) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:       "listOperations",
		Method:   http.MethodGet,
		Path:     "/v1/operations",
		Tag:      operationsTag,
		Summary:  "List operations",
		Compress: true,
		Description: "Newest first. Lists the operations that you started. The administrator gets all operations. New " +
			"operations appear within about a second. Previews, which change nothing, have a list of their own.",
		Callers: access.Managers,
		Scope:   access.OperationsRead,
	}, func(ctx context.Context, call httpapi.Call, in *listOperationsInput) (*listOutput[operation.OperationView], error) {
		return listResponse(viewer.List(ctx, call.Caller, in.Preview, in.Limit, in.Cursor))
	})
}
