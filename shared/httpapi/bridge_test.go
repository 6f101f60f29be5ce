package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"tenantry/shared/httpapi"
)

// API Gateway decodes the path, except for %25. Nothing is decoded a second time.
func TestPathParameters(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{
		"/v1/things/t1":                         "t1",
		"/v1/things/login:foo@bar":              "login:foo@bar",
		"/v1/things/external:A.b_c-1":           "external:A.b_c-1",
		"/v1/things/a+b":                        "a+b",
		"/v1/things/a%2Fb":                      "a%2Fb", // sent as a%252Fb
		"/v1/things/a%252Fb":                    "a%2Fb", // the same, if the gateway leaves %25
		"/v1/things/login%3Aada":                "login%3Aada",
		"/v1/things/%":                          "%", // sent as %25
		"/v1/things/100%25":                     "100%",
		"/v1/things/%zz":                        "%zz",
		"/v1/things/李":                          "李",
		"/v1/things/..":                         "..",
		"/v1/things/" + strings.Repeat("x", 64): strings.Repeat("x", 64),
	} {
		response := w.send(t, request("GET", path, bearer(w.reseller)), w.get())
		if in, _ := w.in.(*idIn); response.StatusCode != http.StatusOK || in.ThingID != want {
			t.Errorf("%s: got %d %s, input %+v, want 200 and %q", path, response.StatusCode, response.Body, w.in, want)
		}
	}
}

func TestPathsThatMatchNoRoute(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{
		"/v1/things/a/b", "/v1/things/", "/v1/things", "/v1/things/t1/", "//v1/things/t1", "/v1//t1", "/", "/v1/%74hings/t1",
		"/v1/things/a\x00b", "/v1/things/\xff", "/v1/things/\n", "/V1/things/t1", "/v1/../v1/things/t1", "",
	} {
		wantProblem(t, w.send(t, request("GET", path, bearer(w.reseller)), w.get()), 404, "not-found")
	}
	wantProblem(t, w.send(t, request("POST", "/v1/things/t1", bearer(w.reseller)), w.get()), 404, "not-found")
	if w.in != nil {
		t.Errorf("the operation was called")
	}
}

func TestStagePath(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/prod/v1/things/t1", "/v1/things/t1"} {
		event := request("GET", path, bearer(w.reseller))
		event.RequestContext.Stage = "prod"
		if response := w.send(t, event, w.get()); response.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d %s, want 200", path, response.StatusCode, response.Body)
		}
	}
	wantProblem(t, w.send(t, request("GET", "/prod/v1/things/t1", bearer(w.reseller)), w.get()), 404, "not-found")
}

func TestHandlerWithSeveralOperations(t *testing.T) {
	w := newWorld(t)
	ops := w.operations()
	for target, id := range map[string]string{
		"POST /v1/things": "createThing", "GET /v1/things": "listThings", "GET /v1/things/t1": "getThing",
		"DELETE /v1/things/t1": "removeThing", "PATCH /v1/things/t1": "patchThing",
	} {
		method, path, _ := strings.Cut(target, " ")
		w.log.Reset()
		w.send(t, request(method, path, bearer(w.administrator), body(`{"name":"x"}`)), ops...)
		if !strings.Contains(w.log.String(), `"operation":"`+id+`"`) {
			t.Errorf("%s: got the log %s, want the operation %s", target, w.log.String(), id)
		}
	}
	for _, target := range []string{"PUT /v1/things", "GET /v2", "OPTIONS /v1/things"} {
		method, path, _ := strings.Cut(target, " ")
		wantProblem(t, w.send(t, request(method, path), ops...), 404, "not-found")
	}
}

func TestFixedPathsTakePrecedenceOverParameters(t *testing.T) {
	w := newWorld(t)
	fixed := httpapi.Public(
		httpapi.Spec{ID: "fixed", Method: "GET", Path: "/v1/things/fixed"},
		recorder[struct{}](w, &listOut{}, nil),
	)
	w.send(t, request("GET", "/v1/things/fixed"), w.get(), fixed)
	if !strings.Contains(w.log.String(), `"operation":"fixed"`) {
		t.Errorf("got the log %s, want the operation fixed", w.log.String())
	}
}

func TestEventsWithMissingFields(t *testing.T) {
	w := newWorld(t)
	response := w.send(t, events.APIGatewayV2HTTPRequest{}, w.get())
	if p := wantProblem(t, response, 401, "unauthenticated"); len(p.RequestID) < 16 {
		t.Errorf("request id: got %q, want a generated one", p.RequestID)
	}
	event := events.APIGatewayV2HTTPRequest{RouteKey: "GET /v1/things/{thingId}", Headers: map[string]string{}}
	event.RequestContext.HTTP.Path = "/v1/things/t1"
	bearer(w.reseller)(&event)
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "invocation-1"})
	response, err := httpapi.Handler(w.config(), w.get())(ctx, event)
	if err != nil || response.StatusCode != http.StatusOK || response.Headers["X-Request-Id"] != "invocation-1" {
		t.Errorf("got %+v, want 200 with the id of the invocation", response)
	}
}

func TestUnknownRoute(t *testing.T) {
	w := newWorld(t)
	response, err := httpapi.Handler(w.config())(t.Context(), request("PUT", "/v1/%zz", body("x")))
	if err != nil {
		t.Fatal(err)
	}
	wantProblem(t, response, 404, "not-found")
	if !strings.Contains(w.log.String(), `"operation":"unknownRoute"`) || strings.Contains(w.log.String(), "zz") {
		t.Errorf("got the log %s, want the operation unknownRoute and no path", w.log.String())
	}
}

// The User-Agent reaches the operation as one line of limited length.
func TestUserAgentIsOneShortLine(t *testing.T) {
	for sent, want := range map[string]string{
		"curl/8.5.0":             "curl/8.5.0",
		"a\r\nb\x00c\xff":        "abc",
		strings.Repeat("ü", 300): strings.Repeat("ü", 256),
		"":                       "",
	} {
		w := newWorld(t)
		w.send(t, request("GET", "/v1/things/t1", bearer(w.reseller), header("user-agent", sent)), w.get())
		if got := w.call.UserAgent; got != want {
			t.Errorf("User-Agent %q: got %q, want %q", sent, got, want)
		}
	}
}
