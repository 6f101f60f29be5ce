package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

type removeCustomersInput struct{ Body Bulk }

// RemoveCustomers removes many customers.
func (Operations) RemoveCustomers(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "removeCustomers", Method: http.MethodPost, Path: "/v1/customers/remove", Tag: customersTag, Status: http.StatusAccepted,
		Also:        map[int]string{http.StatusOK: "A preview that is complete"},
		Summary:     "Remove many customers",
		Description: "Answers at once; the operation removes each as if it were removed alone, and keeps an account of every one.",
		Callers:     access.Managers, Scope: access.CustomersWrite, Faults: bulkFaults, MaxBody: maxBulk,
	}, func(ctx context.Context, call httpapi.Call, in *removeCustomersInput) (*acceptedOutput, error) {
		return accepted(accept.Begin(ctx, call.Caller, requestOf(call), operation.Remove, in.Body.wanted(operation.Order{}, nil)))
	})
}
