package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/httpapi"
)

// marker is a value of the caller that no problem document may repeat.
const marker = "mark-7f3a9c!value"

// FuzzHandler sends arbitrary requests to operations of all kinds. No request may cause a server error. Every error
// response must be a problem document that does not repeat the caller's values.
func FuzzHandler(f *testing.F) {
	w := newWorld(f)
	handler := httpapi.Handler(w.config(), w.operations()...)
	tokens := map[uint8]change{
		0: header("x", "y"), 1: bearer(w.administrator), 2: bearer(w.reseller), 3: cookie(w.customer), 4: bearer(w.suspended),
		5: both(cookie(w.reseller), header("origin", publicURL), header("x-csrf-token", w.reseller.CSRFToken())),
	}
	for _, text := range []string{
		``, `{}`, `null`, `{"name":"M"}`, `{"M":1}`, `{"name":1,"kind":"M"}`, `{"name":"x","code":"M","at":"M"}`, `{"name":"x","size":1e400}`,
		`{"name":"x","free":{"M":[1e999,{"M":null}]}}`, `{"limits":{"M":"M"}}`, `{"part":{"M.M[0]":1,"parts":[{"M":1}]}}`, `["M"]`, `"M"`,
		`{"name":"M`, `{"name":"\ud800"}`, `{"name":"x"} M`, "\xff", `{"name":"x","note":null,"limits":{"a":-1}}`, strings.Repeat("[", 100),
	} {
		text = strings.ReplaceAll(text, "M", marker)
		for _, method := range []string{"POST", "PATCH"} {
			f.Add(method, "/v1/things", "", "application/json", "", "", text, false, uint8(2))
			f.Add(method, "/v1/things/t1", "limit=M&M=1", "application/merge-patch+json", "k", `"1"`, text, false, uint8(5))
		}
		f.Add("POST", "/v1/sessions", "", "text/"+marker, marker+" ", marker, text, true, uint8(0))
	}
	for _, query := range []string{"limit=" + marker, marker + "=1", "status=" + marker, "search=" + marker + "%00", "%zz", "limit=1&limit=2", ";", "limit=%ff"} {
		f.Add("GET", "/v1/things", query, "", "", "", "", false, uint8(1))
	}
	for _, path := range []string{"/v1/things/" + marker, "/v1/things/%zz", "/v1/things/%00" + marker, "/v1/" + marker, "", "x", "/v1/things/a%2fb", strings.Repeat("/", 99)} {
		f.Add("GET", path, "", "", "", "", "", false, uint8(1))
		f.Add("DELETE", path, "", "", marker, "", marker, true, uint8(1))
	}
	f.Fuzz(func(t *testing.T, method, path, query, media, key, tag, text string, encoded bool, who uint8) {
		event := request(method, path, header("content-type", media), header("if-match", tag))
		event.RawQueryString, event.Body, event.IsBase64Encoded = query, text, encoded
		if key != "" {
			event.Headers["idempotency-key"] = key
		}
		tokens[who%6](&event)
		w.log.Reset()
		response, err := handler(t.Context(), event)
		if err != nil {
			t.Fatalf("the function failed: %v", err)
		}
		inspect(t, event, response)
		if strings.Contains(w.log.String(), marker) || strings.Count(w.log.String(), "\n") != 1 {
			t.Errorf("got the log %s, want one line without the caller's values", w.log.String())
		}
	})
}

func inspect(t *testing.T, event events.APIGatewayV2HTTPRequest, response events.APIGatewayV2HTTPResponse) {
	t.Helper()
	if response.StatusCode >= http.StatusInternalServerError {
		t.Fatalf("got %d %s, want no server error", response.StatusCode, response.Body)
	}
	if response.StatusCode < http.StatusBadRequest || strings.EqualFold(event.RequestContext.HTTP.Method, "HEAD") {
		return
	}
	var p httpapi.Problem
	if json.Unmarshal([]byte(response.Body), &p) != nil || p.Status != response.StatusCode || p.Code == "" ||
		p.RequestID == "" {
		t.Errorf("got %d %s, want a problem document", response.StatusCode, response.Body)
	}
	whole, _ := json.Marshal(response)
	for _, form := range []string{marker, url.QueryEscape(marker), base64.StdEncoding.EncodeToString([]byte(marker))} {
		if strings.Contains(string(whole), form) {
			t.Errorf("the response repeats a value of the caller: %s", whole)
		}
	}
}
