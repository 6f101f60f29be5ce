package api

import (
	"context"
	"net/http"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

// NewHold is what a caller says of a suspension.
type NewHold struct {
	Reason        string     `json:"reason,omitempty" maxLength:"1000" doc:"for those above the account only"`
	PublicMessage string     `json:"publicMessage,omitempty" maxLength:"500" doc:"shown to whoever is refused"`
	Until         *time.Time `json:"until,omitempty" doc:"the suspension ends by itself at this time"`
}

// suspendAgain describes a second suspension.
const suspendAgain = "Suspended again, it keeps its beginning and says from then on what the last call says: a field left out is empty. " +
	"To say the same again changes nothing."

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
func (Operations) SuspendCustomer(change directory.Change) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "suspendCustomer", Method: http.MethodPost, Path: "/v1/customers/{customerId}/suspend", Tag: customersTag, Status: http.StatusOK,
		Summary: "Suspend a customer",
		Description: "Takes effect at the next request: the customer and its panel users are refused and its subscriptions stop serving. " +
			suspendAgain,
		Callers: access.Managers, Scope: access.CustomersWrite, IfMatch: true,
	}, func(ctx context.Context, call httpapi.Call, in *suspendCustomerInput) (*customerOutput, error) {
		return changed(change.Suspend(ctx, call.Caller, requestOf(call), in.CustomerID, in.Body.hold()))
	})
}
