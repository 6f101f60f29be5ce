package httpapi_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/httpapi"
)

// sendToPage returns the response of a page that has one file in three encodings, and that answers all addresses below
// /app with it.
func sendToPage(t *testing.T, method, path string, headers map[string]string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	page := httpapi.Page{ID: "getTestPage", Files: []httpapi.File{{
		Path: "/index.html", Body: []byte("<p>test"), Header: map[string]string{"Cache-Control": "no-cache"},
		Encoded: map[string][]byte{"br": {0xff, 'b'}, "gzip": {0xff, 'g'}},
	}}, Fallback: func(address string) string {
		if strings.HasPrefix(address, "/app/") {
			return "/index.html"
		}
		return ""
	}}
	handle := httpapi.PageHandler(httpapi.Config{Logger: slog.New(slog.DiscardHandler)}, page)
	event := events.APIGatewayV2HTTPRequest{RawPath: path, Headers: headers}
	event.RequestContext.Stage, event.RequestContext.HTTP.Method = "prod", method
	response, err := handle(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func TestPageIsSentInTheSmallestAcceptedEncoding(t *testing.T) {
	for accepted, want := range map[string]string{
		"gzip, deflate, br, zstd": "br", "gzip": "gzip", "GZIP;q=0.5 , br ; q=0": "gzip", "br;q=0, gzip;q=0.0": "",
		"": "", "identity": "", "br;q=x": "", "brotli": "",
	} {
		response := sendToPage(t, "GET", "/index.html", map[string]string{"accept-encoding": accepted})
		if got := response.Headers["Content-Encoding"]; got != want || response.Headers["Vary"] != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: got the headers %v, want the encoding %q", accepted, response.Headers, want)
		}
		body := map[string]string{"br": "/2I=", "gzip": "/2c=", "": "<p>test"}[want]
		if response.Body != body || response.IsBase64Encoded != (want != "") {
			t.Errorf("Accept-Encoding %q: got the body %q, want %q", accepted, response.Body, body)
		}
	}
}

func TestPageWithTheKnownTagIsNotSentAgain(t *testing.T) {
	first := sendToPage(t, "GET", "/index.html", map[string]string{"accept-encoding": "br"})
	tag := first.Headers["Etag"]
	for sent, want := range map[string]int{tag: 304, `"old", W/` + tag: 304, `"old"`: 200, "": 200} {
		response := sendToPage(t, "GET", "/index.html", map[string]string{"accept-encoding": "br", "if-none-match": sent})
		if response.StatusCode != want || want == 304 && response.Body != "" {
			t.Errorf("If-None-Match %s: got %d %q, want %d", sent, response.StatusCode, response.Body, want)
		}
		if response.Headers["Etag"] != tag || response.Headers["Cache-Control"] != "no-cache" {
			t.Errorf("If-None-Match %s: got the headers %v, want the tag %s", sent, response.Headers, tag)
		}
	}
	plain := sendToPage(t, "GET", "/index.html", nil)
	if plain.Headers["Etag"] == tag || tag == "" {
		t.Errorf("the tags of two encodings are the same: %q", tag)
	}
}

func TestPageAnswersAddressesWithoutAFile(t *testing.T) {
	for path, want := range map[string]int{
		"/app/customers": 200, "/prod/app/customers/x": 200, "/prod/index.html": 200, "/v1/nothing": 404, "/": 404, "/prod": 404,
	} {
		if response := sendToPage(t, "GET", path, nil); response.StatusCode != want {
			t.Errorf("%s: got %d, want %d", path, response.StatusCode, want)
		}
	}
	head := sendToPage(t, "HEAD", "/app/customers", map[string]string{"accept-encoding": "br"})
	if head.StatusCode != http.StatusOK || head.Body != "" || head.Headers["Content-Encoding"] != "br" {
		t.Errorf("HEAD: got %+v, want 200 with the headers of GET and no body", head)
	}
}

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
