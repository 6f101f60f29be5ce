package api

import (
	"context"
	"net/http"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewSession is the body of a sign-in.
type NewSession struct {
	Login    string `json:"login" minLength:"1" maxLength:"255"`
	Password string `json:"password" minLength:"1" maxLength:"1024" format:"password"`
	Cookie   bool   `json:"cookie,omitempty" doc:"For browsers: whether to store the session in a cookie instead of returning its token."`
}

// Session is a new session.
type Session struct {
	Token     string         `json:"token,omitempty" doc:"The token, for the header Authorization: Bearer. It is shown only once."`
	ExpiresAt time.Time      `json:"expiresAt"`
	Account   access.Profile `json:"account"`
}

type createSessionInput struct{ Body NewSession }

// Subject returns the login.
func (in *createSessionInput) Subject() string { return string(account.FoldLogin(in.Body.Login)) }

type createSessionOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Session
}

// CreateSession signs in.
func (Operations) CreateSession(signIn access.SignIn) httpapi.Endpoint {
	return httpapi.Public(httpapi.Spec{
		ID:      "createSession",
		Method:  http.MethodPost,
		Path:    "/v1/sessions",
		Tag:     accessTag,
		Summary: "Sign in",
		Description: "The response is the same for an unknown login and a wrong password. After too many failed attempts " +
			"for a login or from a network address, further attempts fail for a while without a check of the password.",
		Faults: []fault.Code{fault.Unauthenticated, fault.AccountSuspended, fault.TooManyRequests, fault.SecretShownOnce},
	}, func(ctx context.Context, call httpapi.Call, in *createSessionInput) (*createSessionOutput, error) {
		result, err := signIn.Begin(ctx, metadataOf(call), access.Credentials{
			Login: in.Body.Login, Password: in.Body.Password,
		})
		if err != nil {
			return nil, err
		}
		out := &createSessionOutput{
			Body: Session{ExpiresAt: result.Session.ExpiresAt, Account: access.NewProfile(&result.Chain[0])},
		}
		if in.Body.Cookie {
			out.SetCookie = httpapi.SessionCookie(result.Token, result.Session.ExpiresAt)
		} else {
			out.Body.Token = result.Token.Text()
		}
		return out, nil
	})
}
