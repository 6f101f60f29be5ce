package httpapi_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/idempotency"
)

const publicURL = "https://panel.example.net"

// people is an Authenticator for tests. It has the callers and faults by the hashes of their tokens.
type people struct {
	callers map[string]access.Caller
	faults  map[string]error
}

func (p *people) Authenticate(_ context.Context, token access.Token) (access.Caller, error) {
	if err := p.faults[token.Hash()]; err != nil {
		return access.Caller{}, err
	}
	caller, known := p.callers[token.Hash()]
	if !known {
		return access.Caller{}, fault.New(fault.Unauthenticated, "The session has ended.")
	}
	return caller, nil
}

// world has the operations and callers of the tests, and records what happens.
type world struct {
	people
	log  bytes.Buffer
	call httpapi.Call // the call of the last operation that ran
	in   any          // the input of the last operation that ran, nil if none ran

	secret    idempotency.Secret
	secretErr error
	secrets   int // number of times that the secret was read

	administrator, reseller, customer, suspended, stranger, outage access.Token
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{
		people: people{callers: map[string]access.Caller{}, faults: map[string]error{}},
		secret: idempotency.Secret("secret"),
	}
	w.administrator = w.signIn(tb, account.Administrator, "adm_01JZ0000000000000000000000")
	w.reseller = w.signIn(tb, account.Reseller, "res_01JZ0000000000000000000000")
	w.customer = w.signIn(tb, account.Customer, "cus_01JZ0000000000000000000000")
	w.stranger = newToken(tb, "cus_01JZ0000000000000000000009")
	w.suspended = newToken(tb, "cus_01JZ0000000000000000000001")
	w.faults[w.suspended.Hash()] = fault.New(fault.AccountSuspended, "Unpaid since May.")
	w.outage = newToken(tb, "cus_01JZ0000000000000000000002")
	w.faults[w.outage.Hash()] = &fault.Fault{Code: fault.Unavailable, RetryAfter: 1500 * time.Millisecond}
	return w
}

