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

// Document returns the OpenAPI document of the operations. The order of the operations does not change the document.
func Document(ops []Endpoint) *huma.OpenAPI {
	ops = slices.Clone(ops)
	slices.SortStableFunc(ops, func(a, b Endpoint) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	registry := newRegistry()
	doc := newDocument(registry)
	r := new(router)
	api := newAPI(r, doc)
	tags := map[string]bool{}
	for _, op := range ops {
		completeDocument(r.add(api, op, describe(op.Spec, registry)))
		if !tags[op.Tag] {
			tags[op.Tag] = true
			doc.Tags = append(doc.Tags, &huma.Tag{Name: op.Tag})
		}
	}
	slices.SortFunc(doc.Tags, func(a, b *huma.Tag) int { return strings.Compare(a.Name, b.Name) })
	openResponses(doc)
	return doc
}

// newDocument returns a document without operations.
func newDocument(registry huma.Registry) *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title:   "Tenantry",
			Version: "v1",
			Description: "Customer management for web hosting: customers, resellers, plans and subscriptions. " +
				"Errors are problem documents (RFC 9457) with a stable `code`. " +
				"A query parameter must not be empty.",
		},
		Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
			"bearer": {Type: "http", Scheme: "bearer", Description: "The token of a session, or an API token."},
			"cookie": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "The session of a browser."},
			"csrf": {
				Type: "apiKey",
				In:   "header",
				Name: csrfHeader,
				Description: "Required for every write with the session cookie, together with a matching Origin header. " +
					"GET /v1/me returns the value.",
			},
		}},
	}
}

// describe returns the part of an operation's documentation that comes from its Spec. huma adds the part that comes
// from the types.
func describe(spec Spec, registry huma.Registry) huma.Operation {
	doc := huma.Operation{
		OperationID: spec.ID, Method: spec.Method, Path: spec.Path, DefaultStatus: spec.success(),
		Summary: spec.Summary, Description: spec.Description, Tags: []string{spec.Tag},
		MaxBodyBytes: -1, // readBody checks the size before huma
		Security:     []map[string][]string{},
		Extensions:   map[string]any{"x-callers": toStrings(spec.Callers)},
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
	for status, codes := range spec.problems() {
		doc.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: strings.Join(codes, "; "),
			Headers:     problemHeaders(status),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
		}
	}
	for status, description := range gatewayStatuses {
		doc.Responses[strconv.Itoa(status)] = &huma.Response{Description: description}
	}
	return doc
}

// gatewayStatuses are the statuses that the gateway in front of the functions responds with. Its limit is 10,240 bytes
// for the request line and the values of the headers together.
var gatewayStatuses = map[int]string{
	http.StatusRequestURITooLong:           "The address is too long",
	http.StatusRequestHeaderFieldsTooLarge: "The headers are too large",
}

func toStrings[T ~string](values []T) []string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	return texts
}

// faults returns the codes of all faults that the operation can return, sorted.
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

// problems returns for each error status the codes that the operation can return with it, each with its title.
func (s Spec) problems() map[int][]string {
	problems := map[int][]string{}
	for _, code := range s.faults() {
		kind, known := problemKinds[code]
		if !known {
			panic("httpapi: operation " + s.ID + " names the unknown fault " + string(code))
		}
		if code == fault.MalformedRequest {
			code = fault.InvalidRequest
		}
		problems[kind.status] = append(problems[kind.status], fmt.Sprintf("`%s`: %s", code, kind.title))
	}
	return problems
}

func problemHeaders(status int) map[string]*huma.Param {
	switch status {
	case http.StatusUnauthorized:
		return map[string]*huma.Param{"WWW-Authenticate": {Schema: &huma.Schema{Type: huma.TypeString}}}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return map[string]*huma.Param{"Retry-After": {
			Description: "Number of seconds to wait before the next attempt.", Schema: &huma.Schema{Type: huma.TypeInteger},
		}}
	}
	return nil
}

// completeDocument adds to an operation's documentation what huma cannot know from the types: the headers
// Idempotency-Key and If-Match, other success statuses, and the media types of the body.
func completeDocument(r *route) {
	if r.spec.keyed() {
		low, high := 1, 255
		r.doc.Parameters = append(r.doc.Parameters, &huma.Param{
			Name: idempotencyHeader,
			In:   "header",
			Description: "Identifies this request. If the same request is repeated with the same key within 24 hours, " +
				"it takes effect only once and returns the first response.",
			Schema: &huma.Schema{Type: huma.TypeString, MinLength: &low, MaxLength: &high, Pattern: `^[!-~]+$`},
		})
	}
	if r.spec.IfMatch {
		r.doc.Parameters = append(r.doc.Parameters, &huma.Param{
			Name: "If-Match",
			In:   "header",
			Description: "The ETag of the version to change. If the object has another version, the request fails with " +
				"`version-mismatch`.",
			Schema: &huma.Schema{Type: huma.TypeString, Pattern: `^(\*|"[0-9]{1,19}")$`},
		})
	}
	for _, response := range r.doc.Responses {
		for _, media := range response.Content {
			if media.Schema != nil && media.Schema.ContentEncoding != "" {
				media.Schema = &huma.Schema{} // huma documents bytes as base64, but the handler sends them unchanged
			}
		}
	}
	for status, description := range r.spec.Also {
		response := &huma.Response{Description: description}
		if status != http.StatusNotModified {
			response.Content = r.doc.Responses[strconv.Itoa(r.spec.success())].Content
		}
		r.doc.Responses[strconv.Itoa(status)] = response
	}
	if !r.hasBody() {
		return
	}
	if r.spec.Method == http.MethodPatch {
		r.doc.RequestBody.Content[mergePatch] = r.doc.RequestBody.Content["application/json"]
	}
	unsupported := problemKinds[fault.UnsupportedMediaType]
	r.doc.Responses[strconv.Itoa(unsupported.status)] = &huma.Response{
		Description: fmt.Sprintf("`%s`: %s", fault.UnsupportedMediaType, unsupported.title),
		Content:     r.doc.Responses["400"].Content,
	}
}
