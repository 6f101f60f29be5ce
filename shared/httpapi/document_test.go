package httpapi_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/httpapi"
)

func document(t *testing.T) *huma.OpenAPI {
	t.Helper()
	return httpapi.Document(newWorld(t).operations())
}

func TestDocumentDoesNotDependOnTheOrder(t *testing.T) {
	w := newWorld(t)
	ops := w.operations()
	first, err := httpapi.Document(ops).YAML()
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(ops)
	for range 5 {
		again, err := httpapi.Document(ops).YAML()
		if err != nil || !bytes.Equal(first, again) {
			t.Fatalf("the document differs (%v)", err)
		}
	}
	for _, foreign := range []string{"http://", "https://", "$schema", "example.com"} {
		if bytes.Contains(first, []byte(foreign)) {
			t.Errorf("the document contains %s", foreign)
		}
	}
}

func TestDocumentOfAnOperation(t *testing.T) {
	doc := document(t)
	if doc.OpenAPI != "3.1.0" || doc.Info.Title != "Tenantry" || doc.Info.Version != "v1" {
		t.Errorf(
			"got an OpenAPI %s document of %s %s, want 3.1.0 of Tenantry v1",
			doc.OpenAPI,
			doc.Info.Title,
			doc.Info.Version,
		)
	}
	create := doc.Paths["/v1/things"].Post
	if create.OperationID != "createThing" || create.Summary != "Create a thing" ||
		!slices.Equal(create.Tags, []string{"Things"}) {
		t.Errorf("got %+v, want the id, summary and tag of the Spec", create)
	}
	wantJSON(t, create.Extensions, `{"x-callers":["administrator","reseller"],"x-scope":"customers:write"}`)
	wantJSON(t, create.Security, `[{"bearer":[]},{"cookie":[],"csrf":[]}]`)
	wantJSON(t, doc.Paths["/v1/things"].Get.Security, `[{"bearer":[]},{"cookie":[]}]`)

	signIn := doc.Paths["/v1/sessions"].Post
	wantJSON(t, signIn.Extensions, `{"x-callers":[]}`)
	wantJSON(t, signIn.Security, `[]`)
	wantJSON(t, doc.Tags, `[{"name":"Sessions"},{"name":"Things"}]`)
}

func TestDocumentedStatuses(t *testing.T) {
	doc := document(t)
	things, thing := doc.Paths["/v1/things"], doc.Paths["/v1/things/{thingId}"]
	for id, c := range map[string]struct {
		op   *huma.Operation
		want string
	}{
		"createThing": {things.Post, "201 400 401 403 409 413 414 415 422 429 431 500 503"},
		"listThings":  {things.Get, "200 400 401 403 414 422 429 431 500 503"},
		"getThing":    {thing.Get, "200 400 401 403 404 414 422 429 431 500 503"},
		"patchThing":  {thing.Patch, "200 400 401 403 404 412 413 414 415 422 429 431 500 503"},
		"removeThing": {thing.Delete, "204 400 401 403 404 413 414 422 429 431 500 503"},
		"signIn":      {doc.Paths["/v1/sessions"].Post, "201 400 413 414 415 422 429 431 500 503"},
	} {
		if got := strings.Join(slices.Sorted(maps.Keys(c.op.Responses)), " "); got != c.want {
			t.Errorf("statuses of %s: got %s, want %s", id, got, c.want)
		}
		for status, response := range c.op.Responses {
			if status == "414" || status == "431" {
				continue // the gateway's own response
			}
			problem := response.Content["application/problem+json"]
			if isError := status >= "400"; isError != (problem != nil) ||
				isError && problem.Schema.Ref != "#/components/schemas/Problem" {
				t.Errorf("%s %s: got the content %v, want a problem document: %v", id, status, response.Content, isError)
			}
		}
	}
	if got, want := things.Post.Responses["409"].Description, "`conflict`: The request conflicts with the current state; `login-taken`: The login is already in use"; got != want {
		t.Errorf("description of 409: got %q, want %q", got, want)
	}
	for _, status := range []string{"429", "503"} {
		if things.Post.Responses[status].Headers["Retry-After"] == nil {
			t.Errorf("%s lacks Retry-After", status)
		}
	}
}

func TestDocumentedParameters(t *testing.T) {
	doc := document(t)
	thing := doc.Paths["/v1/things/{thingId}"]
	for id, c := range map[string]struct {
		op   *huma.Operation
		want string
	}{
		"listThings":  {doc.Paths["/v1/things"].Get, "query:limit query:status query:search"},
		"getThing":    {thing.Get, "path:thingId"},
		"patchThing":  {thing.Patch, "path:thingId header:Idempotency-Key header:If-Match"},
		"removeThing": {thing.Delete, "path:thingId header:Idempotency-Key"},
	} {
		var got []string
		for _, param := range c.op.Parameters {
			got = append(got, param.In+":"+param.Name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("parameters of %s: got %q, want %s", id, got, c.want)
		}
	}
	media := slices.Sorted(maps.Keys(thing.Patch.RequestBody.Content))
	if !slices.Equal(media, []string{"application/json", "application/merge-patch+json"}) ||
		thing.Patch.RequestBody.Required {
		t.Errorf("body of patchThing: got %q, want an optional body as JSON or JSON Merge Patch", media)
	}
}

func TestDocumentedSchemas(t *testing.T) {
	schemas := document(t).Components.Schemas.Map()
	for _, name := range []string{"Thing", "Part"} {
		if schemas[name].AdditionalProperties != false {
			t.Errorf("the schema %s of a request allows unknown fields", name)
		}
	}
	for _, name := range []string{"Problem", "Answer", "Field"} {
		if schemas[name] == nil || schemas[name].AdditionalProperties != nil {
			t.Errorf("the schema %s of a response does not allow unknown fields", name)
		}
	}
	if holds := schemas["Answer"].Properties["holds"]; holds.Type != "array" || holds.Nullable {
		t.Errorf("got %+v, want an array that is never null", holds)
	}
	wantJSON(t, schemas["Problem"].Required, `["type","title","status","detail","code","requestId"]`)
}

// huma documents a body of bytes as base64, but the handler sends the bytes unchanged.
func TestDocumentedBytes(t *testing.T) {
	op := httpapi.Public(
		httpapi.Spec{ID: "text", Method: "GET", Path: "/v1/text"},
		recorder[struct{}](newWorld(t), &textOut{}, nil),
	)
	wantJSON(
		t,
		httpapi.Document([]httpapi.Endpoint{op}).Paths["/v1/text"].Get.Responses["200"].Content,
		`{"application/json":{"schema":{}}}`,
	)
}

func wantJSON(t *testing.T, value any, want string) {
	t.Helper()
	if got, err := json.Marshal(value); err != nil || string(got) != want {
		t.Errorf("got %s (%v), want %s", got, err, want)
	}
}

func BenchmarkStart(b *testing.B) {
	w := newWorld(b)
	cfg := w.config()
	for b.Loop() {
		httpapi.Handler(cfg, w.create())
	}
}
