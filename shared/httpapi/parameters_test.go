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
		"limit":                      nil,
		"limit=&status=&search=":     nil,
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
				t.Errorf("%s: answered %d %s", query, response.StatusCode, response.Body)
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
		t.Errorf("answered %d %s, input %+v", response.StatusCode, response.Body, w.in)
	}
	for _, query := range []string{"", "?limit=&status=&search="} {
		w.send(t, request("GET", "/v1/things"+query, bearer(w.reseller)), w.list())
		if in, _ := w.in.(*listIn); in == nil || *in != (listIn{Limit: 25}) {
			t.Errorf("%q: input %+v, want that of no parameters", query, w.in)
		}
	}
}

func TestIdempotencyKey(t *testing.T) {
	w := newWorld(t)
	send := func(token change, key, text string) string {
		t.Helper()
		response := w.send(t, request("POST", "/v1/things", token, header("idempotency-key", key), body(text)), w.create())
		if response.StatusCode != http.StatusCreated {
			t.Fatalf("answered %d %s", response.StatusCode, response.Body)
		}
		return w.call.Key.Name + " " + w.call.Key.Fingerprint
	}
	first := send(bearer(w.reseller), "k-1", `{"name":"x"}`)
	if again := send(bearer(w.reseller), "k-1", `{"name":"x"}`); again != first {
		t.Errorf("the same request is named %s, then %s", first, again)
	}
	key, fingerprint, _ := strings.Cut(first, " ")
	otherKey, _, _ := strings.Cut(send(bearer(w.administrator), "k-1", `{"name":"x"}`), " ")
	sameKey, otherFingerprint, _ := strings.Cut(send(bearer(w.reseller), "k-1", `{"name":"y"}`), " ")
	if otherKey == key || sameKey != key || otherFingerprint == fingerprint || fingerprint == "" {
		t.Errorf("another caller's key or another body is not told apart")
	}
	for _, bad := range []string{"", "two words", "ümlaut", strings.Repeat("x", 256), "a\tb"} {
		p := w.refuse(t, 422, "invalid-request", header("idempotency-key", bad), body(`{"name":"x"}`))
		if got := fields(p); !slices.Equal(got, []string{"Idempotency-Key format"}) {
			t.Errorf("%q: %q", bad, got)
		}
	}
	w.send(t, request("POST", "/v1/things", bearer(w.reseller), body(`{"name":"x"}`)), w.create())
	if w.call.Key.IsSet() {
		t.Errorf("a request without key is named")
	}
	public := request("POST", "/v1/sessions", header("Idempotency-Key", "k"), body(`{"name":"x","size":1}`))
	w.send(t, public, w.signInOperation())
	here := w.call.Key
	w.send(t, request("POST", "/v1/sessions", header("Idempotency-Key", "k"), body(`{"name":"x","size":2}`)), w.signInOperation())
	if again := w.call.Key; !here.IsSet() || again.Name != here.Name || again.Fingerprint == here.Fingerprint {
		t.Errorf("another body: named %v, before %v", again, here)
	}
	w.send(t, request("POST", "/v1/sessions", header("Idempotency-Key", "k"), body(`{"name":"y","size":1}`)), w.signInOperation())
	if neighbour := w.call.Key; !neighbour.IsSet() || neighbour.Name == here.Name {
		t.Errorf("two people at one address share the name %v", here)
	}
	public.RequestContext.HTTP.SourceIP = "192.0.2.8"
	w.send(t, public, w.signInOperation())
	if there := w.call.Key; !there.IsSet() || here.Name == there.Name {
		t.Errorf("public requests are named %v and %v", here, there)
	}
	w.send(t, request("GET", "/v1/things", bearer(w.reseller), header("Idempotency-Key", "two words")), w.list())
	if w.in == nil || w.call.Key.IsSet() {
		t.Errorf("a read is not done, or named")
	}
}

