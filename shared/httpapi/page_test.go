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
		{Path: "/test/1.css", Body: []byte("p{}"), Header: map[string]string{"Content-Type": "text/css", "Cache-Control": "public"}},
	}}
	for name, c := range map[string]struct {
		method, path, query, stage string
		status                     int
		body, cache                string
	}{
		"the page":                {"GET", "/test", "", "$default", 200, "<p>test", "no-store"},
		"its file":                {"GET", "/test/1.css", "", "$default", 200, "p{}", "public"},
		"behind the stage's name": {"GET", "/prod/test", "", "prod", 200, "<p>test", "no-store"},
		"with a query":            {"GET", "/test", "utm_source=mail&x=%zz", "$default", 200, "<p>test", "no-store"},
		"its head":                {"HEAD", "/test", "", "$default", 200, "", "no-store"},
		"a file that was":         {"GET", "/test/0.css", "", "$default", 404, "", "no-store"},
		"another page":            {"GET", "/test/", "", "$default", 404, "", "no-store"},
		"another method":          {"POST", "/test", "", "$default", 404, "", "no-store"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			handle := httpapi.PageHandler(httpapi.Config{Logger: slog.New(slog.NewJSONHandler(&log, nil))}, page)
			event := events.APIGatewayV2HTTPRequest{RawPath: c.path, RawQueryString: c.query, Headers: map[string]string{"authorization": "Bearer tny_x"}}
			event.RequestContext.Stage, event.RequestContext.HTTP.Method = c.stage, c.method
			answer, err := handle(t.Context(), event)
			if err != nil || answer.StatusCode != c.status || c.status == 200 && answer.Body != c.body {
				t.Errorf("answered %+v, %v", answer, err)
			}
			if got := answer.Headers["Cache-Control"]; got != c.cache {
				t.Errorf("kept %q, want %q", got, c.cache)
			}
			if answer.Headers["X-Content-Type-Options"] != "nosniff" {
				t.Error("the type may be guessed")
			}
			if c.status == 404 && answer.Headers["Content-Type"] != "application/problem+json" {
				t.Errorf("refused as %s", answer.Headers["Content-Type"])
			}
			if line := log.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, `"operation":"getTestPage"`) || strings.Contains(line, "utm") {
				t.Errorf("logged %s", line)
			}
		})
	}
}
