package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// Activation is the body of an activation. It says which holds are lifted.
type Activation struct {
	Subscriptions string `json:"subscriptions,omitempty" enum:"all,inherited" doc:"all (the default) also lifts the holds on the account's subscriptions. inherited keeps the holds that were placed on a subscription itself."`
}

func (a *Activation) subscriptions() string {
	if a == nil {
		return ""
	}
	return a.Subscriptions
}

type activateCustomerInput struct {
	CustomerPath

	Body *Activation
}

// ActivateCustomer activates a customer.
func (Operations) ActivateCustomer(change directory.Change) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "activateCustomer",
		Method:  http.MethodPost,
		Path:    "/v1/customers/{customerId}/activate",
		Tag:     customersTag,
		Status:  http.StatusOK,
		Summary: "Activate a customer",
		Description: "Lifts the holds that you may lift. The response shows the holds that remain. Websites that were " +
			"suspended one by one stay suspended.",
		Callers: access.Managers,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.HeldByHigherLevel, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *activateCustomerInput) (*customerOutput, error) {
		return customerResponse(change.Activate(ctx, call.Caller, metadataOf(call), in.CustomerID, in.Body.subscriptions()))
	})
}
