package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/fault"
)

const idempotencyHeader = "Idempotency-Key"

// Document returns the OpenAPI document of operations. The same operations give the same document, in whatever order.
func Document(ops []Operation) *huma.OpenAPI {
	ops = slices.Clone(ops)
	slices.SortStableFunc(ops, func(a, b Operation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	doc := register(new(router), ops).OpenAPI()
	tags := map[string]bool{}
	for _, op := range ops {
		if !tags[op.Tag] {
			tags[op.Tag] = true
			doc.Tags = append(doc.Tags, &huma.Tag{Name: op.Tag})
		}
	}
	slices.SortFunc(doc.Tags, func(a, b *huma.Tag) int { return strings.Compare(a.Name, b.Name) })
	openAnswers(doc)
	return doc
}

// register makes a huma API of the operations and their routes.
func register(r *router, ops []Operation) huma.API {
	configureHuma()
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	api := huma.NewAPI(huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Tenantry", Version: "v1",
				Description: "Customer management for web hosting: customers, resellers, plans and subscriptions. A query parameter with an empty value is as if absent.",
			},
			Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
				"bearer": {Type: "http", Scheme: "bearer", Description: "the token of a session, or an API token"},
				"cookie": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "the session of a browser"},
				"csrf":   {Type: "apiKey", In: "header", Name: csrfHeader, Description: "with every change by cookie, together with a matching Origin; GET /v1/me tells the value"},
			}},
		},
		Formats:       map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat},
		DefaultFormat: "application/json",
	}, r)
	for _, op := range ops {
		op.register(api, describe(op.Spec, registry))
		added := r.routes[len(r.routes)-1]
		added.spec, added.query = op.Spec, queryNames(added.doc)
		complete(added)
	}
	r.bySpecificity()
	return api
}

// describe returns what the document says of an operation before huma adds what its types say.
func describe(spec Spec, registry huma.Registry) huma.Operation {
	doc := huma.Operation{
		OperationID: spec.ID, Method: spec.Method, Path: spec.Path, DefaultStatus: spec.success(),
		Summary: spec.Summary, Description: spec.Description, Tags: []string{spec.Tag},
		MaxBodyBytes: -1, // judged before huma
		Security:     []map[string][]string{},
		Extensions:   map[string]any{"x-callers": append([]string{}, names(spec.Callers)...)},
		Responses:    map[string]*huma.Response{},
	}
	if !spec.Public() {
		cookie := map[string][]string{"cookie": {}}
		if spec.Write() {
			cookie["csrf"] = []string{}
		}
		doc.Security = append(doc.Security, map[string][]string{"bearer": {}}, cookie)
		doc.Extensions["x-scope"] = string(spec.Scope)
	}
	problem := registry.Schema(problemType, true, "Problem")
	for status, titles := range spec.refusals() {
		doc.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: strings.Join(titles, "; "),
			Headers:     refusalHeaders(status),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
		}
	}
	return doc
}

func names[T ~string](of []T) []string {
	texts := make([]string, len(of))
	for i, one := range of {
		texts[i] = string(one)
	}
	return texts
}

// faults returns all that the operation may answer besides success.
func (s Spec) faults() []fault.Code {
	all := append([]fault.Code{
		fault.MalformedRequest, fault.InvalidRequest, fault.TooManyRequests, internal, fault.Unavailable,
	}, s.Faults...)
	if !s.Public() {
		all = append(all, fault.Unauthenticated, fault.AccountSuspended, fault.Forbidden)
	}
	if s.Write() {
		all = append(all, fault.TooLarge)
	}
	if s.IfMatch {
		all = append(all, fault.VersionMismatch)
	}
	if strings.Contains(s.Path, "{") {
		all = append(all, fault.NotFound)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// refusals returns what is said of each status that refuses.
func (s Spec) refusals() map[int][]string {
	refusals := map[int][]string{}
	for _, code := range s.faults() {
		m, known := meanings[code]
		if !known {
			panic("httpapi: operation " + s.ID + " names the unknown fault " + string(code))
		}
		if code == fault.MalformedRequest {
			code = fault.InvalidRequest
		}
		refusals[m.status] = append(refusals[m.status], fmt.Sprintf("`%s`: %s", code, m.title))
	}
	return refusals
}

func refusalHeaders(status int) map[string]*huma.Param {
	switch status {
	case http.StatusUnauthorized:
		return map[string]*huma.Param{"WWW-Authenticate": {Schema: &huma.Schema{Type: huma.TypeString}}}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return map[string]*huma.Param{"Retry-After": {
			Description: "seconds to wait", Schema: &huma.Schema{Type: huma.TypeInteger},
		}}
	}
	return nil
}

// complete adds what holds for all operations of a kind to what huma has made of the types.
func complete(r *route) {
	if r.spec.keyed() {
		low, high := 1, 255
		r.doc.Parameters = append(r.doc.Parameters, &huma.Param{
			Name: idempotencyHeader, In: "header",
			Description: "Names this request: within 24 hours, the same request with the same key is answered with the first answer and takes effect once.",
			Schema:      &huma.Schema{Type: huma.TypeString, MinLength: &low, MaxLength: &high, Pattern: `^[!-~]+$`},
		})
	}
	if r.spec.IfMatch {
		r.doc.Parameters = append(r.doc.Parameters, &huma.Param{
			Name: "If-Match", In: "header",
			Description: "The ETag of the version that is to be changed; another one is refused.",
			Schema:      &huma.Schema{Type: huma.TypeString},
		})
	}
	for _, response := range r.doc.Responses {
		for _, media := range response.Content {
			if media.Schema != nil && media.Schema.ContentEncoding != "" {
				media.Schema = &huma.Schema{} // huma describes bytes as base64, but an answer of bytes is sent as it is
			}
		}
	}
	for status, meaning := range r.spec.Also {
		r.doc.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: meaning, Content: r.doc.Responses[strconv.Itoa(r.spec.success())].Content,
		}
	}
	if !r.hasBody() {
		return
	}
	if r.spec.Method == http.MethodPatch {
		r.doc.RequestBody.Content[mergePatch] = r.doc.RequestBody.Content["application/json"]
	}
	unsupported := meanings[fault.UnsupportedMediaType]
	r.doc.Responses[strconv.Itoa(unsupported.status)] = &huma.Response{
		Description: fmt.Sprintf("`%s`: %s", fault.UnsupportedMediaType, unsupported.title),
		Content:     r.doc.Responses["400"].Content,
	}
}
