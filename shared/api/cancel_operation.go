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
func (Operations) CancelOperation(canceller operation.Canceller) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "cancelOperation",
		Method:  http.MethodPost,
		Path:    "/v1/operations/{operationId}/cancel",
		Tag:     operationsTag,
		Status:  http.StatusOK,
		Summary: "Cancel an operation",
		Description: "Items that have not started are cancelled. Finished items stay as they are. The operation is " +
			"cancelled when the items that had started have finished, normally within some seconds.",
		Callers: access.Managers,
		Scope:   access.CustomersWrite,
		Faults:  []fault.Code{fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *OperationPath) (*operationOutput, error) {
		return operationResponse(canceller.Cancel(ctx, call.Caller, metadataOf(call), in.OperationID))
	})
}
