package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

// CustomerPath names a customer or a reseller in a path. Resellers share most sub-resources with customers. Operations
// get the id, whatever the path has (httpapi.Resolver).
type CustomerPath struct {
	CustomerID string `path:"customerId" maxLength:"100" doc:"A customer or a reseller: an id, login:<login> or external:<externalId>."`
}

// CustomerOnlyPath names a customer in the path of an operation that resellers do not have.
type CustomerOnlyPath struct {
	CustomerID string `path:"customerId" maxLength:"100" doc:"A customer: an id, login:<login> or external:<externalId>."`
}

type customerOutput struct {
	ETag string `header:"ETag"`
	Body directory.Customer
}

// GetCustomer returns a customer.
func (Operations) GetCustomer(get directory.Get) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "getCustomer",
		Method:      http.MethodGet,
		Path:        "/v1/customers/{customerId}",
		Tag:         customersTag,
		Summary:     "Get a customer",
		Description: "The reference external:<externalId> finds only your own customers.",
		Callers:     access.Everyone,
		Scope:       access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *CustomerOnlyPath) (*customerOutput, error) {
		return customerResponse(get.Customer(ctx, call.Caller, in.CustomerID))
	})
}

func customerResponse(customer directory.Customer, err error) (*customerOutput, error) {
	return &customerOutput{ETag: httpapi.ETag(customer.Version), Body: customer}, err
}
