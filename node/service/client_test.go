package service_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"tenantry/node/gate"
	"tenantry/node/service"
)

const problem = "application/problem+json"

// client returns a client of a service that gives one response to every request.
func client(t *testing.T, status int, body string, headers ...string) (*service.Client, *http.Request) {
	t.Helper()
	var last http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		last = *r
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return &service.Client{
		URL: server.URL, Token: func() (string, error) { return "tny_secret", nil }, Clock: &gate.ServiceClock{},
		HTTP: service.NewHTTP(1),
	}, &last
}

func TestAskReadsTheAnswer(t *testing.T) {
	t.Parallel()
	c, request := client(
		t,
		200,
		`{"domain":"a.example","open":false,"since":"2026-01-02T03:04:05Z","publicMessage":"Unpaid",
		"until":"2026-02-02T03:04:05Z","changesAt":"2026-02-02T03:04:05Z",
		"ids":{"website":"web_1","subscription":"sub_1","customer":"cus_1","reseller":"res_1"}}`,
		"ETag",
		`"v1"`,
		"Date",
		"Thu, 01 Jan 2026 00:00:00 GMT",
	)
	reply, err := c.Ask(t.Context(), "a.example", `"v0"`)
	if err != nil {
		t.Fatal(err)
	}
	a := reply.Answer
	if a.Open || a.PublicMessage != "Unpaid" || a.IDs.Reseller != "res_1" || a.Until == nil || a.ChangesAt == nil ||
		reply.ETag != `"v1"` {
		t.Errorf("got %+v", reply)
	}
	if request.URL.Path != "/v1/gate/a.example" || request.Header.Get("If-None-Match") != `"v0"` ||
		request.Header.Get("Authorization") != "Bearer tny_secret" {
		t.Errorf("got the request %s with %v", request.URL, request.Header)
	}
	now, isKnown := c.Clock.Now(time.Now())
	if !isKnown || now.Year() != 2026 || now.YearDay() != 1 {
		t.Errorf("got the service's time %s, want that of the header Date", now)
	}
}

func TestAskByStatus(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, contentType string
		status                  int
		want                    gate.Reply
		isDenied, isUnavailable bool
	}{
		{name: "not modified", status: 304, want: gate.Reply{NotModified: true}},
		{name: "no website", status: 404, contentType: problem, body: `{}`, want: gate.Reply{Missing: true}},
		{
			name:          "another server's 404",
			status:        404,
			contentType:   "text/html",
			body:          `<h1>Not Found</h1>`,
			isUnavailable: true,
		},
		{name: "revoked token", status: 401, contentType: problem, body: `{}`, isDenied: true},
		{name: "suspended owner", status: 403, contentType: problem, body: `{}`, isDenied: true},
		{name: "busy", status: 503, body: `{}`, isUnavailable: true},
		{name: "redirect", status: 302, body: ``, isUnavailable: true},
		{name: "a captive portal", status: 200, body: `<html>`, isUnavailable: true},
		{name: "a service without ids", status: 200, body: `{"open":true}`, isUnavailable: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := client(t, test.status, test.body, "Content-Type", test.contentType)
			reply, err := c.Ask(t.Context(), "a.example", "")
			var unavailable *gate.Unavailable
			if errors.Is(err, gate.ErrDenied) != test.isDenied || errors.As(err, &unavailable) != test.isUnavailable {
				t.Errorf("got the error %v", err)
			}
			if reply != test.want {
				t.Errorf("got %+v, want %+v", reply, test.want)
			}
		})
	}
}

func TestRetryAfterIsRead(t *testing.T) {
	t.Parallel()
	c, _ := client(t, 429, `{}`, "Retry-After", "7")
	_, err := c.Ask(t.Context(), "a.example", "")
	var unavailable *gate.Unavailable
	if !errors.As(err, &unavailable) || unavailable.RetryAfter != 7*time.Second {
		t.Errorf("got %v, want an Unavailable error with 7 s", err)
	}
}

func TestChangesByStatus(t *testing.T) {
	t.Parallel()
	c, request := client(
		t,
		200,
		`{"items":[{"id":"cus_1","kind":"customer","at":"2026-01-02T03:04:05Z"}],"nextCursor":"n+1"}`,
	)
	page, err := c.Changes(t.Context(), "n/0")
	if err != nil || len(page.Entries) != 1 || page.Entries[0].ID != "cus_1" || page.Cursor != "n+1" {
		t.Errorf("got %+v, %v", page, err)
	}
	if request.URL.Query().Get("cursor") != "n/0" {
		t.Errorf("got the query %s", request.URL.RawQuery)
	}
	c, _ = client(t, 304, "")
	if page, err := c.Changes(t.Context(), "n"); err != nil || len(page.Entries) != 0 || page.Cursor != "" {
		t.Errorf("got %+v, %v for 304, want an empty page", page, err)
	}
	c, _ = client(t, 410, `{}`, "Content-Type", problem)
	if _, err := c.Changes(t.Context(), "n"); !errors.Is(err, gate.ErrCursorExpired) {
		t.Errorf("got %v for 410, want ErrCursorExpired", err)
	}
}

func TestUnreachableServiceIsUnavailable(t *testing.T) {
	t.Parallel()
	c := &service.Client{
		URL: "http://127.0.0.1:1", Token: func() (string, error) { return "x", nil }, Clock: &gate.ServiceClock{},
		HTTP: service.NewHTTP(1),
	}
	_, err := c.Ask(context.Background(), "a.example", "")
	if _, isUnavailable := errors.AsType[*gate.Unavailable](err); !isUnavailable {
		t.Errorf("got %v, want an Unavailable error", err)
	}
	c.Token = func() (string, error) { return "", errors.New("no such file") }
	if _, err := c.Ask(context.Background(), "a.example", ""); !errors.Is(err, gate.ErrDenied) {
		t.Errorf("got %v without a token, want ErrDenied", err)
	}
}
