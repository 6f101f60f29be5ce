package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// DeleteCustomer removes a customer.
func (Operations) DeleteCustomer(accept operation.Acceptor) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "deleteCustomer",
		Method:  http.MethodDelete,
		Path:    "/v1/customers/{customerId}",
		Tag:     customersTag,
		Status:  http.StatusAccepted,
		Summary: "Remove a customer",
		Description: "Removes the customer with its panel users, subscriptions and websites, and the backups that the " +
			"customer and its panel users created. Backups that other accounts created stay. The customer is closed " +
			"when the response arrives: its websites are not served, nobody can sign in, and nothing can be added. Its login " +
			"becomes free last.",
		Callers: access.Managers,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *CustomerOnlyPath) (*acceptedOneOutput, error) {
		item := operation.Item{Customer: account.ID(in.CustomerID)}
		return acceptedResponse(
			accept.AcceptOne(ctx, call.Caller, metadataOf(call), operation.Remove, item, operation.Parameters{}),
		)
	})
}
