package httpapi_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/httpapi"
)

// wantRejected sends a request to create a thing. It checks that the response is the problem and that the operation did
// not run.
func (w *world) wantRejected(t *testing.T, status int, code string, changes ...change) httpapi.Problem {
	t.Helper()
	event := request("POST", "/v1/things", append([]change{bearer(w.reseller)}, changes...)...)
	p := wantProblem(t, w.send(t, event, w.create()), status, code)
	if w.in != nil {
		t.Errorf("the operation was called")
	}
	return p
}

func TestMalformedBodies(t *testing.T) {
	w := newWorld(t)
	for name, text := range map[string]string{
		"broken":                     `{"name":`,
		"white space only":           "  \n",
		"trailing garbage":           `{"name":"x"} x`,
		"a second value":             `{"name":"x"}{"name":"y"}`,
		"a trailing comma":           `{"name":"x",}`,
		"single quotes":              `{'name':'x'}`,
		"a comment":                  `{"name":"x"} // x`,
		"NaN":                        `{"name":NaN}`,
		"a leading zero":             `{"name":"x","size":01}`,
		"a byte order mark":          "\ufeff" + `{"name":"x"}`,
		"a raw control character":    "{\"name\":\"a\x01b\"}",
		"invalid UTF-8":              "{\"name\":\"a\xffb\"}",
		"UTF-8 of a surrogate":       "{\"name\":\"\xed\xa0\x80\"}",
		"half a surrogate pair":      `{"name":"\ud83d"}`,
		"the wrong half":             `{"name":"\udc00x"}`,
		"two first halves":           `{"name":"\ud83d\ud83d"}`,
		"a half and an escape":       `{"name":"\ud83d\n"}`,
		"deep arrays":                `{"name":"x","free":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`,
		"very deep arrays":           strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
		"deep objects":               strings.Repeat(`{"part":`, 33) + "1" + strings.Repeat("}", 33),
		"a name twice":               `{"name":"x","name":"y"}`,
		"a name twice, once escaped": `{"name":"x","nam\u0065":"y"}`,
		"a name twice further down":  `{"name":"x","free":[{"a":{"b":1,"b":1}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			if p := w.wantRejected(t, 400, "invalid-request", body(text)); len(p.Errors) != 0 {
				t.Errorf("got the fields %v, want none", p.Errors)
			}
		})
	}
	w.wantRejected(t, 400, "invalid-request") // no body at all
	w.wantRejected(
		t,
		400,
		"invalid-request",
		body("%%%"),
		func(e *events.APIGatewayV2HTTPRequest) { e.IsBase64Encoded = true },
	)
}

func TestValidBodies(t *testing.T) {
	w := newWorld(t)
	for name, text := range map[string]string{
		"plain":                  `{"name":"x"}`,
		"names as typed":         `{"name":"O'Neil <b>x 李小龍 Robert'); DROP TABLE-- \ud83d\ude00 \\ud83d"}`,
		"white space around":     " \r\n{\"name\":\"x\"}\t\n",
		"all fields":             `{"name":"x","size":1,"small":-5,"weight":1.5e3,"kind":"round","code":"abba","at":"2027-01-02T03:04:05Z","note":"n","on":true,"tags":[],"part":{"colour":"red","parts":[{"colour":"x"}]},"limits":{"disk_space":-1,"max-db":2},"free":{"a.b":[null,1e5]},"own":"good","mail":"a@example.net"}`,
		"null where it is legal": `{"name":"x","note":null,"free":null}`,
		"as deep as allowed":     `{"name":"x","free":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}`,
		"sixty wide characters":  `{"name":"` + strings.Repeat("龍", 60) + `"}`,
		"an escaped zero":        `{"name":"a\u0000b"}`,
	} {
		response := w.send(t, request("POST", "/v1/things", bearer(w.reseller), body(text)), w.create())
		if response.StatusCode != http.StatusCreated {
			t.Errorf("%s: got %d %s, want 201", name, response.StatusCode, response.Body)
		}
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(`{"name":"李小龍"}`))
	response := w.send(t, request("POST", "/v1/things", bearer(w.reseller), body(encoded),
		func(e *events.APIGatewayV2HTTPRequest) { e.IsBase64Encoded = true }), w.create())
	if in, _ := w.in.(*createIn); response.StatusCode != http.StatusCreated || in.Body.Name != "李小龍" {
		t.Errorf("base64: got %d %s, want 201", response.StatusCode, response.Body)
	}
}

func TestInvalidValues(t *testing.T) {
	w := newWorld(t)
	for text, want := range map[string][]string{
		`{}`:               {"/name required"},
		`null`:             {"wrong-type"},
		`[]`:               {"wrong-type"},
		`"x"`:              {"wrong-type"},
		`1e400`:            {"out-of-range"},
		`{"name":null}`:    {"/name wrong-type"},
		`{"name":5}`:       {"/name wrong-type"},
		`{"name":{"a":1}}`: {"/name wrong-type"},
		`{"name":""}`:      {"/name too-short"},
		`{"name":"` + strings.Repeat("x", 61) + `"}`: {"/name too-long"},
		`{"Name":"x"}`:                             {"/Name unknown-field", "/name required"},
		`{"name":"x","size":0}`:                    {"/size out-of-range"},
		`{"name":"x","size":101}`:                  {"/size out-of-range"},
		`{"name":"x","size":1.5}`:                  {"/size wrong-type"},
		`{"name":"x","size":1.0}`:                  {"/size wrong-type"},
		`{"name":"x","size":1e1}`:                  {"/size wrong-type"},
		`{"name":"x","size":"1"}`:                  {"/size wrong-type"},
		`{"name":"x","size":null}`:                 {"/size wrong-type"},
		`{"name":"x","size":1e400}`:                {"/size out-of-range"},
		`{"name":"x","size":99999999999999999999}`: {"/size out-of-range"},
		`{"name":"x","small":3000000000}`:          {"/small out-of-range"},
		`{"name":"x","weight":1e400}`:              {"/weight out-of-range"},
		`{"name":"x","weight":"1"}`:                {"/weight wrong-type"},
		`{"name":"x","kind":"oval"}`:               {"/kind not-allowed"},
		`{"name":"x","code":"cab"}`:                {"/code format"},
		`{"name":"x","at":"yesterday"}`:            {"/at format"},
		`{"name":"x","at":null}`:                   {"/at wrong-type"},
		`{"name":"x","own":"bad"}`:                 {"not-allowed"},
		`{"name":"x","own":null}`:                  {"/own wrong-type"},
		`{"name":"x","mail":"not an address"}`:     {"/mail format"},
		`{"name":"x","on":"true"}`:                 {"/on wrong-type"},
		`{"name":"x","tags":{}}`:                   {"/tags wrong-type"},
		`{"name":"x","tags":null}`:                 {"/tags wrong-type"},
		`{"name":"x","tags":["a",null,5]}`:         {"/tags/1 wrong-type", "/tags/2 wrong-type"},
		`{"name":"x","tags":["a","b","c","d"]}`:    {"/tags too-long"},
		`{"name":"x","part":null}`:                 {"/part wrong-type"},
		`{"name":"x","part":{}}`:                   {"/part/colour required"},
		`{"name":"x","part":{"colour":"r","parts":[{"colour":"r","parts":[{}]}]}}`: {"/part/parts/0/parts/0/colour required"},
		`{"name":"x","part":{"colour":"r","size":1}}`:                              {"/part/size unknown-field"},
		`{"name":"x","part":{"a.b":1,"a[0]":2,"size":1}}`:                          {"/part unknown-field", "/part/colour required", "/part/size unknown-field"},
		`{"name":"x","limits":{"max_cl":"many"}}`:                                  {"/limits/max_cl wrong-type"},
		`{"name":"x","limits":{"a.b":1}}`:                                          {"/limits format"},
		`{"name":"x","limits":{"a":null}}`:                                         {"/limits/a wrong-type"},
		`{"name":"x","free":[{"a":1e999}]}`:                                        {"/free/0 out-of-range"},
		`{"a":1,"":2,"a/b":3}`:                                                     {"/a unknown-field", "/name required", "unknown-field"},
	} {
		p := w.wantRejected(t, 422, "invalid-request", body(text))
		if got := fields(p); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", text, got, want)
		}
		for _, field := range p.Errors {
			if field.Detail == "" || strings.Contains(field.Detail, "not an address") || strings.Contains(field.Detail, "bad") ||
				strings.ContainsAny(field.Detail, "|%") && field.Code != "format" {
				t.Errorf(
					"%s: got the detail %q, want a text without the caller's value and without placeholders",
					text,
					field.Detail,
				)
			}
		}
	}
}

func TestProblemListsAllInvalidFields(t *testing.T) {
	w := newWorld(t)
	p := wantProblem(t, w.send(t, request("PATCH", "/v1/things/"+strings.Repeat("x", 65)+"?other=1", bearer(w.reseller),
		header("idempotency-key", "two words"), header("if-match", "W/\"1\""),
		body(`{"nam":1,"size":1.5,"kind":"oval"}`)), w.patch()), 422, "invalid-request")
	want := []string{
		"/kind not-allowed", "/nam unknown-field", "/name required", "/size wrong-type",
		"Idempotency-Key format", "other unknown-parameter", "thingId too-long",
	}
	if got := fields(p); !slices.Equal(got, want) {
		t.Errorf("fields\n got %q\nwant %q", got, want)
	}
}

func TestProblemListsAtMostFiftyFields(t *testing.T) {
	w := newWorld(t)
	var names strings.Builder
	for i := range 2000 {
		names.WriteString(
			`,"n` + strings.Repeat(
				"x",
				i%20,
			) + string(
				rune('a'+i%26),
			) + string(
				rune('a'+i/26%26),
			) + string(
				rune('a'+i/676),
			) + `":1`,
		)
	}
	if p := w.wantRejected(t, 422, "invalid-request", body(`{"name":"x"`+names.String()+`}`)); len(p.Errors) != 50 {
		t.Errorf("got %d fields, want 50", len(p.Errors))
	}
}

