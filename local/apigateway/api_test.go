package apigateway

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/local/lambda"
)

// functions answers every invocation with what respond returns.
type functions func(name string, event events.APIGatewayV2HTTPRequest) (lambda.Response, error)

func (f functions) Invoke(name string, text []byte) (lambda.Response, error) {
	var event events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(text, &event); err != nil {
		return lambda.Response{}, err
	}
	return f(name, event)
}

var routes = []Route{
	{http.MethodGet, "/v1/customers/{customerId}", "get"},
	{http.MethodGet, "/v1/customers/mine", "mine"},
	{http.MethodPost, "/v1/customers/{customerId}/suspend", "suspend"},
	{"ANY", "/assets/{proxy+}", "assets"},
	{"ANY", "$default", "default"},
}

func newAPI(f functions) *API {
	return &API{ID: "api", Routes: routes, Functions: f, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

func serve(api *API, method, target, body string) *http.Response {
	recorder := httptest.NewRecorder()
	api.ServeHTTP(recorder, httptest.NewRequest(method, target, strings.NewReader(body)))
	return recorder.Result()
}

func TestRoutes(t *testing.T) {
	for _, c := range []struct{ method, path, function, key, parameter string }{
		{http.MethodGet, "/v1/customers/cus_1", "get", "GET /v1/customers/{customerId}", "cus_1"},
		{http.MethodGet, "/v1/customers/a%20b", "get", "GET /v1/customers/{customerId}", "a b"},
		{http.MethodGet, "/v1/customers/a%2Fb", "default", "$default", ""},
		{http.MethodGet, "/v1/customers/", "default", "$default", ""},
		{http.MethodGet, "//v1/customers/cus_1", "default", "$default", ""},
		{http.MethodGet, "/v1/customers/mine", "mine", "GET /v1/customers/mine", ""},
		{http.MethodPost, "/v1/customers/cus_1", "default", "$default", ""},
		{http.MethodPost, "/v1/customers/cus_1/suspend", "suspend", "POST /v1/customers/{customerId}/suspend", "cus_1"},
		{http.MethodHead, "/assets/a/b.js", "assets", "ANY /assets/{proxy+}", "a/b.js"},
		{http.MethodOptions, "/v1/customers/cus_1", "default", "$default", ""},
	} {
		var function, key, parameter string
		serve(newAPI(func(name string, event events.APIGatewayV2HTTPRequest) (lambda.Response, error) {
			function, key = name, event.RouteKey
			for _, value := range event.PathParameters {
				parameter = value
			}
			return lambda.Response{Payload: []byte(`{}`)}, nil
		}), c.method, c.path, "")
		if function != c.function || key != c.key || parameter != c.parameter {
			t.Errorf("%s %s: function %q, route %q, parameter %q", c.method, c.path, function, key, parameter)
		}
	}
}

func TestResponses(t *testing.T) {
	for name, c := range map[string]struct {
		response lambda.Response
		err      error
		status   int
		kind     string
		body     string
	}{
		"whole": {
			lambda.Response{Payload: []byte(`{"statusCode":201,"headers":{"content-type":"a/b"},"body":"x"}`)},
			nil, 201, "a/b", "x",
		},
		"base64": {
			lambda.Response{Payload: []byte(`{"statusCode":200,"body":"/wA=","isBase64Encoded":true}`)},
			nil, 200, "text/plain;charset=UTF-8", "\xff\x00",
		},
		"only a body": {lambda.Response{Payload: []byte(`{"a":1}`)}, nil, 200, "application/json", `{"a":1}`},
		"no body":     {lambda.Response{Payload: []byte(`{"statusCode":204}`)}, nil, 204, "", ""},
		"failed": {
			lambda.Response{FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"secret"}`)},
			nil, 502, "application/json", `{"message":"Internal Server Error"}`,
		},
		"throttled": {
			lambda.Response{},
			lambda.Fault{Status: 429},
			503, "application/json", `{"message":"Service Unavailable"}`,
		},
		"event too large": {
			lambda.Response{},
			lambda.Fault{Status: 413},
			413, "application/json", `{"message":"Request Entity Too Large"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			response := serve(newAPI(func(string, events.APIGatewayV2HTTPRequest) (lambda.Response, error) {
				return c.response, c.err
			}), http.MethodGet, "/", "")
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != c.status || string(body) != c.body ||
				response.Header.Get("Content-Type") != c.kind {
				t.Errorf("response %s, %v, %q, error %v", response.Status, response.Header, body, err)
			}
		})
	}
}

// API Gateway knows the whole body and sends its length.
func TestLargeResponseHasItsLength(t *testing.T) {
	large := strings.Repeat("x", 100_000)
	server := httptest.NewServer(newAPI(func(string, events.APIGatewayV2HTTPRequest) (lambda.Response, error) {
		payload, err := json.Marshal(events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: large})
		return lambda.Response{Payload: payload}, err
	}))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.ContentLength != int64(len(large)) {
		t.Errorf("the length is %d, want %d", response.ContentLength, len(large))
	}
}

func TestEveryCookieIsAHeader(t *testing.T) {
	response := serve(newAPI(func(string, events.APIGatewayV2HTTPRequest) (lambda.Response, error) {
		return lambda.Response{Payload: []byte(`{"statusCode":200,"cookies":["a=1; Path=/","b=2"]}`)}, nil
	}), http.MethodGet, "/", "")
	if cookies := response.Header.Values("Set-Cookie"); len(cookies) != 2 || cookies[0] != "a=1; Path=/" {
		t.Errorf("cookies %q", cookies)
	}
}

func TestLargeBodyIsRejected(t *testing.T) {
	response := serve(newAPI(func(string, events.APIGatewayV2HTTPRequest) (lambda.Response, error) {
		t.Error("the function was invoked")
		return lambda.Response{}, nil
	}), http.MethodPost, "/", strings.Repeat("x", maxBody+1))
	if response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("response %s, want 413", response.Status)
	}
}
