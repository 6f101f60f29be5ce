package httpapi_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/httpapi"
)

func TestPageHandler(t *testing.T) {
	page := httpapi.Page{ID: "getTestPage", Files: []httpapi.File{
		{Path: "/test", Body: []byte("<p>test"), Header: map[string]string{"Content-Type": "text/html; charset=utf-8"}},
		{
			Path:   "/test/1.css",
			Body:   []byte("p{}"),
			Header: map[string]string{"Content-Type": "text/css", "Cache-Control": "public"},
		},
	}}
	for name, c := range map[string]struct {
		method, path, query, stage string
		status                     int
		body, cache                string
	}{
		"the page":              {"GET", "/test", "", "$default", 200, "<p>test", "no-store"},
		"a file of the page":    {"GET", "/test/1.css", "", "$default", 200, "p{}", "public"},
		"a path with the stage": {"GET", "/prod/test", "", "prod", 200, "<p>test", "no-store"},
		"a query":               {"GET", "/test", "utm_source=mail&x=%zz", "$default", 200, "<p>test", "no-store"},
		"the method HEAD":       {"HEAD", "/test", "", "$default", 200, "", "no-store"},
		"a file that is gone":   {"GET", "/test/0.css", "", "$default", 404, "", "no-store"},
		"another page":          {"GET", "/test/", "", "$default", 404, "", "no-store"},
		"another method":        {"POST", "/test", "", "$default", 404, "", "no-store"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			handle := httpapi.PageHandler(httpapi.Config{Logger: slog.New(slog.NewJSONHandler(&log, nil))}, page)
			event := events.APIGatewayV2HTTPRequest{
				RawPath:        c.path,
				RawQueryString: c.query,
				Headers:        map[string]string{"authorization": "Bearer tny_x"},
			}
			event.RequestContext.Stage, event.RequestContext.HTTP.Method = c.stage, c.method
			response, err := handle(t.Context(), event)
			if err != nil || response.StatusCode != c.status || c.status == 200 && response.Body != c.body {
				t.Errorf("got %+v, %v, want %d %q", response, err, c.status, c.body)
			}
			if got := response.Headers["Cache-Control"]; got != c.cache {
				t.Errorf("Cache-Control: got %q, want %q", got, c.cache)
			}
			if got := response.Headers["Strict-Transport-Security"]; got != "max-age=63072000" {
				t.Errorf("Strict-Transport-Security: got %q, want HTTPS for two years", got)
			}
			if got := response.Headers["X-Content-Type-Options"]; got != "nosniff" {
				t.Errorf("X-Content-Type-Options: got %q, want nosniff", got)
			}
			if got := response.Headers["Content-Type"]; c.status == 404 && got != "application/problem+json" {
				t.Errorf("Content-Type: got %s, want application/problem+json", got)
			}
			if line := log.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, `"operation":"getTestPage"`) ||
				strings.Contains(line, "utm") {
				t.Errorf("got the log %s, want one line of getTestPage without the query", line)
			}
		})
	}
}
