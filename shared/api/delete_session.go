package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
)

type deleteSessionOutput struct {
	SetCookie string `header:"Set-Cookie"`
}

// DeleteSession signs out.
func (Operations) DeleteSession(signOut access.SignOut) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "deleteSession",
		Method:  http.MethodDelete,
		Path:    "/v1/session",
		Tag:     accessTag,
		Summary: "Sign out",
		Description: "Ends the session of this request. The operation accepts no Idempotency-Key: the token is no longer " +
			"valid afterwards, so a repeated request returns 401.",
		Callers: access.Everyone,
		Unkeyed: true,
	}, func(ctx context.Context, call httpapi.Call, _ *struct{}) (*deleteSessionOutput, error) {
		out := &deleteSessionOutput{}
		if call.ByCookie {
			out.SetCookie = httpapi.EndedSessionCookie()
		}
		return out, signOut.End(ctx, call.Caller)
	})
}
