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

// Authenticator finds the caller that a token belongs to.
type Authenticator interface {
	// Authenticate returns the caller. It returns fault.Unauthenticated if the token is not valid, and
	// fault.AccountSuspended, with the public message, if the caller is suspended.
	Authenticate(ctx context.Context, token access.Token) (access.Caller, error)
}

const (
	sessionCookie = "__Host-session"
	csrfHeader    = "X-CSRF-Token"
)

// SessionCookie returns the Set-Cookie value that stores a session token in a browser.
func SessionCookie(token access.Token, expires time.Time) string {
	return newCookie(token.Text(), expires, 0)
}

// EndedSessionCookie returns the Set-Cookie value that deletes the session cookie in a browser.
func EndedSessionCookie() string { return newCookie("", time.Time{}, -1) }

func newCookie(value string, expires time.Time, maxAge int) string {
	cookie := http.Cookie{
		Name: sessionCookie, Value: value, Path: "/", Expires: expires, MaxAge: maxAge,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode,
	}
	return cookie.String()
}

// authorize finds the caller and checks that it may call the operation. It reads the credentials only, so that a caller
// without rights learns nothing about the rest of the request.
func (h *handler) authorize(ctx context.Context, x *exchange) error {
	spec := x.route.spec
	if spec.Public() {
		return nil
	}
	token, byCookie, found := readToken(x.request.header)
	if !found {
		return fault.New(fault.Unauthenticated, "Sign in and send the token that you receive.")
	}
	caller, err := h.authenticator.Authenticate(ctx, token)
	if err != nil {
		return err
	}
	x.call.Caller, x.call.Token, x.call.ByCookie = caller, token, byCookie
	if byCookie && spec.Write() {
		if err := h.checkOrigin(x.request.header, token); err != nil {
			return err
		}
	}
	if !spec.Callers.Has(caller.Account.Kind) {
		return fault.New(fault.Forbidden, "Your kind of account may not do this.")
	}
	return caller.CheckScope(spec.Scope)
}

// readToken returns the token of a request and whether it came in the cookie. If the request has an Authorization
// header of any kind, readToken ignores the cookie.
func readToken(header http.Header) (token access.Token, byCookie, found bool) {
	if values, present := header["Authorization"]; present {
		scheme, text, _ := strings.Cut(strings.TrimSpace(values[0]), " ")
		if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") {
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

// checkOrigin protects writes by cookie from cross-site request forgery. It returns fault.Forbidden unless the request
// has the service's own Origin and the CSRF token of its session.
func (h *handler) checkOrigin(header http.Header, token access.Token) error {
	origin := header.Get("Origin")
	switch {
	case origin == "":
		return fault.New(fault.Forbidden, "A write with the session cookie must have the Origin header.")
	case origin != h.origin:
		return fault.New(fault.Forbidden, "A write with the session cookie must come from a page of this service.")
	case header.Get(csrfHeader) == "":
		return fault.New(
			fault.Forbidden,
			"A write with the session cookie must have the X-CSRF-Token header. GET /v1/me returns its value.",
		)
	case !token.CSRFMatches(header.Get(csrfHeader)):
		return fault.New(
			fault.Forbidden,
			"The X-CSRF-Token header does not belong to this session. GET /v1/me returns the right value.",
		)
	}
	return nil
}

// originOf returns the origin of a URL in the form that browsers send. It panics if the URL is not absolute.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		panic("httpapi: the public URL is not absolute")
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
