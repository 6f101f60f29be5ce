package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// GetOperation returns an operation.
func (Operations) GetOperation(viewer operation.Viewer) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "getOperation",
		Method:      http.MethodGet,
		Path:        "/v1/operations/{operationId}",
		Tag:         operationsTag,
		Summary:     "Get an operation",
		Description: "Returns the state of the operation and how many of its items have succeeded, failed or been cancelled.",
		Callers:     access.Managers,
		Scope:       access.OperationsRead,
	}, func(ctx context.Context, call httpapi.Call, in *OperationPath) (*operationOutput, error) {
		return operationResponse(viewer.Get(ctx, call.Caller, in.OperationID))
	})
}
