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
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// request is a request as API Gateway tells of it.
type request struct {
	id      string
	method  string
	path    string // still escaped
	stage   string
	query   string // still escaped
	address string
	header  http.Header

	body   string
	base64 bool
}

func newRequest(ctx context.Context, event *events.APIGatewayV2HTTPRequest) *request {
	about := &event.RequestContext
	r := &request{
		id: about.RequestID, method: strings.ToUpper(about.HTTP.Method), path: event.RawPath, stage: about.Stage,
		query: event.RawQueryString, address: about.HTTP.SourceIP, header: newHeader(event),
		body: event.Body, base64: event.IsBase64Encoded,
	}
	if r.path == "" {
		r.path = about.HTTP.Path
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

// newHeader collects the headers. The gateway has joined repeated ones by commas and moved the cookies to a list of their
// own; emulators leave them in the Cookie header.
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

// content returns the body's bytes, or false when it is not what its encoding says.
func (r *request) content() ([]byte, bool) {
	if !r.base64 {
		return []byte(r.body), true
	}
	body, err := base64.StdEncoding.DecodeString(r.body)
	return body, err == nil
}

// http returns the request in the form that huma reads. What has been checked is given in its checked form.
func (r *request) http(ctx context.Context, params map[string]string, query url.Values, body []byte) *http.Request {
	header := r.header.Clone()
	header.Del("Accept") // there is one representation only
	header.Set("Content-Type", "application/json")
	made := &http.Request{
		Method: r.method, URL: &url.URL{Path: r.path, RawQuery: query.Encode()}, Header: header, RemoteAddr: r.address,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	for name, value := range params {
		made.SetPathValue(name, value)
	}
	return made.WithContext(ctx)
}

// response collects an answer. It is an http.ResponseWriter for huma.
type response struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newResponse(requestID string) *response {
	return &response{header: http.Header{
		"Cache-Control":          {"no-store"},
		"X-Content-Type-Options": {"nosniff"},
		"X-Request-Id":           {requestID},
	}}
}

// Header returns the headers to be sent.
func (w *response) Header() http.Header { return w.header }

// WriteHeader sets the status.
func (w *response) WriteHeader(status int) { w.status = status }

// Write appends to the body.
func (w *response) Write(text []byte) (int, error) { return w.body.Write(text) }

// event returns the answer in the form that API Gateway takes.
func (w *response) event(method string) events.APIGatewayV2HTTPResponse {
	answer := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}}
	if answer.StatusCode == 0 {
		answer.StatusCode = http.StatusOK
	}
	for name, values := range w.header {
		if name == "Set-Cookie" {
			answer.Cookies = values
			continue
		}
		answer.Headers[name] = strings.Join(values, ", ")
	}
	if method == http.MethodHead { // of a page, or of no route
		return answer
	}
	if body := w.body.Bytes(); utf8.Valid(body) {
		answer.Body = string(body)
	} else {
		answer.Body, answer.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return answer
}
