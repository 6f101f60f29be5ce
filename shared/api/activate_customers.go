package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// BulkActivation is the body of a bulk activation.
type BulkActivation struct {
	Bulk
	Activation
}

type activateCustomersInput struct{ Body BulkActivation }

// ActivateCustomers activates many customers.
func (Operations) ActivateCustomers(accept operation.Acceptor) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "activateCustomers",
		Method:      http.MethodPost,
		Path:        "/v1/customers/activate",
		Tag:         customersTag,
		Status:      http.StatusAccepted,
		Also:        map[int]string{http.StatusOK: "A complete preview"},
		Summary:     "Activate many customers",
		Description: "Starts an operation that activates the customers one by one and records the result of each.",
		Callers:     access.Managers,
		Scope:       access.CustomersWrite,
		Faults:      bulkFaults,
		MaxBody:     maxBulk,
	}, func(ctx context.Context, call httpapi.Call, in *activateCustomersInput) (*acceptedOutput, error) {
		order := operation.Parameters{Subscriptions: in.Body.Subscriptions}
		return bulkResponse(accept.Accept(ctx, call.Caller, metadataOf(call), operation.Activate, in.Body.wanted(order, nil)))
	})
}
