package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/meter"
)

func TestEveryResponseHasTheCommonHeaders(t *testing.T) {
	w := newWorld(t)
	success := w.send(t, request("POST", "/v1/things", bearer(w.reseller), body(`{"name":"x"}`)), w.create())
	failure := w.send(t, request("POST", "/v1/things"), w.create())
	for _, headers := range []map[string]string{success.Headers, failure.Headers} {
		if headers["Cache-Control"] != "no-store" || headers["X-Content-Type-Options"] != "nosniff" ||
			headers["Strict-Transport-Security"] != "max-age=63072000" || headers["X-Request-Id"] != "req-1" {
			t.Errorf("headers: got %v, want no-store, nosniff, HTTPS for two years and the request id", headers)
		}
	}
	if h := success.Headers; h["Content-Type"] != "application/json" || h["Etag"] != `"1"` ||
		h["Location"] != "/v1/things/t1" {
		t.Errorf("headers: got %v, want JSON, an ETag and a Location", h)
	}
	if want := "{\"id\":\"t1\",\"holds\":[]}\n"; success.StatusCode != http.StatusCreated || success.Body != want ||
		success.IsBase64Encoded {
		t.Errorf("got %d %q, want 201 %q", success.StatusCode, success.Body, want)
	}
}

func TestListsAreNeverNull(t *testing.T) {
	w := newWorld(t)
	full, empty := new(listOut), new(listOut)
	full.Body.Items = []answer{{ID: "t1"}}
	for out, want := range map[*listOut]string{
		full: `{"items":[{"id":"t1","holds":[]}],"limit":0}`, empty: `{"items":[],"limit":0}`,
	} {
		op := httpapi.New(w.list().Spec, recorder[listIn](w, out, nil))
		response := w.send(t, request("GET", "/v1/things", bearer(w.reseller)), op)
		if strings.TrimSpace(response.Body) != want {
			t.Errorf("got %s, want %s", response.Body, want)
		}
	}
}

func TestAcceptHeaderIsIgnored(t *testing.T) {
	w := newWorld(t)
	for _, accept := range []string{"json", "text/html", "application/cbor", "*/*", "application/problem+json"} {
		response := w.send(t, request("GET", "/v1/things", bearer(w.reseller), header("accept", accept)), w.list())
		if response.StatusCode != http.StatusOK || response.Headers["Content-Type"] != "application/json" {
			t.Errorf(
				"Accept %s: got %d %s, want 200 application/json",
				accept,
				response.StatusCode,
				response.Headers["Content-Type"],
			)
		}
		failure := w.send(t, request("GET", "/v1/things?limit=0", bearer(w.reseller), header("accept", accept)), w.list())
		wantProblem(t, failure, 422, "invalid-request")
	}
}

