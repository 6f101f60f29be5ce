package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/reset"
)

// NewPassword is a new password with the token of a reset link.
type NewPassword struct {
	Token    string `json:"token" maxLength:"1000" doc:"The part of the link after #."`
	Password string `json:"password" maxLength:"256" format:"password"`
}

type resetPasswordInput struct{ Body NewPassword }

// Subject returns the hash of the link's secret, or "" if the token is not valid. The operation rejects an invalid
// token.
func (in *resetPasswordInput) Subject() string {
	token, ok := access.ParseToken(in.Body.Token)
	if !ok {
		return ""
	}
	return token.Hash()
}

// ResetPassword sets a password with a reset link.
func (Operations) ResetPassword(redeemer reset.Redeemer) httpapi.Endpoint {
	return httpapi.Public(httpapi.Spec{
		ID:      "resetPassword",
		Method:  http.MethodPost,
		Path:    "/v1/password-resets",
		Tag:     accessTag,
		Status:  http.StatusNoContent,
		Summary: "Set a password with a reset link",
		Description: "Ends all sessions, API tokens and reset links of the account. If the password is rejected, the link " +
			"stays valid.",
		Faults: []fault.Code{fault.LinkExpired},
	}, func(ctx context.Context, call httpapi.Call, in *resetPasswordInput) (*struct{}, error) {
		return nil, redeemer.Use(ctx, metadataOf(call), in.Body.Token, in.Body.Password)
	})
}
