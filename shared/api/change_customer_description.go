package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewDescription is what a note becomes.
type NewDescription struct {
	Text string `json:"text" maxLength:"4000" doc:"empty to remove the note"`
	Of   string `json:"of,omitempty" enum:"owner,administrator" doc:"whose note; by default the owner's for the owner, else the administrator's"`
}

type changeDescriptionInput struct {
	CustomerPath

	Body NewDescription
}

// ChangeCustomerDescription changes a note on a customer.
func (Operations) ChangeCustomerDescription(change directory.Change) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "changeCustomerDescription", Method: http.MethodPut, Path: "/v1/customers/{customerId}/description", Tag: customersTag,
		Summary: "Edit the description", Description: "The owner's note is read by the owner and the administrator, the administrator's own by nobody else.",
		Callers: access.Managers, Scope: access.CustomersWrite, IfMatch: true, Faults: []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *changeDescriptionInput) (*customerOutput, error) {
		return changed(change.Description(ctx, call.Caller, requestOf(call), in.CustomerID, in.Body.Text, in.Body.Of))
	})
}
