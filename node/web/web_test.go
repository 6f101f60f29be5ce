package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tenantry/node/gate"
	"tenantry/node/web"
)

// decider has the verdicts on some domains; all others are unknown and served.
type decider map[string]gate.Verdict

func (d decider) Decide(_ context.Context, host string) gate.Verdict {
	if verdict, found := d[gate.ParseDomain(host)]; found {
		return verdict
	}
	return gate.Verdict{State: gate.Unknown, Serve: true}
}

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func get(t *testing.T, path, host string, headers ...string) *http.Response {
	t.Helper()
	until := noon.Add(time.Hour)
	h := web.Handler{
		Decider: decider{
			"open.example": {State: gate.Open, Serve: true},
			"closed.example": {
				State: gate.Closed, PublicMessage: "Unpaid <script>alert('1')</script>\nCall us & pay", Until: &until,
			},
			"removed.example": {State: gate.Removed},
		},
		Now: func() (time.Time, bool) { return noon, true },
	}
	request := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	request.Host = host
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	h.Routes().ServeHTTP(recorder, request)
	return recorder.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCheckByDomain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path, host string
		headers    []string
		status     int
		state      string
	}{
		{"/check", "open.example", nil, 204, "open"},
		{"/check", "closed.example:8080", nil, 403, "closed"},
		{"/check", "removed.example", nil, 403, "removed"},
		{"/check", "other.example", nil, 204, "unknown"},
		{"/check?domain=closed.example", "open.example", nil, 403, "closed"},
		{"/check?domain=*.closed.example", "open.example", nil, 403, "closed"},
		{"/check", "closed.example", []string{"X-Forwarded-Host", "open.example"}, 403, "closed"},
		{"/forward-auth", "agent", []string{"X-Forwarded-Host", "open.example"}, 200, "open"},
		{"/forward-auth", "agent", []string{"X-Forwarded-Host", "closed.example"}, 503, "closed"},
		{"/page?domain=open.example", "agent", nil, 403, ""},
		{"/page?domain=closed.example", "agent", nil, 503, "closed"},
	}
	for _, test := range tests {
		response := get(t, test.path, test.host, test.headers...)
		if response.StatusCode != test.status || response.Header.Get(web.StateHeader) != test.state {
			t.Errorf("%s for %s: got %d %q, want %d %q", test.path, test.host,
				response.StatusCode, response.Header.Get(web.StateHeader), test.status, test.state)
		}
		response.Body.Close()
	}
}

func TestPageSaysTheMessageAndWhenToComeBack(t *testing.T) {
	t.Parallel()
	response := get(t, "/page?domain=closed.example", "agent")
	text := body(t, response)
	if !strings.Contains(text, "Unpaid &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;") ||
		strings.Contains(text, "<script") {
		t.Errorf("the message is not escaped: %s", text)
	}
	if !strings.Contains(text, "not available at the moment") {
		t.Errorf("the page is not in English: %s", text)
	}
	for name, want := range map[string]string{
		"Retry-After": "3601", "Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8",
		"X-Content-Type-Options": "nosniff",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	removed := get(t, "/page?domain=removed.example", "agent", "Accept-Language", "fr, de-AT;q=0.8, en;q=0.5")
	if text := body(
		t,
		removed,
	); !strings.Contains(text, "zurzeit nicht erreichbar") ||
		!strings.Contains(text, `lang="de"`) {
		t.Errorf("the page is not in German: %s", text)
	}
	if got := removed.Header.Get("Retry-After"); got != "" {
		t.Errorf("got Retry-After %q for a closing without a known end, want none", got)
	}
}
