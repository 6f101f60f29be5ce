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
func (Operations) RemoveCustomers(accept operation.Acceptor) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "removeCustomers",
		Method:  http.MethodPost,
		Path:    "/v1/customers/remove",
		Tag:     customersTag,
		Status:  http.StatusAccepted,
		Also:    map[int]string{http.StatusOK: "A complete preview"},
		Summary: "Remove many customers",
		Description: "Starts an operation that removes each customer as the single removal does, and records the result of " +
			"each.",
		Callers: access.Managers,
		Scope:   access.CustomersWrite,
		Faults:  bulkFaults,
		MaxBody: maxBulk,
	}, func(ctx context.Context, call httpapi.Call, in *removeCustomersInput) (*acceptedOutput, error) {
		return bulkResponse(
			accept.Accept(ctx, call.Caller, metadataOf(call), operation.Remove, in.Body.wanted(operation.Parameters{}, nil)),
		)
	})
}
