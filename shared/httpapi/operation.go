// Package httpapi is the one HTTP adapter of all functions. It takes API Gateway's events (HTTP API, payload 2.0), proves
// the caller, checks the request against the operation's types, and turns every outcome into one answer: the operation's
// own, or a problem document. The types come from huma, which also writes the OpenAPI document from them.
//
// The order of a request is in handler.go; the table of problems is in problem.go.
package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// DefaultMaxBody is the largest request body in bytes, unless an operation says otherwise.
const DefaultMaxBody = 64 << 10

// Spec is what the document says of an operation, and who may call it.
type Spec struct {
	ID          string // operationId, such as createCustomer
	Method      string
	Path        string // such as /v1/customers/{customerId}
	Summary     string
	Description string
	Tag         string

	Callers access.Kinds // who may call it; empty for a public operation
	Scope   access.Scope // what an API token needs; access.SessionOnly shuts API tokens out

	Status  int            // of success; by default POST 201, DELETE 204, else 200
	Also    map[int]string // other statuses of success, with the same body, and what they mean
	Faults  []fault.Code   // that it may answer, besides those that every operation may
	IfMatch bool           // whether it accepts If-Match
	Unkeyed bool           // whether a write takes no Idempotency-Key, because nobody can ask for it twice
	MaxBody int            // bytes; DefaultMaxBody when zero
}

// Write tells whether the operation changes something.
func (s Spec) Write() bool { return s.Method != http.MethodGet }

// keyed tells whether the operation accepts Idempotency-Key, as nearly all writes do.
func (s Spec) keyed() bool { return s.Write() && !s.Unkeyed }

// Public tells whether anybody may call the operation.
func (s Spec) Public() bool { return len(s.Callers) == 0 }

func (s Spec) success() int {
	switch {
	case s.Status != 0:
		return s.Status
	case s.Method == http.MethodPost:
		return http.StatusCreated
	case s.Method == http.MethodDelete:
		return http.StatusNoContent
	}
	return http.StatusOK
}

func (s Spec) maxBody() int {
	if s.MaxBody != 0 {
		return s.MaxBody
	}
	return DefaultMaxBody
}

// Call is what an operation is told of its request besides the typed input.
type Call struct {
	Caller    access.Caller // zero in a public operation
	Token     access.Token  // the credential; zero in a public operation
	ByCookie  bool          // the credential came by cookie: the caller is a browser
	RequestID string
	Address   string          // the caller's network address
	Key       idempotency.Key // from Idempotency-Key; zero without one
	IfMatch   *int64          // the version that If-Match names; nil without one and for "*"
}

// Operation is one operation of the API, ready to be served or documented.
type Operation struct {
	Spec

	register func(huma.API, huma.Operation)
}

// New returns an operation for signed-in callers. I has the path, query and header parameters and the Body of the request,
// O the headers and the Body of the answer, as huma.Register takes them. A nil answer has no body.
func New[I, O any](spec Spec, handle func(ctx context.Context, call Call, in *I) (*O, error)) Operation {
	if spec.Public() {
		panic("httpapi: operation " + spec.ID + " names no callers")
	}
	return newOperation(spec, handle)
}

// Subject tells whom a request is about that shows no credential. The input of a public operation that writes has it, as
// many callers may share an address: their Idempotency-Keys are told apart by it.
type Subject interface{ Subject() string }

// Public returns an operation for everyone. Credentials sent to it are not looked at.
func Public[I, O any](spec Spec, handle func(ctx context.Context, call Call, in *I) (*O, error)) Operation {
	if !spec.Public() {
		panic("httpapi: public operation " + spec.ID + " names callers")
	}
	if _, told := any(new(I)).(Subject); spec.Write() && !told {
		panic("httpapi: public operation " + spec.ID + " does not tell whom its requests are about")
	}
	return newOperation(spec, handle)
}

func newOperation[I, O any](spec Spec, handle func(context.Context, Call, *I) (*O, error)) Operation {
	if spec.ID == "" || spec.Method != strings.ToUpper(spec.Method) || !strings.HasPrefix(spec.Path, "/") {
		panic("httpapi: operation " + spec.ID + " lacks an id, a method or a path")
	}
	return Operation{Spec: spec, register: func(api huma.API, doc huma.Operation) {
		huma.Register(api, doc, func(ctx context.Context, in *I) (*O, error) {
			x := exchangeFrom(ctx)
			if err := x.ready(); err != nil {
				return nil, x.problem(err)
			}
			if err := x.nameRequest(ctx, in); err != nil {
				return nil, x.problem(err)
			}
			out, err := handle(ctx, x.call, in)
			if err != nil {
				return nil, x.problem(late(ctx, err))
			}
			fillSlices(out)
			return out, nil
		})
	}}
}
