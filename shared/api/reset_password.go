package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/reset"
)

// NewPassword is a password and the link that allows to set it.
type NewPassword struct {
	Token    string `json:"token" maxLength:"1000" doc:"what follows # in the link"`
	Password string `json:"password" maxLength:"256" format:"password"`
}

type resetPasswordInput struct{ Body NewPassword }

// Subject is the link, by the hash of its secret. What is no link is refused, whoever sends it.
func (in *resetPasswordInput) Subject() string {
	token, ok := access.ParseToken(in.Body.Token)
	if !ok {
		return ""
	}
	return token.Hash()
}

// ResetPassword sets a password by a link.
func (Operations) ResetPassword(redeem reset.Redeem) httpapi.Operation {
	return httpapi.Public(httpapi.Spec{
		ID: "resetPassword", Method: http.MethodPost, Path: "/v1/password-resets", Tag: accessTag, Status: http.StatusNoContent,
		Summary: "Set a password by a link", Description: "Ends all sessions, API tokens and links of the account. A password that is refused leaves the link as it was.",
		Faults: []fault.Code{fault.LinkExpired},
	}, func(ctx context.Context, call httpapi.Call, in *resetPasswordInput) (*struct{}, error) {
		return nil, redeem.Use(ctx, requestOf(call), in.Body.Token, in.Body.Password)
	})
}
