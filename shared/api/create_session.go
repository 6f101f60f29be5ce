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

// NewSession is what somebody signs in with.
type NewSession struct {
	Login    string `json:"login" minLength:"1" maxLength:"255"`
	Password string `json:"password" minLength:"1" maxLength:"1024" format:"password"`
	Cookie   bool   `json:"cookie,omitempty" doc:"for browsers: keep the session in a cookie instead of answering its token"`
}

// Session is a sign-in.
type Session struct {
	Token     string         `json:"token,omitempty" doc:"for Authorization: Bearer; shown only now"`
	ExpiresAt time.Time      `json:"expiresAt"`
	Account   access.Profile `json:"account"`
}

type createSessionInput struct{ Body NewSession }

// Subject is the login.
func (in *createSessionInput) Subject() string { return string(account.FoldLogin(in.Body.Login)) }

type createSessionOutput struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Session
}

// CreateSession signs in.
func (Operations) CreateSession(signIn access.SignIn) httpapi.Operation {
	return httpapi.Public(httpapi.Spec{
		ID: "createSession", Method: http.MethodPost, Path: "/v1/sessions", Tag: accessTag,
		Summary: "Sign in",
		Description: "Answers alike for an unknown login and a wrong password. After too many failures of a login or an address it " +
			"refuses for a while, before it looks at the password.",
		Faults: []fault.Code{fault.Unauthenticated, fault.AccountSuspended, fault.TooManyRequests, fault.SecretShownOnce},
	}, func(ctx context.Context, call httpapi.Call, in *createSessionInput) (*createSessionOutput, error) {
		begun, err := signIn.Begin(ctx, call.Key, access.Credentials{
			Login: in.Body.Login, Password: in.Body.Password, Address: call.Address,
		})
		if err != nil {
			return nil, err
		}
		out := &createSessionOutput{Body: Session{ExpiresAt: begun.Session.ExpiresAt, Account: access.ProfileOf(begun.Chain[0])}}
		if in.Body.Cookie {
			out.SetCookie = httpapi.SessionCookie(begun.Token, begun.Session.ExpiresAt)
		} else {
			out.Body.Token = begun.Token.Text()
		}
		return out, nil
	})
}
