package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/httpapi"
)

func cookie(token access.Token) change {
	return func(event *events.APIGatewayV2HTTPRequest) {
		event.Cookies = append(event.Cookies, "theme=dark", "__Host-session="+token.Text())
	}
}

func TestCallerByBearerToken(t *testing.T) {
	w := newWorld(t)
	for _, scheme := range []string{"Bearer ", "bearer ", "BEARER  "} {
		response := w.send(t, request("GET", "/v1/things", header("Authorization", scheme+w.reseller.Text())), w.list())
		if response.StatusCode != http.StatusOK || w.call.Caller.Account.Kind != account.Reseller || w.call.ByCookie {
			t.Errorf("%s: got %d with the caller %+v, want 200 with the reseller", scheme, response.StatusCode, w.call.Caller)
		}
		if w.call.Token.Hash() != w.reseller.Hash() || w.call.Address != "192.0.2.7" || w.call.RequestID != "req-1" {
			t.Errorf("got %+v, want the token, the address and the id of the request", w.call)
		}
	}
}

func TestCallerByCookie(t *testing.T) {
	w := newWorld(t)
	for name, credential := range map[string]change{
		"cookies of the event":   cookie(w.reseller),
		"the Cookie header":      header("Cookie", "theme=dark; __Host-session="+w.reseller.Text()),
		"a header in lower case": header("cookie", "__Host-session="+w.reseller.Text()),
	} {
		response := w.send(t, request("GET", "/v1/things", credential), w.list())
		if response.StatusCode != http.StatusOK || !w.call.ByCookie {
			t.Errorf("%s: got %d %s, want 200", name, response.StatusCode, response.Body)
		}
	}
}

func TestInvalidCredentialsAreUnauthenticated(t *testing.T) {
	w := newWorld(t)
	for name, credential := range map[string]change{
		"no credential":                    header("X-Other", "1"),
		"another scheme":                   header("Authorization", "Basic YTpi"),
		"no token":                         header("Authorization", "Bearer"),
		"an empty header":                  header("Authorization", ""),
		"an invalid token":                 header("Authorization", "Bearer tny_abc.def"),
		"two tokens":                       header("Authorization", "Bearer "+w.reseller.Text()+", Bearer "+w.reseller.Text()),
		"an ended session":                 bearer(w.stranger),
		"an ended session by cookie":       cookie(w.stranger),
		"a bad header and a valid cookie":  both(cookie(w.reseller), header("authorization", "Basic YTpi")),
		"an empty header and a cookie":     both(cookie(w.reseller), header("authorization", "")),
		"a cookie that is not a token":     header("Cookie", "__Host-session=1"),
		"a cookie with a similar name":     header("Cookie", "session="+w.reseller.Text()),
		"the token in the query":           func(e *events.APIGatewayV2HTTPRequest) { e.RawQueryString = "token=" + w.reseller.Text() },
		"headers that differ only in case": both(header("authorization", "Bearer x"), header("Authorization", "Bearer "+w.reseller.Text())),
	} {
		response := w.send(t, request("GET", "/v1/things", credential), w.list())
		wantProblem(t, response, 401, "unauthenticated")
		if response.Headers["Www-Authenticate"] != "Bearer" {
			t.Errorf("%s: headers: got %v, want WWW-Authenticate Bearer", name, response.Headers)
		}
		if w.in != nil {
			t.Errorf("%s: the operation was called", name)
		}
	}
}

func both(changes ...change) change {
	return func(event *events.APIGatewayV2HTTPRequest) {
		for _, change := range changes {
			change(event)
		}
	}
}

func TestCredentialsAreCheckedFirst(t *testing.T) {
	w := newWorld(t)
	bad := both(
		body(`{"name":`+strings.Repeat(" ", 70_000)),
		header("content-type", "text/plain"),
		header("Idempotency-Key", "ä"),
	)
	targets := []string{"/v1/things?limit=x&unknown=1&a=%zz", "/v1/%zz", "/v1/nothing/of/ours", "/v1/things%00"}
	for _, target := range targets {
		wantProblem(t, w.send(t, request("POST", target, bad), w.create()), 401, "unauthenticated")
		wantProblem(t, w.send(t, request("POST", target, bad, bearer(w.customer)), w.create()), 403, "forbidden")
		wantProblem(t, w.send(t, request("POST", target, bad, bearer(w.outage)), w.create()), 503, "unavailable")
		p := wantProblem(
			t,
			w.send(t, request("POST", target, bad, bearer(w.suspended)), w.create()),
			403,
			"account-suspended",
		)
		if p.Detail != "Unpaid since May." {
			t.Errorf("detail: got %q, want the public message", p.Detail)
		}
	}
}

func TestOnlyTheCallersOfTheSpecMayCall(t *testing.T) {
	w := newWorld(t)
	wantProblem(t, w.send(t, request("DELETE", "/v1/things/t1", bearer(w.reseller)), w.remove()), 403, "forbidden")
	response := w.send(t, request("DELETE", "/v1/things/t1", bearer(w.administrator)), w.remove())
	if response.StatusCode != http.StatusNoContent {
		t.Errorf("got %d %s, want 204", response.StatusCode, response.Body)
	}
}

