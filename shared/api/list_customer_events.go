package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

// PageInput is what every list takes.
type PageInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"25"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"nextCursor of the page before"`
}

type listEventsInput struct {
	CustomerPath
	PageInput
}

// ListCustomerEvents shows a customer's audit trail.
func (Operations) ListCustomerEvents(trail directory.Trail) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "listCustomerEvents", Method: http.MethodGet, Path: "/v1/customers/{customerId}/events", Tag: customersTag,
		Summary: "List what happened", Description: "The audit trail, newest first: who changed what from what to what.",
		Callers: access.Managers, Scope: access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *listEventsInput) (*listOutput[directory.Entry], error) {
		return listed(trail.Of(ctx, call.Caller, in.CustomerID, in.Limit, in.Cursor))
	})
}
