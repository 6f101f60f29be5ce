package api

import (
	"context"
	"net/http"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/reset"
)

// ForgottenPassword is what somebody knows who has forgotten the password.
type ForgottenPassword struct {
	Login string `json:"login" minLength:"1" maxLength:"255"`
	Email string `json:"email" minLength:"1" maxLength:"255" doc:"the one in the account's contact information"`
}

type requestPasswordResetInput struct{ Body ForgottenPassword }

// Subject is the login.
func (in *requestPasswordResetInput) Subject() string {
	return string(account.FoldLogin(in.Body.Login))
}

// RequestPasswordReset asks for a link by login and e-mail address.
func (Operations) RequestPasswordReset(forget reset.Forget) httpapi.Operation {
	return httpapi.Public(httpapi.Spec{
		ID: "requestPasswordReset", Method: http.MethodPost, Path: "/v1/password-reset-requests", Tag: accessTag, Status: http.StatusAccepted,
		Summary: "Ask for a forgotten password", Description: "Answers alike whether or not there is such an account. If login and address belong together, a link is mailed to it.",
		Faults: []fault.Code{fault.TooManyRequests},
	}, func(ctx context.Context, call httpapi.Call, in *requestPasswordResetInput) (*struct{}, error) {
		return nil, forget.Ask(ctx, requestOf(call), in.Body.Login, in.Body.Email)
	})
}