func TestWritesByCookieNeedOriginAndCSRFToken(t *testing.T) {
	w := newWorld(t)
	origin, csrf := header("origin", publicURL), header("x-csrf-token", w.reseller.CSRFToken())
	rejected := map[string]change{
		"neither":       cookie(w.reseller),
		"no origin":     both(cookie(w.reseller), csrf),
		"no CSRF token": both(cookie(w.reseller), origin),
		"another origin": both(
			cookie(w.reseller),
			csrf,
			header("origin", "https://panel.example.net.evil.example"),
		),
		"another scheme":           both(cookie(w.reseller), csrf, header("origin", "http://panel.example.net")),
		"the null origin":          both(cookie(w.reseller), csrf, header("origin", "null")),
		"another session's":        both(cookie(w.reseller), origin, header("x-csrf-token", w.administrator.CSRFToken())),
		"an empty token":           both(cookie(w.reseller), origin, header("x-csrf-token", "")),
		"a customer without token": both(cookie(w.customer), origin),
	}
	details := map[string]bool{}
	for name, credential := range rejected {
		p := wantProblem(
			t,
			w.send(t, request("POST", "/v1/things", credential, body(`{"name":"x"}`)), w.create()),
			403,
			"forbidden",
		)
		if details[p.Detail] = true; w.in != nil {
			t.Errorf("%s: the operation was called", name)
		}
	}
	if len(details) != 4 {
		t.Errorf("got %d different details, want one for each of the 4 reasons: %v", len(details), details)
	}
	response := w.send(
		t,
		request("POST", "/v1/things", cookie(w.reseller), origin, csrf, body(`{"name":"x"}`)),
		w.create(),
	)
	if response.StatusCode != http.StatusCreated || !w.call.ByCookie {
		t.Errorf("got %d %s, want 201", response.StatusCode, response.Body)
	}
	wantProblem(
		t,
		w.send(t, request("POST", "/v1/things", cookie(w.stranger), body(`{}`)), w.create()),
		401,
		"unauthenticated",
	)
}

func TestBearerNeedsNoCSRFToken(t *testing.T) {
	w := newWorld(t)
	credentials := both(
		cookie(w.administrator),
		bearer(w.reseller),
		header("origin", "https://evil.example"),
		body(`{"name":"x"}`),
	)
	response := w.send(t, request("POST", "/v1/things", credentials), w.create())
	if response.StatusCode != http.StatusCreated || w.call.ByCookie {
		t.Errorf("got %d %s, want 201", response.StatusCode, response.Body)
	}
}

func TestOriginMustMatchThePublicURL(t *testing.T) {
	w := newWorld(t)
	csrf := header("x-csrf-token", w.reseller.CSRFToken())
	for address, origin := range map[string]string{
		"http://localhost:8080":          "http://localhost:8080",
		"https://Panel.Example.net/base": "https://panel.example.net",
		"https://panel.example.net:443":  "https://panel.example.net",
		"http://panel.example.net:80":    "http://panel.example.net",
	} {
		cfg := w.config()
		cfg.PublicURL = address
		event := request("POST", "/v1/things", cookie(w.reseller), csrf, header("origin", origin), body(`{"name":"x"}`))
		response, err := httpapi.Handler(cfg, w.create())(t.Context(), event)
		if err != nil || response.StatusCode != http.StatusCreated {
			t.Errorf("%s: got %d %s, want 201", address, response.StatusCode, response.Body)
		}
	}
}

func TestPublicOperationsIgnoreCredentials(t *testing.T) {
	w := newWorld(t)
	for name, credential := range map[string]change{
		"none":      header("x", "y"),
		"suspended": bearer(w.suspended),
		"garbage":   header("authorization", "?"),
		"a cookie":  cookie(w.stranger),
	} {
		response := w.send(t, request("POST", "/v1/sessions", credential, body(`{"name":"x"}`)), w.signInOperation())
		if response.StatusCode != http.StatusCreated || w.call.Caller.Account.ID != "" {
			t.Errorf("%s: got %d %s, want 201", name, response.StatusCode, response.Body)
		}
	}
}

func TestSessionCookies(t *testing.T) {
	token := newToken(t, "cus_01JZ0000000000000000000000")
	set := httpapi.SessionCookie(token, time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC))
	want := "__Host-session=" + token.Text() + "; Path=/; Expires=Sat, 02 Jan 2027 03:04:05 GMT; HttpOnly; Secure; SameSite=Strict"
	if set != want {
		t.Errorf("SessionCookie\n got %s\nwant %s", set, want)
	}
	want = "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict"
	if end := httpapi.EndedSessionCookie(); end != want {
		t.Errorf("EndedSessionCookie\n got %s\nwant %s", end, want)
	}
}

func TestInvalidOperationsPanicAtStart(t *testing.T) {
	w := newWorld(t)
	nothing := func(context.Context, httpapi.Call, *struct{}) (*struct{}, error) { return nil, nil }
	spec := httpapi.Spec{ID: "x", Method: "GET", Path: "/v1/x"}
	for name, mistake := range map[string]func(){
		"no callers":        func() { httpapi.New(spec, nothing) },
		"callers of public": func() { s := spec; s.Callers = access.Everyone; httpapi.Public(s, nothing) },
		"no id":             func() { httpapi.Public(httpapi.Spec{Method: "GET", Path: "/v1/x"}, nothing) },
		"no subject": func() {
			s := spec
			s.Callers, s.Method = nil, "POST"
			httpapi.Public(s, nothing)
		},
		"no secret": func() {
			cfg := w.config()
			cfg.IdempotencySecret = nil
			httpapi.Handler(cfg, w.create())
		},
		"no authenticator":  func() { httpapi.Handler(httpapi.Config{PublicURL: publicURL}, w.list()) },
		"no public address": func() { httpapi.Handler(httpapi.Config{Authenticator: &w.people}, w.list()) },
		"an unknown fault": func() {
			s := spec
			s.Faults = append(s.Faults, "nonsense")
			httpapi.Document([]httpapi.Endpoint{httpapi.Public(s, nothing)})
		},
		"two operations with the same id": func() { httpapi.Document([]httpapi.Endpoint{w.list(), w.list()}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			mistake()
		}()
	}
}
