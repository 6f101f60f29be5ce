package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewOwnPassword is the body of a change to the caller's password.
type NewOwnPassword struct {
	Current  string `json:"current" minLength:"1" maxLength:"1024" format:"password"`
	Password string `json:"password" maxLength:"256" format:"password" doc:"The new password. The minimum is 15 characters unless the operator has set another one."`

	KeepTokens bool `json:"keepTokens,omitempty" doc:"Whether the API tokens stay valid. The default is false."`
}

type changeOwnPasswordInput struct{ Body NewOwnPassword }

// ChangeOwnPassword changes the caller's password.
func (Operations) ChangeOwnPassword(self access.Self) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "changeOwnPassword",
		Method:  http.MethodPut,
		Path:    "/v1/me/password",
		Tag:     accessTag,
		Summary: "Change my password",
		Description: "Ends all other sessions of the account and, unless keepTokens is true, its API tokens. The current " +
			"session stays valid.",
		Callers: access.Everyone,
		Status:  http.StatusNoContent,
		IfMatch: true,
		Faults:  []fault.Code{fault.VersionMismatch, fault.TooManyRequests, fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *changeOwnPasswordInput) (*struct{}, error) {
		return nil, self.ChangePassword(ctx, call.Caller, metadataOf(call), access.PasswordInput(in.Body))
	})
}
