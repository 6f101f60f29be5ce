package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// CancelOperation cancels an operation.
func (Operations) CancelOperation(desk operation.Desk) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "cancelOperation", Method: http.MethodPost, Path: "/v1/operations/{operationId}/cancel", Tag: operationsTag, Status: http.StatusOK,
		Summary: "Cancel an operation",
		Description: "What has not begun does not begin; what is done stays done. It is cancelled when what had begun has ended, at the latest " +
			"after some seconds.",
		Callers: access.Managers, Scope: access.CustomersWrite, Faults: []fault.Code{fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *OperationPath) (*operationOutput, error) {
		return shownOperation(desk.Cancel(ctx, call.Caller, requestOf(call), in.OperationID))
	})
}
