package api

import (
	"context"
	"net/http"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewHold is the body of a suspension.
type NewHold struct {
	Reason        string     `json:"reason,omitempty" maxLength:"1000" doc:"Visible to the owner and the administrator only."`
	PublicMessage string     `json:"publicMessage,omitempty" maxLength:"500" doc:"Shown to everyone who is refused because of the suspension."`
	Until         *time.Time `json:"until,omitempty" doc:"Time at which the suspension ends by itself."`
}

// suspendAgain describes what happens if an object is already suspended.
const suspendAgain = "Suspending again keeps the start time and replaces the reason, the public message and the end. " +
	"Fields that you leave out become empty. Repeating the same request changes nothing."

func (n *NewHold) hold() account.HoldInput {
	if n == nil {
		return account.HoldInput{}
	}
	return account.HoldInput(*n)
}

type suspendCustomerInput struct {
	CustomerPath

	Body *NewHold
}

// SuspendCustomer suspends a customer.
func (Operations) SuspendCustomer(change directory.Change) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "suspendCustomer",
		Method:  http.MethodPost,
		Path:    "/v1/customers/{customerId}/suspend",
		Tag:     customersTag,
		Status:  http.StatusOK,
		Summary: "Suspend a customer",
		Description: "Takes effect at once: the customer and its panel users cannot sign in, their requests fail, and the " +
			"subscriptions stop serving. " +
			suspendAgain,
		Callers: access.Managers,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *suspendCustomerInput) (*customerOutput, error) {
		return customerResponse(change.Suspend(ctx, call.Caller, metadataOf(call), in.CustomerID, in.Body.hold()))
	})
}
