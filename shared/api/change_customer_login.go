package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewLogin is what login information becomes.
type NewLogin struct {
	Login    *string `json:"login,omitempty" maxLength:"60"`
	Password *string `json:"password,omitempty" maxLength:"256" format:"password"`
	Notify   bool    `json:"notify,omitempty" doc:"mail the old and the new address; by default the customer is not told"`
}

type changeLoginInput struct {
	CustomerPath

	Body NewLogin
}

// ChangeCustomerLogin changes the login and the password that a customer signs in with.
func (Operations) ChangeCustomerLogin(change directory.Change) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "changeCustomerLogin", Method: http.MethodPut, Path: "/v1/customers/{customerId}/login", Tag: customersTag,
		Summary: "Change login information",
		Description: "Ends all sessions and reset links of the account, and a new password also its API tokens. The customer needs login and e-mail address to ask for a forgotten " +
			"password, so tell it, or set notify.",
		Callers: access.Managers, Scope: access.CustomersWrite, IfMatch: true, Faults: []fault.Code{fault.LoginTaken, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *changeLoginInput) (*customerOutput, error) {
		return changed(change.Login(ctx, call.Caller, requestOf(call), in.CustomerID, directory.NewLogin(in.Body)))
	})
}
