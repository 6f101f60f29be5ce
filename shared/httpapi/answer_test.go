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

func TestHeadersOfEveryAnswer(t *testing.T) {
	w := newWorld(t)
	success := w.send(t, request("POST", "/v1/things", bearer(w.reseller), body(`{"name":"x"}`)), w.create())
	refusal := w.send(t, request("POST", "/v1/things"), w.create())
	for _, response := range []map[string]string{success.Headers, refusal.Headers} {
		if response["Cache-Control"] != "no-store" || response["X-Content-Type-Options"] != "nosniff" || response["X-Request-Id"] != "req-1" {
			t.Errorf("headers %v", response)
		}
	}
	if h := success.Headers; h["Content-Type"] != "application/json" || h["Etag"] != `"1"` || h["Location"] != "/v1/things/t1" {
		t.Errorf("headers %v", h)
	}
	if want := "{\"id\":\"t1\",\"holds\":[]}\n"; success.StatusCode != http.StatusCreated || success.Body != want || success.IsBase64Encoded {
		t.Errorf("answered %d %q, want %q", success.StatusCode, success.Body, want)
	}
}

func TestListsAreNeverNull(t *testing.T) {
	w := newWorld(t)
	full, empty := new(listOut), new(listOut)
	full.Body.Items = []answer{{ID: "t1"}}
	for out, want := range map[*listOut]string{
		full: `{"items":[{"id":"t1","holds":[]}],"limit":0}`, empty: `{"items":[],"limit":0}`,
	} {
		op := httpapi.New(w.list().Spec, saw[listIn](w, out, nil))
		response := w.send(t, request("GET", "/v1/things", bearer(w.reseller)), op)
		if strings.TrimSpace(response.Body) != want {
			t.Errorf("answered %s, want %s", response.Body, want)
		}
	}
}

func TestAcceptDoesNotChangeTheAnswer(t *testing.T) {
	w := newWorld(t)
	for _, accept := range []string{"json", "text/html", "application/cbor", "*/*", "application/problem+json"} {
		response := w.send(t, request("GET", "/v1/things", bearer(w.reseller), header("accept", accept)), w.list())
		if response.StatusCode != http.StatusOK || response.Headers["Content-Type"] != "application/json" {
			t.Errorf("%s: answered %d as %s", accept, response.StatusCode, response.Headers["Content-Type"])
		}
		refused := w.send(t, request("GET", "/v1/things?limit=0", bearer(w.reseller), header("accept", accept)), w.list())
		wantProblem(t, refused, 422, "invalid-request")
	}
}

