package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewLogin is the body of a change to login information.
type NewLogin struct {
	Login    *string `json:"login,omitempty" maxLength:"60"`
	Password *string `json:"password,omitempty" maxLength:"256" format:"password"`
	Notify   bool    `json:"notify,omitempty" doc:"Whether to send a notice to the customer by mail. The default is false."`

	KeepTokens bool `json:"keepTokens,omitempty" doc:"Whether the API tokens stay valid after a new password. The default is false."`
}

type changeLoginInput struct {
	CustomerPath

	Body NewLogin
}

// ChangeCustomerLogin changes the login and the password that a customer signs in with.
func (Operations) ChangeCustomerLogin(change directory.Change) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "changeCustomerLogin",
		Method:  http.MethodPut,
		Path:    "/v1/customers/{customerId}/login",
		Tag:     customersTag,
		Summary: "Change login information",
		Description: "Ends all sessions and reset links of the account. A new password also ends its API tokens, unless " +
			"keepTokens is true. Customers need the login and the e-mail address to reset a forgotten password. Tell the " +
			"customer the new login, or set notify.",
		Callers: access.Managers,
		Scope:   access.CredentialsWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.LoginTaken, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *changeLoginInput) (*customerOutput, error) {
		return customerResponse(change.Login(ctx, call.Caller, metadataOf(call), in.CustomerID, directory.NewLogin(in.Body)))
	})
}
