package api

import (
	"context"
	"net/http"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/reset"
)

// ForgottenPassword is the body of a request for a reset link.
type ForgottenPassword struct {
	Login string `json:"login" minLength:"1" maxLength:"255"`
	Email string `json:"email" minLength:"1" maxLength:"255" doc:"The e-mail address in the account's contact information."`
}

type requestPasswordResetInput struct{ Body ForgottenPassword }

// Subject returns the login.
func (in *requestPasswordResetInput) Subject() string {
	return string(account.FoldLogin(in.Body.Login))
}

// RequestPasswordReset requests a reset link for a login and its e-mail address.
func (Operations) RequestPasswordReset(requester reset.Requester) httpapi.Endpoint {
	return httpapi.Public(httpapi.Spec{
		ID:      "requestPasswordReset",
		Method:  http.MethodPost,
		Path:    "/v1/password-reset-requests",
		Tag:     accessTag,
		Status:  http.StatusAccepted,
		Summary: "Request a password reset",
		Description: "If the login and the e-mail address belong to the same account, the service sends a reset link to " +
			"the address. The response is the same in any case.",
		Faults: []fault.Code{fault.TooManyRequests},
	}, func(ctx context.Context, call httpapi.Call, in *requestPasswordResetInput) (*struct{}, error) {
		return nil, requester.Request(ctx, metadataOf(call), in.Body.Login, in.Body.Email)
	})
}
