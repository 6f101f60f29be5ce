package httpapi

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// request is one HTTP request, read from an API Gateway event.
type request struct {
	id      string
	method  string
	path    string // decoded by the gateway, except for %25
	stage   string
	query   string // still escaped
	address string
	header  http.Header

	body   string
	base64 bool
}

func newRequest(ctx context.Context, event *events.APIGatewayV2HTTPRequest) *request {
	context := &event.RequestContext
	r := &request{
		id: context.RequestID, method: strings.ToUpper(context.HTTP.Method), path: event.RawPath, stage: context.Stage,
		query: event.RawQueryString, address: context.HTTP.SourceIP, header: newHeader(event),
		body: event.Body, base64: event.IsBase64Encoded,
	}
	if r.path == "" {
		r.path = context.HTTP.Path
	}
	if method, _, found := strings.Cut(event.RouteKey, " "); r.method == "" && found {
		r.method = method
	}
	if invocation, found := lambdacontext.FromContext(ctx); r.id == "" && found {
		r.id = invocation.AwsRequestID
	}
	if r.id == "" {
		r.id = rand.Text()
	}
	return r
}

// newHeader collects the headers of an event. API Gateway joins repeated headers with commas and moves the cookies to a
// separate list. Emulators leave the cookies in the Cookie header.
func newHeader(event *events.APIGatewayV2HTTPRequest) http.Header {
	header := make(http.Header, len(event.Headers)+1)
	for _, name := range slices.Sorted(maps.Keys(event.Headers)) {
		header.Add(name, event.Headers[name])
	}
	if len(event.Cookies) > 0 {
		header["Cookie"] = append(slices.Clone(event.Cookies), header["Cookie"]...)
	}
	return header
}

// maxUserAgent is the greatest number of characters of a User-Agent that is kept.
const maxUserAgent = 256

// userAgent returns the User-Agent header without control characters and invalid Unicode, at most maxUserAgent
// characters of it.
func (r *request) userAgent() string {
	printable := strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == utf8.RuneError {
			return -1
		}
		return c
	}, r.header.Get("User-Agent"))
	characters := []rune(printable)
	return string(characters[:min(maxUserAgent, len(characters))])
}

// content returns the decoded body. It returns an error if the event marks the body as base64 and it is not.
func (r *request) content() ([]byte, error) {
	if !r.base64 {
		return []byte(r.body), nil
	}
	return base64.StdEncoding.DecodeString(r.body)
}

// http returns the request in the form that huma reads, with the path parameters, query and body that were checked.
func (r *request) http(ctx context.Context, params map[string]string, query url.Values, body []byte) *http.Request {
	header := r.header.Clone()
	header.Del("Accept") // every response has exactly one representation
	header.Set("Content-Type", "application/json")
	converted := &http.Request{
		Method: r.method, URL: &url.URL{Path: r.path, RawQuery: query.Encode()}, Header: header, RemoteAddr: r.address,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	for name, value := range params {
		converted.SetPathValue(name, value)
	}
	return converted.WithContext(ctx)
}

// response collects the HTTP response. It is the http.ResponseWriter that huma writes to.
type response struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// strictTransport tells browsers to use only HTTPS for the service, for two years. It does not include subdomains, which
// may be other services of the operator. Browsers ignore the header on plain HTTP (RFC 6797).
const strictTransport = "max-age=63072000"

func newResponse(requestID string) *response {
	return &response{header: http.Header{
		"Cache-Control":             {"no-store"},
		"Strict-Transport-Security": {strictTransport},
		"X-Content-Type-Options":    {"nosniff"},
		"X-Request-Id":              {requestID},
	}}
}

// Header returns the response headers.
func (w *response) Header() http.Header { return w.header }

// WriteHeader sets the status.
func (w *response) WriteHeader(status int) { w.status = status }

// Write appends to the body.
func (w *response) Write(text []byte) (int, error) { return w.body.Write(text) }

// event returns the response in the form that API Gateway expects. The response to HEAD has no body: only pages and
// unknown routes receive HEAD requests.
func (w *response) event(method string) events.APIGatewayV2HTTPResponse {
	event := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}}
	if event.StatusCode == 0 {
		event.StatusCode = http.StatusOK
	}
	for name, values := range w.header {
		if name == "Set-Cookie" {
			event.Cookies = values
			continue
		}
		event.Headers[name] = strings.Join(values, ", ")
	}
	if method == http.MethodHead {
		return event
	}
	if body := w.body.Bytes(); utf8.Valid(body) {
		event.Body = string(body)
	} else {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return event
}
