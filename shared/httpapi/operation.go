// Package httpapi is the HTTP adapter of all functions. It reads API Gateway events (HTTP API, payload 2.0),
// authenticates the caller, checks the request against the types of the operation, and runs the operation. The response
// is the operation's output or a problem document. The library huma reads the types and writes the OpenAPI document
// from them.
//
// The steps of a request are in handler.go. The table of problem documents is in problem.go.
package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// DefaultMaxBody is the size limit of a request body in bytes, unless the operation sets another one.
const DefaultMaxBody = 64 << 10

// Spec describes an operation for the router, the OpenAPI document and the checks of the handler.
type Spec struct {
	ID          string // operationId, such as createCustomer
	Method      string
	Path        string // such as /v1/customers/{customerId}
	Summary     string
	Description string
	Tag         string

	Callers access.Kinds // kinds of account that may call the operation; empty if it is public
	Scope   access.Scope // scope that an API token needs; access.SessionOnly rejects all API tokens

	Status  int            // success status; by default POST 201, DELETE 204, else 200
	Also    map[int]string // other success statuses with the same body (304 has none), and their descriptions
	Faults  []fault.Code   // codes that the operation can return in addition to those that every operation can return
	IfMatch bool           // whether the operation accepts If-Match
	Unkeyed bool           // whether a write accepts no Idempotency-Key, because a repeated request has no further effect
	MaxBody int            // size limit of the body in bytes; DefaultMaxBody if zero

	Compress bool // whether large responses are compressed; they must contain no secrets (ADR 62)
}

// Write reports whether the operation changes something.
func (s Spec) Write() bool { return s.Method != http.MethodGet }

// keyed reports whether the operation accepts Idempotency-Key.
func (s Spec) keyed() bool { return s.Write() && !s.Unkeyed }

// Public reports whether anybody may call the operation.
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

// Call is the part of a request that is not in the typed input.
type Call struct {
	Caller    access.Caller // zero if the operation is public
	Token     access.Token  // the credential; zero if the operation is public
	ByCookie  bool          // whether the credential came in a cookie, so that the caller is a browser
	RequestID string
	Address   string          // the caller's network address
	UserAgent string          // the caller's User-Agent, as one line of limited length
	Key       idempotency.Key // from Idempotency-Key; zero if the header is absent
	IfMatch   *int64          // the version that If-Match names; nil if the header is absent or "*"
}

// Endpoint is one operation of the API. It can be served and documented.
type Endpoint struct {
	Spec

	register func(huma.API, huma.Operation)
	output   reflect.Type // of the body of responses; nil if they have none
}

// New returns an operation for signed-in callers. I holds the path, query and header parameters and the Body of the
// request. O holds the headers and the Body of the response. Both follow the rules of huma.Register. If handle returns
// a nil output, the response has no body.
func New[I, O any](spec Spec, handle func(ctx context.Context, call Call, in *I) (*O, error)) Endpoint {
	if spec.Public() {
		panic("httpapi: operation " + spec.ID + " names no callers")
	}
	return newOperation(spec, handle)
}

// Subject is implemented by the inputs of public operations that write. Subject returns whom the request is about, such
// as the login. It keeps the Idempotency-Keys of callers apart that share a network address and have no credentials.
type Subject interface{ Subject() string }

// Public returns an operation that needs no credentials. It ignores credentials that a caller sends.
func Public[I, O any](spec Spec, handle func(ctx context.Context, call Call, in *I) (*O, error)) Endpoint {
	if !spec.Public() {
		panic("httpapi: public operation " + spec.ID + " names callers")
	}
	if _, hasSubject := any(new(I)).(Subject); spec.Write() && !hasSubject {
		panic("httpapi: the input of the public operation " + spec.ID + " has no Subject method")
	}
	return newOperation(spec, handle)
}

func newOperation[I, O any](spec Spec, handle func(context.Context, Call, *I) (*O, error)) Endpoint {
	if spec.ID == "" || spec.Method != strings.ToUpper(spec.Method) || !strings.HasPrefix(spec.Path, "/") {
		panic("httpapi: operation " + spec.ID + " lacks an id, a method or a path")
	}
	output := bodyOf[O]()
	if output != nil && output == bodyOf[I]() {
		panic("httpapi: operation " + spec.ID + " has one type for its requests and responses; see inputRegistry")
	}
	return Endpoint{Spec: spec, output: output, register: func(api huma.API, doc huma.Operation) {
		huma.Register(api, doc, func(ctx context.Context, in *I) (*O, error) {
			x := exchangeFrom(ctx)
			if err := x.finishChecks(); err != nil {
				return nil, x.problem(err)
			}
			if err := x.setKey(ctx, in); err != nil {
				return nil, x.problem(err)
			}
			out, err := handle(ctx, x.call, in)
			if err != nil {
				return nil, x.problem(timeoutFault(ctx, err))
			}
			fillSlices(out)
			return out, nil
		})
	}}
}

// bodyOf returns the type of the body in an input or output, or nil if it has none.
func bodyOf[T any]() reflect.Type {
	body, _ := reflect.TypeFor[T]().FieldByName("Body")
	return body.Type
}
