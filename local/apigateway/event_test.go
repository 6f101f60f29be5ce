package apigateway

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// documented is the event that AWS documents (Create AWS Lambda proxy integrations for HTTP APIs: payload format 2.0),
// without an authorizer, a client certificate and stage variables, which the API does not have.
const documented = `{
  "version": "2.0",
  "routeKey": "$default",
  "rawPath": "/my/path",
  "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
  "cookies": ["cookie1", "cookie2"],
  "headers": {"header1": "value1", "header2": "value1,value2"},
  "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "value"},
  "requestContext": {
    "accountId": "123456789012", "apiId": "api-id", "domainName": "id.execute-api.us-east-1.amazonaws.com",
    "domainPrefix": "id",
    "http": {"method": "POST", "path": "/my/path", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "agent"},
    "requestId": "id", "routeKey": "$default", "stage": "$default",
    "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1583348638390
  },
  "body": "Hello from Lambda",
  "pathParameters": {"parameter1": "value1"},
  "isBase64Encoded": false
}`

// The values that differ on every machine and in every request are not compared.
func TestEventIsAsDocumented(t *testing.T) {
	target := "/my/path?parameter1=value1&parameter1=value2&parameter2=value"
	request := httptest.NewRequest(http.MethodPost, target, strings.NewReader("Hello from Lambda"))
	request.Host = "id.execute-api.us-east-1.amazonaws.com"
	request.Header = http.Header{
		"Header1":      {"value1"},
		"Header2":      {"value1", "value2"},
		"Cookie":       {"cookie1; cookie2"},
		"Content-Type": {"text/plain"},
		"User-Agent":   {"agent"},
	}
	at := time.UnixMilli(1583348638390)
	params := map[string]string{"parameter1": "value1"}
	event := newEvent("api-id", request, "/my/path", []byte("Hello from Lambda"), "$default", params, at)
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	var got, want map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(documented), &want); err != nil {
		t.Fatal(err)
	}
	headers := got["headers"].(map[string]any)
	forwarded := []string{"content-type", "host", "user-agent", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
	for _, name := range forwarded {
		if _, found := headers[name]; !found {
			t.Errorf("the header %s is missing", name)
		}
		delete(headers, name)
	}
	context, wantContext := got["requestContext"].(map[string]any), want["requestContext"].(map[string]any)
	if context["time"] != "04/Mar/2020:19:03:58 +0000" { // AWS's sample has another day in time than in timeEpoch
		t.Errorf("time %v", context["time"])
	}
	delete(context, "authentication") // AWS sends null
	for _, name := range []string{"accountId", "requestId", "time"} {
		if context[name] == "" {
			t.Errorf("%s is empty", name)
		}
		delete(context, name)
		delete(wantContext, name)
	}
	for name := range maps.Keys(want) {
		if !reflect.DeepEqual(got[name], want[name]) {
			t.Errorf("%s is %v, want %v", name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("the event has the fields %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

func TestEventOfRequestWithoutBodyOrQuery(t *testing.T) {
	event := newEvent("x", httptest.NewRequest(http.MethodGet, "/", nil), "/", nil, "$default", nil, time.Now())
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	for _, absent := range []string{`"body"`, `"cookies"`, `"queryStringParameters"`, `"pathParameters"`} {
		if strings.Contains(string(text), absent) {
			t.Errorf("the event has %s: %s", absent, text)
		}
	}
}

func TestBodiesOfOtherTypesAreBase64(t *testing.T) {
	for contentType, isText := range map[string]bool{
		"application/json":                  true,
		"Application/JSON; charset=utf-8":   true,
		"text/csv":                          true,
		"":                                  false,
		"application/octet-stream":          false,
		"application/x-www-form-urlencoded": false,
	} {
		request := httptest.NewRequest(http.MethodPost, "/", nil)
		request.Header.Set("Content-Type", contentType)
		event := newEvent("x", request, "/", []byte("a\xff"), "$default", nil, time.Now())
		want := "Yf8="
		if isText {
			want = "a\uFFFD"
		}
		if event.IsBase64Encoded == isText || event.Body != want {
			t.Errorf("a body of type %q arrives as %q, base64 %t", contentType, event.Body, event.IsBase64Encoded)
		}
	}
}

func TestPathsAreDecodedOnce(t *testing.T) {
	for escaped, want := range map[string]string{
		"/v1/customers":  "/v1/customers",
		"/a%20b%2Fc":     "/a b/c",
		"/a%2520b%20c":   "/a%2520b c",
		"/%C3%A9":        "/é",
		"/%FF":           "/\uFFFD",
		"//v1//":         "//v1//",
		"/%25":           "/%25",
		"/login:a%40b.c": "/login:a@b.c",
	} {
		if got := decodePath(escaped); got != want {
			t.Errorf("%s is decoded to %q, want %q", escaped, got, want)
		}
	}
}
