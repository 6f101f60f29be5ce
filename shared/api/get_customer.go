package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

type getCustomerInput struct {
	CustomerID string `path:"customerId" maxLength:"100" doc:"an id, login:<login> or external:<externalId>"`
}

// CustomerPath names a customer or a reseller in the path of its sub-resources.
type CustomerPath struct {
	CustomerID string `path:"customerId" maxLength:"100" doc:"a customer's or a reseller's id"`
}

// CustomerOnlyPath names a customer in the path of what resellers have not.
type CustomerOnlyPath struct {
	CustomerID string `path:"customerId" maxLength:"100" doc:"a customer's id"`
}

type customerOutput struct {
	ETag string `header:"ETag"`
	Body directory.Customer
}

// GetCustomer reads a customer.
func (Operations) GetCustomer(get directory.Get) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "getCustomer", Method: http.MethodGet, Path: "/v1/customers/{customerId}", Tag: customersTag,
		Summary: "Get a customer", Description: "A reference by external: looks among the caller's own customers.",
		Callers: access.Everyone, Scope: access.CustomersRead, Faults: []fault.Code{fault.NotFound},
	}, func(ctx context.Context, call httpapi.Call, in *getCustomerInput) (*customerOutput, error) {
		found, err := get.Customer(ctx, call.Caller, in.CustomerID)
		return &customerOutput{ETag: httpapi.ETag(found.Version), Body: found}, err
	})
}

func changed(after directory.Customer, err error) (*customerOutput, error) {
	return &customerOutput{ETag: httpapi.ETag(after.Version), Body: after}, err
}
