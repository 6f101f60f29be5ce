package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
)

// Me is the caller's account and permissions.
type Me struct {
	Account     access.Profile `json:"account"`
	Permissions []access.Scope `json:"permissions" nullable:"false" doc:"Scopes that the caller has."`
	CSRFToken   string         `json:"csrfToken,omitempty" doc:"Value of the header X-CSRF-Token, which every write with the session cookie needs."`
}

type meOutput struct {
	ETag string `header:"ETag"`
	Body Me
}

// GetMe returns the caller's account and permissions.
func (Operations) GetMe() httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "getMe",
		Method:  http.MethodGet,
		Path:    "/v1/me",
		Tag:     accessTag,
		Summary: "Get my account",
		Description: "Returns the caller's account and permissions. For browsers, it also returns the CSRF token that " +
			"writes need.",
		Callers: access.Everyone,
		Scope:   access.AnyScope,
	}, func(_ context.Context, call httpapi.Call, _ *struct{}) (*meOutput, error) {
		caller := &call.Caller.Account
		out := &meOutput{
			ETag: httpapi.ETag(caller.Version), Body: Me{Account: access.NewProfile(caller), Permissions: call.Caller.Scopes()},
		}
		if call.ByCookie {
			out.Body.CSRFToken = call.Token.CSRFToken()
		}
		return out, nil
	})
}