// The secret is asked for only where it is needed: it may cost a round trip.
func TestFingerprintsAreKeyed(t *testing.T) {
	w := newWorld(t)
	send := func(changes ...change) events.APIGatewayV2HTTPResponse {
		return w.send(t, request("POST", "/v1/things", append(changes, bearer(w.reseller))...), w.create())
	}
	send(body(`{"name":"x"}`))
	send(body(`{"name":""}`), header("idempotency-key", "k"))
	if w.secrets != 0 {
		t.Errorf("the secret was asked for %d times", w.secrets)
	}
	send(body(`{"name":"x"}`), header("idempotency-key", "k"))
	first := w.call.Key
	w.secret = idempotency.Secret("another")
	send(body(`{"name":"x"}`), header("idempotency-key", "k"))
	if w.call.Key.Name != first.Name || w.call.Key.Fingerprint == first.Fingerprint {
		t.Errorf("the fingerprint does not depend on the secret: %v, %v", first, w.call.Key)
	}
	w.secret = nil
	if response := send(body(`{"name":"x"}`), header("idempotency-key", "k")); response.StatusCode != http.StatusCreated || w.call.Key.IsSet() {
		t.Errorf("answered %d, named %v", response.StatusCode, w.call.Key)
	}
	w.secretErr = fault.New(fault.Unavailable, "The storage does not answer.")
	wantProblem(t, send(body(`{"name":"x"}`), header("idempotency-key", "k")), 503, "unavailable")
	if w.in != nil {
		t.Error("the operation was done")
	}
}

func TestWritesWithoutKey(t *testing.T) {
	w := newWorld(t)
	op := httpapi.New(httpapi.Spec{
		ID: "signOut", Method: "DELETE", Path: "/v1/session", Callers: access.OnlyAdmin, Unkeyed: true,
	}, saw[struct{}, struct{}](w, nil, nil))
	for _, key := range []string{"k-1", "two words"} {
		response := w.send(t, request("DELETE", "/v1/session", bearer(w.administrator), header("idempotency-key", key)), op)
		if response.StatusCode != http.StatusNoContent || w.call.Key.IsSet() {
			t.Errorf("%q: answered %d, named %v", key, response.StatusCode, w.call.Key)
		}
	}
	if parameters := httpapi.Document([]httpapi.Operation{op}).Paths["/v1/session"].Delete.Parameters; len(parameters) > 0 {
		t.Errorf("the document names %s", parameters[0].Name)
	}
}

func TestIfMatch(t *testing.T) {
	w := newWorld(t)
	patch := func(tag string) events.APIGatewayV2HTTPResponse {
		return w.send(t, request("PATCH", "/v1/things/t1", bearer(w.reseller), header("if-match", tag), body(`{"name":"x"}`)), w.patch())
	}
	untagged := w.send(t, request("PATCH", "/v1/things/t1", bearer(w.reseller), body(`{"name":"x"}`)), w.patch())
	if untagged.StatusCode != http.StatusOK || w.call.IfMatch != nil {
		t.Errorf("without the header: answered %d, version %v", untagged.StatusCode, w.call.IfMatch)
	}
	for _, tag := range []string{"*", " * "} {
		if response := patch(tag); response.StatusCode != http.StatusOK || w.call.IfMatch != nil {
			t.Errorf("%q: answered %d, version %v", tag, response.StatusCode, w.call.IfMatch)
		}
	}
	if response := patch(httpapi.ETag(7)); response.StatusCode != http.StatusOK || w.call.IfMatch == nil || *w.call.IfMatch != 7 {
		t.Errorf("answered %d, version %v", response.StatusCode, w.call.IfMatch)
	}
	for _, tag := range []string{"", " ", `W/"7"`, "7", `"x"`, `"7`, `"07"`, `"7", "8"`, `"+7"`, `""`, `"7"x`} {
		wantProblem(t, patch(tag), 412, "version-mismatch")
	}
	w.send(t, request("POST", "/v1/things", bearer(w.reseller), header("if-match", "x"), body(`{"name":"x"}`)), w.create())
	if w.in == nil || w.call.IfMatch != nil {
		t.Errorf("an operation without versions looks at If-Match")
	}
}
