package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
)

// Me is who calls and what it may do.
type Me struct {
	Account     access.Profile `json:"account"`
	Permissions []access.Scope `json:"permissions" nullable:"false" doc:"the scopes that the account has"`
	CSRFToken   string         `json:"csrfToken,omitempty" doc:"for X-CSRF-Token with every change by cookie"`
}

type meOutput struct {
	ETag string `header:"ETag"`
	Body Me
}

// GetMe tells callers who they are.
func (Operations) GetMe() httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "getMe", Method: http.MethodGet, Path: "/v1/me", Tag: accessTag,
		Summary: "Who am I", Description: "The account of the caller, what it may do, and for browsers the token that changes need.",
		Callers: access.Everyone, Scope: access.AnyScope,
	}, func(_ context.Context, call httpapi.Call, _ *struct{}) (*meOutput, error) {
		own := &call.Caller.Account
		out := &meOutput{ETag: httpapi.ETag(own.Version), Body: Me{Account: access.ProfileOf(*own), Permissions: call.Caller.Scopes()}}
		if call.ByCookie {
			out.Body.CSRFToken = call.Token.CSRFToken()
		}
		return out, nil
	})
}
