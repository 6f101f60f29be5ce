package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/idempotency"
)

func TestQuery(t *testing.T) {
	w := newWorld(t)
	for query, want := range map[string][]string{
		"limit=0":                    {"limit out-of-range"},
		"limit=101":                  {"limit out-of-range"},
		"limit=x":                    {"limit wrong-type"},
		"limit=1.5":                  {"limit wrong-type"},
		"limit":                      {"limit empty"},
		"limit=&status=&search=":     {"limit empty", "search empty", "status empty"},
		"status=&status=":            {"status repeated"},
		"other=":                     {"other unknown-parameter"},
		"limit=99999999999999999999": {"limit wrong-type"},
		"limit=5&limit=6":            {"limit repeated"},
		"status=gone":                {"status not-allowed"},
		"search=12345678901":         {"search too-long"},
		"search=a%00b":               {"search format"},
		"search=a%FFb":               {"search format"},
		"search=a%0Ab":               {"search format"},
		"Limit=5":                    {"Limit unknown-parameter"},
		"a-b=1":                      {"unknown-parameter"},
		"=1":                         {"unknown-parameter"},
		"other=1&limit=0":            {"limit out-of-range", "other unknown-parameter"},
		"search=x&other":             {"other unknown-parameter"},
	} {
		response := w.send(t, request("GET", "/v1/things?"+query, bearer(w.reseller)), w.list())
		if want == nil {
			if response.StatusCode != http.StatusOK {
				t.Errorf("%s: got %d %s, want 200", query, response.StatusCode, response.Body)
			}
			continue
		}
		if got := fields(wantProblem(t, response, 422, "invalid-request")); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	for _, query := range []string{"limit=%zz", "search=%", "limit=5;search=x"} {
		wantProblem(t, w.send(t, request("GET", "/v1/things?"+query, bearer(w.reseller)), w.list()), 400, "invalid-request")
	}
	response := w.send(t, request("GET", "/v1/things?search=%E6%9D%8E+%26%3D&limit=7", bearer(w.reseller)), w.list())
	if in, _ := w.in.(*listIn); response.StatusCode != http.StatusOK || *in != (listIn{Limit: 7, Search: "李 &="}) {
		t.Errorf("got %d %s with the input %+v, want 200 with the decoded query", response.StatusCode, response.Body, w.in)
	}
	w.send(t, request("GET", "/v1/things", bearer(w.reseller)), w.list())
	if in, _ := w.in.(*listIn); in == nil || *in != (listIn{Limit: 25}) {
		t.Errorf("without a query: got the input %+v, want the default values", w.in)
	}
}

func TestIdempotencyKey(t *testing.T) {
	w := newWorld(t)
	send := func(token change, key, text string) string {
		t.Helper()
		response := w.send(t, request("POST", "/v1/things", token, header("idempotency-key", key), body(text)), w.create())
		if response.StatusCode != http.StatusCreated {
			t.Fatalf("got %d %s, want 201", response.StatusCode, response.Body)
		}
		return w.call.Key.Name + " " + w.call.Key.Fingerprint
	}
	first := send(bearer(w.reseller), "k-1", `{"name":"x"}`)
	if again := send(bearer(w.reseller), "k-1", `{"name":"x"}`); again != first {
		t.Errorf("key of the repeated request: got %s, want %s", again, first)
	}
	key, fingerprint, _ := strings.Cut(first, " ")
	otherKey, _, _ := strings.Cut(send(bearer(w.administrator), "k-1", `{"name":"x"}`), " ")
	sameKey, otherFingerprint, _ := strings.Cut(send(bearer(w.reseller), "k-1", `{"name":"y"}`), " ")
	if otherKey == key || sameKey != key || otherFingerprint == fingerprint || fingerprint == "" {
		t.Errorf("another caller must have another key, and another body another fingerprint")
	}
	for _, bad := range []string{"", "two words", "ümlaut", strings.Repeat("x", 256), "a\tb"} {
		p := w.wantRejected(t, 422, "invalid-request", header("idempotency-key", bad), body(`{"name":"x"}`))
		if got := fields(p); !slices.Equal(got, []string{"Idempotency-Key format"}) {
			t.Errorf("key %q: got the fields %q, want Idempotency-Key format", bad, got)
		}
	}
	w.send(t, request("POST", "/v1/things", bearer(w.reseller), body(`{"name":"x"}`)), w.create())
	if w.call.Key.IsSet() {
		t.Errorf("a request without Idempotency-Key has the key %v", w.call.Key)
	}
	w.send(t, request("GET", "/v1/things", bearer(w.reseller), header("Idempotency-Key", "two words")), w.list())
	if w.in == nil || w.call.Key.IsSet() {
		t.Errorf("a read has the key %v, want none: reads ignore Idempotency-Key", w.call.Key)
	}
}

func TestIdempotencyKeyOfPublicOperations(t *testing.T) {
	w := newWorld(t)
	send := func(address, text string) idempotency.Key {
		event := request("POST", "/v1/sessions", header("Idempotency-Key", "k"), body(text))
		event.RequestContext.HTTP.SourceIP = address
		w.send(t, event, w.signInOperation())
		return w.call.Key
	}
	first := send("192.0.2.7", `{"name":"x","size":1}`)
	if !first.IsSet() {
		t.Fatal("the request has no key")
	}
	other := send("192.0.2.7", `{"name":"x","size":2}`)
	if other.Name != first.Name || other.Fingerprint == first.Fingerprint {
		t.Errorf("key with another body: got %v, want the name and another fingerprint than %v", other, first)
	}
	if other := send("192.0.2.7", `{"name":"y","size":1}`); !other.IsSet() || other.Name == first.Name {
		t.Errorf("key with another subject: got %v, want another name than %v", other, first)
	}
	if other := send("192.0.2.8", `{"name":"x","size":1}`); !other.IsSet() || other.Name == first.Name {
		t.Errorf("key from another address: got %v, want another name than %v", other, first)
	}
}

// The handler reads the secret only if it needs it, because reading it may cost a round trip.
func TestFingerprintsAreKeyed(t *testing.T) {
	w := newWorld(t)
	send := func(changes ...change) events.APIGatewayV2HTTPResponse {
		return w.send(t, request("POST", "/v1/things", append(changes, bearer(w.reseller))...), w.create())
	}
	send(body(`{"name":"x"}`))
	send(body(`{"name":""}`), header("idempotency-key", "k"))
	if w.secrets != 0 {
		t.Errorf("the secret was read %d times, want never for a request without a key or with invalid values", w.secrets)
	}
	send(body(`{"name":"x"}`), header("idempotency-key", "k"))
	first := w.call.Key
	w.secret = idempotency.Secret("another")
	send(body(`{"name":"x"}`), header("idempotency-key", "k"))
	if w.call.Key.Name == first.Name || w.call.Key.Fingerprint == first.Fingerprint {
		t.Errorf("got the keys %v and %v, want hashes that depend on the secret", first, w.call.Key)
	}
	w.secret = nil
	response := send(body(`{"name":"x"}`), header("idempotency-key", "k"))
	if response.StatusCode != http.StatusCreated || w.call.Key.IsSet() {
		t.Errorf("without a secret: got %d with the key %v, want 201 without a key", response.StatusCode, w.call.Key)
	}
	w.secretErr = fault.New(fault.Unavailable, "The storage is not responding.")
	wantProblem(t, send(body(`{"name":"x"}`), header("idempotency-key", "k")), 503, "unavailable")
	if w.in != nil {
		t.Error("the operation was called")
	}
}

func TestWritesWithoutKey(t *testing.T) {
	w := newWorld(t)
	op := httpapi.New(httpapi.Spec{
		ID: "signOut", Method: "DELETE", Path: "/v1/session", Callers: access.OnlyAdmin, Unkeyed: true,
	}, recorder[struct{}, struct{}](w, nil, nil))
	for _, key := range []string{"k-1", "two words"} {
		response := w.send(t, request("DELETE", "/v1/session", bearer(w.administrator), header("idempotency-key", key)), op)
		if response.StatusCode != http.StatusNoContent || w.call.Key.IsSet() {
			t.Errorf("%q: got %d with the key %v, want 204 without a key", key, response.StatusCode, w.call.Key)
		}
	}
	parameters := httpapi.Document([]httpapi.Endpoint{op}).Paths["/v1/session"].Delete.Parameters
	if len(parameters) > 0 {
		t.Errorf("the document has the parameter %s, want none", parameters[0].Name)
	}
}

func TestIfMatch(t *testing.T) {
	w := newWorld(t)
	patch := func(tag string) events.APIGatewayV2HTTPResponse {
		return w.send(
			t,
			request("PATCH", "/v1/things/t1", bearer(w.reseller), header("if-match", tag), body(`{"name":"x"}`)),
			w.patch(),
		)
	}
	untagged := w.send(t, request("PATCH", "/v1/things/t1", bearer(w.reseller), body(`{"name":"x"}`)), w.patch())
	if untagged.StatusCode != http.StatusOK || w.call.IfMatch != nil {
		t.Errorf("without the header: got %d, version %v, want 200 without a version", untagged.StatusCode, w.call.IfMatch)
	}
	for _, tag := range []string{"*", " * "} {
		if response := patch(tag); response.StatusCode != http.StatusOK || w.call.IfMatch != nil {
			t.Errorf("%q: got %d, version %v, want 200 without a version", tag, response.StatusCode, w.call.IfMatch)
		}
	}
	response := patch(httpapi.ETag(7))
	if response.StatusCode != http.StatusOK || w.call.IfMatch == nil || *w.call.IfMatch != 7 {
		t.Errorf("got %d, version %v, want 200 with the version 7", response.StatusCode, w.call.IfMatch)
	}
	for _, tag := range []string{"", " ", `W/"7"`, "7", `"x"`, `"7`, `"07"`, `"7", "8"`, `"+7"`, `""`, `"7"x`} {
		wantProblem(t, patch(tag), 412, "version-mismatch")
	}
	w.send(t, request("POST", "/v1/things", bearer(w.reseller), header("if-match", "x"), body(`{"name":"x"}`)), w.create())
	if w.in == nil || w.call.IfMatch != nil {
		t.Errorf("an operation without versions does not ignore If-Match")
	}
}