func TestEveryFaultHasItsProblem(t *testing.T) {
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
		f := fault.New(code, "Told to the caller.")
		f.Fields = []fault.Field{{Pointer: "/b", Code: "x", Detail: "d"}, {Pointer: "/a", Code: "x", Detail: "d"}}
		wrapped := fmt.Errorf("while doing it: %w", f)
		p := wantProblem(t, w.send(t, request("GET", "/v1/fail"), failing(wrapped, nil)), want, shown)
		if p.Detail != "Told to the caller." || !slices.Equal(fields(p), []string{"/a x", "/b x"}) || p.RequestID != "req-1" {
			t.Errorf("%s: %+v", code, p)
		}
		if p := wantProblem(t, w.send(t, request("GET", "/v1/fail"), failing(&fault.Fault{Code: code}, nil)), want, shown); p.Detail != p.Title+"." {
			t.Errorf("%s without detail: %+v", code, p)
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
	refused := w.send(t, request("GET", "/v1/things", bearer(w.outage)), w.list())
	if wantProblem(t, refused, 503, "unavailable"); refused.Headers["Retry-After"] != "2" {
		t.Errorf("headers %v", refused.Headers)
	}
}

const secret = "s3cret-value"

func TestDefectsAreHidden(t *testing.T) {
	w := newWorld(t)
	for name, op := range map[string]httpapi.Operation{
		"an error":         failing(errors.New("dynamodb said "+secret), nil),
		"an unknown fault": failing(&fault.Fault{Code: "nonsense", Detail: secret}, nil),
		"a panic":          failing(nil, "lost "+secret),
		"a runtime panic":  failing(nil, errors.New(secret)),
		"internal":         failing(&fault.Fault{Code: "nonsense"}, nil),
	} {
		response := w.send(t, request("GET", "/v1/fail"), op)
		wantProblem(t, response, 500, "internal")
		if strings.Contains(fmt.Sprint(response), secret) {
			t.Errorf("%s: the answer tells %v", name, response)
		}
	}
}

func TestAnswersThatCannotBeWritten(t *testing.T) {
	type out struct {
		Location string `header:"Location"`
		Body     struct {
			Bad func() `json:"bad"`
		}
	}
	op := httpapi.Public(httpapi.Spec{ID: "bad", Method: "GET", Path: "/v1/bad"},
		func(context.Context, httpapi.Call, *struct{}) (*out, error) {
			return &out{Location: "/begun"}, nil
		})
	w := newWorld(t)
	response := w.send(t, request("GET", "/v1/bad"), op)
	if wantProblem(t, response, 500, "internal"); response.Headers["Location"] != "" {
		t.Errorf("something of the answer remains: %v", response)
	}
}

func TestCookiesOfAnswers(t *testing.T) {
	w := newWorld(t)
	response := w.send(t, request("POST", "/v1/sessions", body(`{"name":"x"}`)), w.signInOperation())
	if !slices.Equal(response.Cookies, []string{"a=1", "b=2"}) || response.Headers["Set-Cookie"] != "" {
		t.Errorf("cookies %q, headers %v", response.Cookies, response.Headers)
	}
}

func TestNothingToSay(t *testing.T) {
	w := newWorld(t)
	response := w.send(t, request("DELETE", "/v1/things/t1", bearer(w.administrator)), w.remove())
	if response.StatusCode != http.StatusNoContent || response.Body != "" || response.Headers["Content-Type"] != "" {
		t.Errorf("answered %+v", response)
	}
}

// The gateway knows HEAD of no route, so only the function of unknown routes is asked for it.
func TestHeadIsNoRoute(t *testing.T) {
	w := newWorld(t)
	for _, ops := range [][]httpapi.Operation{nil, {w.list()}} {
		response := w.send(t, request("HEAD", "/v1/things", bearer(w.reseller)), ops...)
		if response.StatusCode != http.StatusNotFound || response.Body != "" || response.Headers["Content-Type"] != "application/problem+json" || w.in != nil {
			t.Errorf("answered %+v", response)
		}
	}
}

func TestTextsAndBytes(t *testing.T) {
	w := newWorld(t)
	for text, encoded := range map[string]bool{"{\"openapi\":\"3.1.0\"}": false, "\xff\xfe": true} {
		op := httpapi.Public(httpapi.Spec{ID: "text", Method: "GET", Path: "/v1/text"}, saw[struct{}](w,
			&textOut{ContentType: "application/openapi+json", CacheControl: "no-cache", Body: []byte(text)}, nil))
		response := w.send(t, request("GET", "/v1/text"), op)
		if response.IsBase64Encoded != encoded || !encoded && response.Body != text || encoded && response.Body != "//4=" {
			t.Errorf("answered %+v", response)
		}
		if h := response.Headers; h["Content-Type"] != "application/openapi+json" || h["Cache-Control"] != "no-cache" {
			t.Errorf("headers %v", h)
		}
	}
}

func TestOneLogLineForEachRequest(t *testing.T) {
	w := newWorld(t)
	op := httpapi.New(w.get().Spec, func(ctx context.Context, _ httpapi.Call, _ *idIn) (*thingOut, error) {
		meter.From(ctx).Add("dynamodb:GetItem table", 0.5, 0)
		meter.From(ctx).Add("dynamodb:PutItem table", 0, 2)
		return nil, fault.Because(errors.New("condition failed"), fault.Conflict, "It is there.")
	})
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	cfg := w.config()
	cfg.Now = func() time.Time { now = now.Add(40 * time.Millisecond); return now }
	event := request("GET", "/v1/things/"+secret, bearer(w.reseller), header("x-private", secret), header("cookie", secret))
	event.Body = secret
	if _, err := httpapi.Handler(cfg, op)(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	if strings.Count(w.log.String(), "\n") != 1 || strings.Contains(w.log.String(), secret) || strings.Contains(w.log.String(), "tny_") {
		t.Errorf("log: %s", w.log.String())
	}
	var line map[string]any
	if err := json.Unmarshal(w.log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	delete(line, "time")
	want := `{"callerId":"res_01JZ0000000000000000000000","code":"conflict","durationMs":40,"error":"condition failed","level":"INFO",` +
		`"msg":"operation finished","operation":"getThing","requestId":"req-1","status":409,` +
		`"storage":{"calls":["dynamodb:GetItem table","dynamodb:PutItem table"],"readUnits":0.5,"trips":2,"writeUnits":2}}`
	if got, _ := json.Marshal(line); string(got) != want {
		t.Errorf("line:\n%s\nwant:\n%s", got, want)
	}
}

func TestDefectsAreLogged(t *testing.T) {
	for name, op := range map[string]httpapi.Operation{
		"panic: lost":   failing(nil, "lost"),
		"no such table": failing(errors.New("no such table"), nil),
	} {
		w := newWorld(t)
		w.send(t, request("GET", "/v1/fail"), op)
		line := w.log.String()
		if !strings.Contains(line, `"error":"`+name+`"`) || !strings.Contains(line, `"level":"ERROR"`) || strings.Count(line, "\n") != 1 {
			t.Errorf("line: %s", line)
		}
		if strings.Contains(line, `"stack":`) != strings.HasPrefix(name, "panic") {
			t.Errorf("line: %s", line)
		}
	}
}

func TestRefusedInputIsNotLogged(t *testing.T) {
	w := newWorld(t)
	for _, text := range []string{`{"` + secret + `":1}`, `{"name":5,"at":"` + secret + `"}`, `{"name":"` + secret} {
		w.send(t, request("POST", "/v1/things?"+secret+"=1", bearer(w.reseller), body(text)), w.create())
	}
	if strings.Contains(w.log.String(), secret) || strings.Count(w.log.String(), "\n") != 3 {
		t.Errorf("log: %s", w.log.String())
	}
}
