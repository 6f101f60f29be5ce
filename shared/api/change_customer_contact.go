package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

type changeContactInput struct {
	CustomerPath

	Body ContactPatch
}

// ChangeCustomerContact changes a customer's contact information.
func (Operations) ChangeCustomerContact(change directory.Change) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "changeCustomerContact",
		Method:  http.MethodPatch,
		Path:    "/v1/customers/{customerId}/contact",
		Tag:     customersTag,
		Summary: "Edit contact information",
		Description: "Changes the fields that you send. null clears a field. A new e-mail address ends the account's reset " +
			"links. For a new e-mail address, an API token also needs the scope credentials:write.",
		Callers: access.Managers,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *changeContactInput) (*customerOutput, error) {
		return customerResponse(change.Contact(ctx, call.Caller, metadataOf(call), in.CustomerID, in.Body.patch()))
	})
}
