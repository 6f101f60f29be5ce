package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

// PageInput holds the query parameters of every list.
type PageInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"25"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"Value of nextCursor of the previous page."`
}

type listEventsInput struct {
	CustomerPath
	PageInput
}

// ListCustomerEvents lists a customer's audit trail.
func (Operations) ListCustomerEvents(trail directory.Trail) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:       "listCustomerEvents",
		Method:   http.MethodGet,
		Path:     "/v1/customers/{customerId}/events",
		Tag:      customersTag,
		Summary:  "List events",
		Compress: true,
		Description: "Lists the audit trail of the account, newest first: who changed what, with the old and the new value. " +
			"Sign-ins and failed sign-ins have the network address and the program they came from. They are kept for 90 days.",
		Callers: access.Managers,
		Scope:   access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *listEventsInput) (*listOutput[directory.Entry], error) {
		return listResponse(trail.List(ctx, call.Caller, in.CustomerID, in.Limit, in.Cursor))
	})
}