func TestBodySizeLimit(t *testing.T) {
	w := newWorld(t)
	fits := `{"name":"x"}` + strings.Repeat(" ", 64<<10-12)
	response := w.send(t, request("POST", "/v1/things", bearer(w.reseller), body(fits)), w.create())
	if response.StatusCode != http.StatusCreated {
		t.Errorf("64 KB: got %d %s, want 201", response.StatusCode, response.Body)
	}
	w.wantRejected(t, 413, "too-large", body(fits+" "))
	w.wantRejected(t, 413, "too-large", body(base64.StdEncoding.EncodeToString([]byte(fits+" "))),
		func(e *events.APIGatewayV2HTTPRequest) { e.IsBase64Encoded = true })

	wide := w.create()
	wide.MaxBody = 1 << 20
	response = w.send(t, request("POST", "/v1/things", bearer(w.reseller), body(fits+" ")), wide)
	if response.StatusCode != http.StatusCreated {
		t.Errorf("raised limit: got %d %s, want 201", response.StatusCode, response.Body)
	}

	remove := request(
		"DELETE",
		"/v1/things/t1",
		bearer(w.administrator),
		header("content-type", "text/plain"),
		body("anything"),
	)
	if response := w.send(t, remove, w.remove()); response.StatusCode != http.StatusNoContent {
		t.Errorf("a body of an operation that takes none: got %d %s, want 204", response.StatusCode, response.Body)
	}
	list := request("GET", "/v1/things", bearer(w.reseller), header("content-type", "text/plain"), body(fits+" "))
	if response := w.send(t, list, w.list()); response.StatusCode != http.StatusOK {
		t.Errorf("a body of a GET request: got %d %s, want 200", response.StatusCode, response.Body)
	}
	remove.Body = fits + " "
	wantProblem(t, w.send(t, remove, w.remove()), 413, "too-large")
}

