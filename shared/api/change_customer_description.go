package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewDescription is the body of a change to a note.
type NewDescription struct {
	Text string `json:"text" maxLength:"4000" doc:"Text of the note. An empty text removes the note."`
	Of   string `json:"of,omitempty" enum:"owner,administrator" doc:"Which note to change. The default is the owner's note if you are the owner, otherwise the administrator's note."`
}

type changeDescriptionInput struct {
	CustomerPath

	Body NewDescription
}

// ChangeCustomerDescription changes a note on a customer.
func (Operations) ChangeCustomerDescription(change directory.Change) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "changeCustomerDescription",
		Method:  http.MethodPut,
		Path:    "/v1/customers/{customerId}/description",
		Tag:     customersTag,
		Summary: "Edit the description",
		Description: "Changes a note on the customer. The owner and the administrator see the owner's note. Only the " +
			"administrator sees the administrator's note.",
		Callers: access.Managers,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *changeDescriptionInput) (*customerOutput, error) {
		return customerResponse(
			change.Description(ctx, call.Caller, metadataOf(call), in.CustomerID, in.Body.Text, in.Body.Of),
		)
	})
}
