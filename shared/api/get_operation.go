package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// GetOperation reads an operation.
func (Operations) GetOperation(desk operation.Desk) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "getOperation", Method: http.MethodGet, Path: "/v1/operations/{operationId}", Tag: operationsTag,
		Summary: "Get an operation", Description: "Its state and how many of its items have succeeded, failed and been cancelled so far.",
		Callers: access.Managers, Scope: access.OperationsRead,
	}, func(ctx context.Context, call httpapi.Call, in *OperationPath) (*operationOutput, error) {
		return shownOperation(desk.Get(ctx, call.Caller, in.OperationID))
	})
}
