package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/fault"
)

// Authenticator proves who a token belongs to. Faults: Unauthenticated; AccountSuspended, with the public message.
type Authenticator interface {
	Authenticate(ctx context.Context, token access.Token) (access.Caller, error)
}

const (
	sessionCookie = "__Host-session"
	csrfHeader    = "X-CSRF-Token"
)

// SessionCookie returns the Set-Cookie value that keeps a session's token in a browser.
func SessionCookie(token access.Token, expires time.Time) string {
	return newCookie(token.Text(), expires, 0)
}

// EndedSessionCookie returns the Set-Cookie value that makes a browser forget its session.
func EndedSessionCookie() string { return newCookie("", time.Time{}, -1) }

func newCookie(value string, expires time.Time, maxAge int) string {
	cookie := http.Cookie{
		Name: sessionCookie, Value: value, Path: "/", Expires: expires, MaxAge: maxAge,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode,
	}
	return cookie.String()
}

// admit proves the caller of an operation and tells whether it may call it. It looks at nothing but the credentials, so
// that a caller without rights learns nothing of the rest of the request.
func (h *handler) admit(ctx context.Context, x *exchange) error {
	spec := x.route.spec
	if spec.Public() {
		return nil
	}
	token, byCookie, found := readToken(x.request.header)
	if !found {
		return fault.New(fault.Unauthenticated, "Sign in and send the token you are given.")
	}
	caller, err := h.authenticator.Authenticate(ctx, token)
	if err != nil {
		return err
	}
	x.call.Caller, x.call.Token, x.call.ByCookie = caller, token, byCookie
	if byCookie && spec.Write() {
		if err := h.sameSite(x.request.header, token); err != nil {
			return err
		}
	}
	if !spec.Callers.Has(caller.Account.Kind) {
		return fault.New(fault.Forbidden, "Accounts of your kind may not do this.")
	}
	return caller.RefuseScope(spec.Scope)
}

// readToken finds the credential of a request. An Authorization header of any kind shuts out the cookie.
func readToken(header http.Header) (token access.Token, byCookie, found bool) {
	if given, present := header["Authorization"]; present {
		scheme, text, _ := strings.Cut(strings.TrimSpace(given[0]), " ")
		if len(given) > 1 || !strings.EqualFold(scheme, "Bearer") {
			return access.Token{}, false, false
		}
		token, found = access.ParseToken(strings.TrimSpace(text))
		return token, false, found
	}
	cookie, err := (&http.Request{Header: header}).Cookie(sessionCookie)
	if err != nil {
		return access.Token{}, false, false
	}
	token, found = access.ParseToken(cookie.Value)
	return token, true, found
}

// sameSite refuses a change that another site makes a browser send with its cookie.
func (h *handler) sameSite(header http.Header, token access.Token) error {
	origin := header.Get("Origin")
	switch {
	case origin == "":
		return fault.New(fault.Forbidden, "A change by cookie needs the Origin header.")
	case origin != h.origin:
		return fault.New(fault.Forbidden, "A change by cookie must come from this service's own pages.")
	case header.Get(csrfHeader) == "":
		return fault.New(fault.Forbidden, "A change by cookie needs the X-CSRF-Token header; GET /v1/me tells its value.")
	case !token.CSRFMatches(header.Get(csrfHeader)):
		return fault.New(fault.Forbidden, "The X-CSRF-Token header does not belong to this session; GET /v1/me tells its value.")
	}
	return nil
}

// originOf returns the origin of an address as browsers write it.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		panic("httpapi: the public address is not an absolute URL")
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host
}