func newToken(tb testing.TB, id account.ID) access.Token {
	tb.Helper()
	token, err := access.NewToken(rand.Reader, []account.ID{id})
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

func (w *world) signIn(tb testing.TB, kind account.Kind, id account.ID) access.Token {
	tb.Helper()
	token := newToken(tb, id)
	w.callers[token.Hash()] = access.Caller{Account: account.Account{ID: id, Kind: kind}}
	return token
}

type thing struct {
	Name   string         `json:"name" minLength:"1" maxLength:"60"`
	Size   int            `json:"size,omitempty" minimum:"1" maximum:"100"`
	Small  int32          `json:"small,omitempty"`
	Weight float64        `json:"weight,omitempty"`
	Kind   string         `json:"kind,omitempty" enum:"round,square"`
	Code   string         `json:"code,omitempty" pattern:"^(a|b)+$"`
	At     *time.Time     `json:"at,omitempty"`
	Note   *string        `json:"note,omitempty" nullable:"true"`
	On     bool           `json:"on,omitempty"`
	Tags   []string       `json:"tags,omitempty" maxItems:"3"`
	Part   *part          `json:"part,omitempty"`
	Limits map[string]int `json:"limits,omitempty"`
	Free   any            `json:"free,omitempty"`
	Mail   string         `json:"mail,omitempty" format:"email"`
	Own    own            `json:"own,omitzero"`
}

// own is a type with its own parser, whose error repeats the caller's value.
type own struct{ text string }

func (o *own) UnmarshalText(text []byte) error {
	if string(text) != "good" {
		return fmt.Errorf("own|%q is not good", text)
	}
	o.text = string(text)
	return nil
}

type part struct {
	Colour string `json:"colour"`
	Parts  []part `json:"parts,omitempty"`
}

type createIn struct{ Body thing }

type publicIn struct{ Body thing }

// Subject returns the name.
func (in *publicIn) Subject() string { return in.Body.Name }

type patchIn struct {
	ThingID string `path:"thingId" maxLength:"64"`
	Body    *thing
}

type listIn struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"25"`
	Status string `query:"status" enum:"active,suspended"`
	Search string `query:"search" maxLength:"10"`
}

type idIn struct {
	ThingID string `path:"thingId" maxLength:"64"`
}

type thingOut struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     answer
}

type answer struct {
	ID    string   `json:"id"`
	Holds []string `json:"holds"`
}

type listOut struct {
	Body struct {
		Items []answer `json:"items"`
		Limit int      `json:"limit"`
	}
}

type cookieOut struct {
	SetCookie []string `header:"Set-Cookie"`
	Body      answer
}

type textOut struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

// recorder returns the function of an operation. It records the call and the input, and returns the output and the
// error.
func recorder[I, O any](w *world, out *O, err error) func(context.Context, httpapi.Call, *I) (*O, error) {
	return func(_ context.Context, call httpapi.Call, in *I) (*O, error) {
		w.call, w.in = call, in
		return out, err
	}
}

func (w *world) create() httpapi.Endpoint {
	out := &thingOut{ETag: httpapi.ETag(1), Location: "/v1/things/t1", Body: answer{ID: "t1"}}
	return httpapi.New(httpapi.Spec{
		ID: "createThing", Method: http.MethodPost, Path: "/v1/things", Summary: "Create a thing", Tag: "Things",
		Callers: access.Managers, Scope: access.CustomersWrite, Faults: []fault.Code{fault.Conflict, fault.LoginTaken},
	}, recorder[createIn](w, out, nil))
}

func (w *world) list() httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID: "listThings", Method: http.MethodGet, Path: "/v1/things", Summary: "List things", Tag: "Things",
		Callers: access.Managers, Scope: access.CustomersRead,
	}, recorder[listIn](w, &listOut{}, nil))
}

func (w *world) get() httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID: "getThing", Method: http.MethodGet, Path: "/v1/things/{thingId}", Summary: "Read a thing", Tag: "Things",
		Callers: access.Everyone, Scope: access.CustomersRead,
	}, recorder[idIn](w, &thingOut{ETag: httpapi.ETag(7), Body: answer{ID: "t1"}}, nil))
}

func (w *world) patch() httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID: "patchThing", Method: http.MethodPatch, Path: "/v1/things/{thingId}", Summary: "Change a thing", Tag: "Things",
		Callers: access.Managers, Scope: access.CustomersWrite, IfMatch: true,
	}, recorder[patchIn](w, &thingOut{ETag: httpapi.ETag(8)}, nil))
}

func (w *world) remove() httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID: "removeThing", Method: http.MethodDelete, Path: "/v1/things/{thingId}", Summary: "Remove a thing", Tag: "Things",
		Callers: access.OnlyAdmin,
	}, recorder[idIn, struct{}](w, nil, nil))
}

func (w *world) signInOperation() httpapi.Endpoint {
	return httpapi.Public(httpapi.Spec{
		ID: "signIn", Method: http.MethodPost, Path: "/v1/sessions", Summary: "Sign in", Tag: "Sessions",
	}, recorder[publicIn](w, &cookieOut{SetCookie: []string{"a=1", "b=2"}, Body: answer{ID: "s"}}, nil))
}

// failing returns a public operation that returns the error or, if panics is not nil, panics with it.
func failing(err error, panics any) httpapi.Endpoint {
	return httpapi.Public(
		httpapi.Spec{ID: "fail", Method: http.MethodGet, Path: "/v1/fail", Summary: "Fail", Tag: "Things"},
		func(context.Context, httpapi.Call, *struct{}) (*listOut, error) {
			if panics != nil {
				panic(panics)
			}
			return nil, err
		},
	)
}

func (w *world) operations() []httpapi.Endpoint {
	return []httpapi.Endpoint{w.create(), w.list(), w.get(), w.patch(), w.remove(), w.signInOperation()}
}

func (w *world) config() httpapi.Config {
	return httpapi.Config{
		Authenticator: &w.people, PublicURL: publicURL,
		Logger: slog.New(slog.NewJSONHandler(&w.log, nil)),
		IdempotencySecret: func(context.Context) (idempotency.Secret, error) {
			w.secrets++
			return w.secret, w.secretErr
		},
	}
}

// send calls the handler of the operations with the event.
func (w *world) send(
	tb testing.TB,
	event events.APIGatewayV2HTTPRequest,
	ops ...httpapi.Endpoint,
) events.APIGatewayV2HTTPResponse {
	tb.Helper()
	w.in = nil
	response, err := httpapi.Handler(w.config(), ops...)(tb.Context(), event)
	if err != nil {
		tb.Fatalf("the function failed: %v", err)
	}
	return response
}

type change func(*events.APIGatewayV2HTTPRequest)

// request returns an event like those of API Gateway.
func request(method, target string, changes ...change) events.APIGatewayV2HTTPRequest {
	path, query, _ := strings.Cut(target, "?")
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RawPath: path, RawQueryString: query, Headers: map[string]string{"host": "api.example.net"},
	}
	event.RequestContext.Stage = "$default"
	event.RequestContext.RequestID = "req-1"
	event.RequestContext.HTTP.Method = method
	event.RequestContext.HTTP.SourceIP = "192.0.2.7"
	for _, change := range changes {
		change(&event)
	}
	return event
}

func header(name, value string) change {
	return func(event *events.APIGatewayV2HTTPRequest) { event.Headers[name] = value }
}

func bearer(token access.Token) change { return header("authorization", "Bearer "+token.Text()) }

func body(text string) change {
	return func(event *events.APIGatewayV2HTTPRequest) {
		event.Body = text
		if event.Headers["content-type"] == "" {
			event.Headers["content-type"] = "application/json"
		}
	}
}

// wantProblem checks that the response is a complete problem document with the status and code, and returns it.
func wantProblem(tb testing.TB, response events.APIGatewayV2HTTPResponse, status int, code string) httpapi.Problem {
	tb.Helper()
	var p httpapi.Problem
	if err := json.Unmarshal([]byte(response.Body), &p); err != nil {
		tb.Fatalf("got %d %q, want a problem document", response.StatusCode, response.Body)
	}
	if response.StatusCode != status || p.Status != status || p.Code != code {
		tb.Errorf("got %d %s, want %d %s", response.StatusCode, response.Body, status, code)
	}
	if response.Headers["Content-Type"] != "application/problem+json" {
		tb.Errorf("got the content type %q, want application/problem+json", response.Headers["Content-Type"])
	}
	if p.Type != "urn:tenantry:problem:"+p.Code || p.Title == "" || p.Detail == "" || p.RequestID == "" {
		tb.Errorf("the problem document is not complete: %+v", p)
	}
	return p
}

// fields returns the errors of a problem document in the form "pointer code", sorted.
func fields(p httpapi.Problem) []string {
	list := []string{}
	for _, field := range p.Errors {
		list = append(list, strings.TrimSpace(field.Pointer+" "+field.Code))
	}
	slices.Sort(list)
	return list
}
