package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// BulkActivation is what is said of the activation of many customers.
type BulkActivation struct {
	Bulk
	Activation
}

type activateCustomersInput struct{ Body BulkActivation }

// ActivateCustomers activates many customers.
func (Operations) ActivateCustomers(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "activateCustomers", Method: http.MethodPost, Path: "/v1/customers/activate", Tag: customersTag, Status: http.StatusAccepted,
		Also:        map[int]string{http.StatusOK: "A preview that is complete"},
		Summary:     "Activate many customers",
		Description: "Answers at once; the operation activates one customer after the other, and keeps an account of every one.",
		Callers:     access.Managers, Scope: access.CustomersWrite, Faults: bulkFaults, MaxBody: maxBulk,
	}, func(ctx context.Context, call httpapi.Call, in *activateCustomersInput) (*acceptedOutput, error) {
		order := operation.Order{Subscriptions: in.Body.Subscriptions}
		return accepted(accept.Begin(ctx, call.Caller, requestOf(call), operation.Activate, in.Body.wanted(order, nil)))
	})
}