func TestMediaTypes(t *testing.T) {
	w := newWorld(t)
	for _, media := range []string{
		"application/json", "Application/JSON", "application/json; charset=utf-8", `application/json;charset="UTF-8"`,
	} {
		response := w.send(
			t,
			request("POST", "/v1/things", bearer(w.reseller), header("content-type", media), body(`{"name":"x"}`)),
			w.create(),
		)
		if response.StatusCode != http.StatusCreated {
			t.Errorf("%s: got %d %s, want 201", media, response.StatusCode, response.Body)
		}
	}
	for _, media := range []string{
		"text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "application/merge-patch+json",
		"application/vnd.x+json", "application/json, text/plain", "json", "application/json;+", ";",
	} {
		w.wantRejected(t, 415, "unsupported-media-type", header("content-type", media), body(`{"name":"x"}`))
	}
	w.wantRejected(
		t,
		415,
		"unsupported-media-type",
		body(`{"name":"x"}`),
		func(e *events.APIGatewayV2HTTPRequest) { delete(e.Headers, "content-type") },
	)
	w.wantRejected(
		t,
		415,
		"unsupported-media-type",
		header("content-type", "text/plain"),
		body(strings.Repeat(" ", 70_000)),
	)

	for media, status := range map[string]int{"application/merge-patch+json": 200, "application/json": 200, "text/plain": 415} {
		response := w.send(
			t,
			request("PATCH", "/v1/things/t1", bearer(w.reseller), header("content-type", media), body(`{"name":"x"}`)),
			w.patch(),
		)
		if response.StatusCode != status {
			t.Errorf("PATCH %s: got %d %s, want %d", media, response.StatusCode, response.Body, status)
		}
	}
}

func TestOptionalBody(t *testing.T) {
	w := newWorld(t)
	response := w.send(t, request("PATCH", "/v1/things/t1", bearer(w.reseller)), w.patch())
	if in, _ := w.in.(*patchIn); response.StatusCode != http.StatusOK || in.Body != nil {
		t.Errorf("got %d %s, want 200", response.StatusCode, response.Body)
	}
}