func TestFaultsBecomeProblems(t *testing.T) {
	w := newWorld(t)
	for code, want := range map[fault.Code]int{
		fault.MalformedRequest: 400, fault.InvalidRequest: 422, fault.Unauthenticated: 401, fault.AccountSuspended: 403,
		fault.Forbidden: 403, fault.HeldByHigherLevel: 403, fault.NotFound: 404, fault.Conflict: 409, fault.SecretShownOnce: 409,
		fault.LoginTaken: 409, fault.Busy: 409, fault.LimitExceeded: 409, fault.VersionMismatch: 412, fault.LinkExpired: 410,
		fault.TooLarge: 413, fault.UnsupportedMediaType: 415, fault.TooManyRequests: 429, fault.Unavailable: 503,
	} {
		shown := string(code)
		if code == fault.MalformedRequest {
			shown = "invalid-request"
		}
		f := fault.New(code, "Shown to the caller.")
		f.Fields = []fault.Field{{Pointer: "/b", Code: "x", Detail: "d"}, {Pointer: "/a", Code: "x", Detail: "d"}}
		wrapped := fmt.Errorf("while doing it: %w", f)
		p := wantProblem(t, w.send(t, request("GET", "/v1/fail"), failing(wrapped, nil)), want, shown)
		if p.Detail != "Shown to the caller." || !slices.Equal(fields(p), []string{"/a x", "/b x"}) ||
			p.RequestID != "req-1" {
			t.Errorf("%s: got %+v, want the detail, the sorted fields and the request id", code, p)
		}
		p = wantProblem(t, w.send(t, request("GET", "/v1/fail"), failing(&fault.Fault{Code: code}, nil)), want, shown)
		if p.Detail != p.Title+"." {
			t.Errorf("%s without a detail: got %q, want the title", code, p.Detail)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	w := newWorld(t)
	for _, code := range []fault.Code{fault.TooManyRequests, fault.Unavailable} {
		for wait, want := range map[time.Duration]string{
			0: "1", time.Millisecond: "1", time.Second: "1", 1500 * time.Millisecond: "2", 15 * time.Minute: "900",
		} {
			response := w.send(t, request("GET", "/v1/fail"), failing(&fault.Fault{Code: code, RetryAfter: wait}, nil))
			if got := response.Headers["Retry-After"]; got != want {
				t.Errorf("%s after %s: Retry-After %q, want %q", code, wait, got, want)
			}
		}
	}
	response := w.send(t, request("GET", "/v1/things", bearer(w.outage)), w.list())
	if wantProblem(t, response, 503, "unavailable"); response.Headers["Retry-After"] != "2" {
		t.Errorf("headers: got %v, want Retry-After 2", response.Headers)
	}
}

const secret = "s3cret-value"

func TestResponsesHideDefects(t *testing.T) {
	w := newWorld(t)
	for name, op := range map[string]httpapi.Endpoint{
		"an error":         failing(errors.New("dynamodb said "+secret), nil),
		"an unknown fault": failing(&fault.Fault{Code: "nonsense", Detail: secret}, nil),
		"a panic":          failing(nil, "lost "+secret),
		"a runtime panic":  failing(nil, errors.New(secret)),
		"internal":         failing(&fault.Fault{Code: "nonsense"}, nil),
	} {
		response := w.send(t, request("GET", "/v1/fail"), op)
		wantProblem(t, response, 500, "internal")
		if strings.Contains(fmt.Sprint(response), secret) {
			t.Errorf("%s: the response shows the text of the error: %v", name, response)
		}
	}
}

func TestOutputThatCannotBeEncodedBecomesAProblem(t *testing.T) {
	type out struct {
		Location string `header:"Location"`
		Body     struct {
			Bad func() `json:"bad"`
		}
	}
	op := httpapi.Public(httpapi.Spec{ID: "bad", Method: "GET", Path: "/v1/bad"},
		func(context.Context, httpapi.Call, *struct{}) (*out, error) {
			return &out{Location: "/started"}, nil
		})
	w := newWorld(t)
	response := w.send(t, request("GET", "/v1/bad"), op)
	if wantProblem(t, response, 500, "internal"); response.Headers["Location"] != "" {
		t.Errorf("the response still has headers of the output: %v", response)
	}
}

func TestResponseCookies(t *testing.T) {
	w := newWorld(t)
	response := w.send(t, request("POST", "/v1/sessions", body(`{"name":"x"}`)), w.signInOperation())
	if !slices.Equal(response.Cookies, []string{"a=1", "b=2"}) || response.Headers["Set-Cookie"] != "" {
		t.Errorf(
			"got the cookies %q and the headers %v, want two cookies and no Set-Cookie header",
			response.Cookies,
			response.Headers,
		)
	}
}

func TestNilOutputHasNoBody(t *testing.T) {
	w := newWorld(t)
	response := w.send(t, request("DELETE", "/v1/things/t1", bearer(w.administrator)), w.remove())
	if response.StatusCode != http.StatusNoContent || response.Body != "" || response.Headers["Content-Type"] != "" {
		t.Errorf("got %+v, want 204 without a body", response)
	}
}

// No route of the API Gateway has the method HEAD, so only the function for unknown routes receives it.
func TestHeadIsNotFound(t *testing.T) {
	w := newWorld(t)
	for _, ops := range [][]httpapi.Endpoint{nil, {w.list()}} {
		response := w.send(t, request("HEAD", "/v1/things", bearer(w.reseller)), ops...)
		if response.StatusCode != http.StatusNotFound || response.Body != "" ||
			response.Headers["Content-Type"] != "application/problem+json" ||
			w.in != nil {
			t.Errorf("got %+v, want 404 without a body", response)
		}
	}
}

func TestByteBodiesAreSentUnchanged(t *testing.T) {
	w := newWorld(t)
	for text, encoded := range map[string]bool{"{\"openapi\":\"3.1.0\"}": false, "\xff\xfe": true} {
		op := httpapi.Public(httpapi.Spec{ID: "text", Method: "GET", Path: "/v1/text"}, recorder[struct{}](w,
			&textOut{ContentType: "application/openapi+json", CacheControl: "no-cache", Body: []byte(text)}, nil))
		response := w.send(t, request("GET", "/v1/text"), op)
		if response.IsBase64Encoded != encoded || !encoded && response.Body != text || encoded && response.Body != "//4=" {
			t.Errorf("got %+v, want the body %q, encoded as base64: %v", response, text, encoded)
		}
		if h := response.Headers; h["Content-Type"] != "application/openapi+json" || h["Cache-Control"] != "no-cache" {
			t.Errorf("headers: got %v, want those of the output", h)
		}
	}
}

func TestEachRequestHasOneLogLine(t *testing.T) {
	w := newWorld(t)
	op := httpapi.New(w.get().Spec, func(ctx context.Context, _ httpapi.Call, _ *idIn) (*thingOut, error) {
		meter.From(ctx).Add("dynamodb:GetItem table", 0.5, 0)
		meter.From(ctx).Add("dynamodb:PutItem table", 0, 2)
		return nil, fault.Because(errors.New("condition failed"), fault.Conflict, "The thing already exists.")
	})
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	cfg := w.config()
	cfg.Now = func() time.Time { now = now.Add(40 * time.Millisecond); return now }
	event := request(
		"GET",
		"/v1/things/"+secret,
		bearer(w.reseller),
		header("x-private", secret),
		header("cookie", secret),
	)
	event.Body = secret
	if _, err := httpapi.Handler(cfg, op)(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	if strings.Count(w.log.String(), "\n") != 1 || strings.Contains(w.log.String(), secret) ||
		strings.Contains(w.log.String(), "tny_") {
		t.Errorf("got the log %s, want one line without secrets", w.log.String())
	}
	var line map[string]any
	if err := json.Unmarshal(w.log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	delete(line, "time")
	want := `{"address":"192.0.2.7","callerId":"res_01JZ0000000000000000000000","code":"conflict","durationMs":40,"error":"condition failed","level":"INFO",` +
		`"msg":"operation finished","operation":"getThing","requestId":"req-1","status":409,` +
		`"storage":{"readUnits":0.5,"trips":2,"writeUnits":2}}`
	if got, _ := json.Marshal(line); string(got) != want {
		t.Errorf("log line\n got %s\nwant %s", got, want)
	}
}

func TestDefectsAreLogged(t *testing.T) {
	for name, op := range map[string]httpapi.Endpoint{
		"panic: lost":   failing(nil, "lost"),
		"no such table": failing(errors.New("no such table"), nil),
	} {
		w := newWorld(t)
		w.send(t, request("GET", "/v1/fail"), op)
		line := w.log.String()
		if !strings.Contains(line, `"error":"`+name+`"`) || !strings.Contains(line, `"level":"ERROR"`) ||
			strings.Count(line, "\n") != 1 {
			t.Errorf("got the log %s, want one ERROR line with the error %q", line, name)
		}
		if wantStack := strings.HasPrefix(name, "panic"); strings.Contains(line, `"stack":`) != wantStack {
			t.Errorf("got the log line %s, want a stack: %v", line, wantStack)
		}
	}
}

func TestRejectedInputIsNotLogged(t *testing.T) {
	w := newWorld(t)
	for _, text := range []string{`{"` + secret + `":1}`, `{"name":5,"at":"` + secret + `"}`, `{"name":"` + secret} {
		w.send(t, request("POST", "/v1/things?"+secret+"=1", bearer(w.reseller), body(text)), w.create())
	}
	if strings.Contains(w.log.String(), secret) || strings.Count(w.log.String(), "\n") != 3 {
		t.Errorf("got the log %s, want three lines without the input", w.log.String())
	}
}
