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
func (Operations) DeleteCustomer(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "deleteCustomer", Method: http.MethodDelete, Path: "/v1/customers/{customerId}", Tag: customersTag, Status: http.StatusAccepted,
		Summary: "Remove a customer",
		Description: "With its panel users, subscriptions, websites, and the backups that it and they made. It is closed first, and its " +
			"login is freed last; backups that others made stay.",
		Callers: access.Managers, Scope: access.CustomersWrite, IfMatch: true, Faults: []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *CustomerOnlyPath) (*acceptedOneOutput, error) {
		item := operation.Item{Customer: account.ID(in.CustomerID)}
		return acceptedOne(accept.One(ctx, call.Caller, requestOf(call), operation.Remove, item, operation.Order{}))
	})
}
