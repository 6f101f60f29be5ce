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
func (Operations) ListOperations(desk operation.Desk) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "listOperations", Method: http.MethodGet, Path: "/v1/operations", Tag: operationsTag,
		Summary: "List operations", Description: "The newest first: those that you began; for the administrator all. New ones show within a second or so.",
		Callers: access.Managers, Scope: access.OperationsRead,
	}, func(ctx context.Context, call httpapi.Call, in *listOperationsInput) (*listOutput[operation.View], error) {
		return listed(desk.List(ctx, call.Caller, in.Limit, in.Cursor))
	})
}
