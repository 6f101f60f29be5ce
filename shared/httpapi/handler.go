package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/meter"
)

// Config is what all operations of a function share.
type Config struct {
	Authenticator Authenticator    // not needed when all operations are public
	PublicURL     string           // the address that browsers use; not needed when all operations are public
	Logger        *slog.Logger     // slog.Default when nil
	Now           func() time.Time // time.Now when nil

	// OnceSecret is what keys the fingerprints of requests; not needed when nothing is written. It is asked for only when a
	// request has an Idempotency-Key. While it is nil, no request is remembered.
	IdempotencySecret func(ctx context.Context) (idempotency.Secret, error)
}

// Function is what the Lambda runtime calls.
type Function = func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

type handler struct {
	authenticator     Authenticator
	origin            string
	logger            *slog.Logger
	now               func() time.Time
	idempotencySecret func(ctx context.Context) (idempotency.Secret, error)

	router router
	api    huma.API
	page   *Page // served instead of operations, nil for none
}

// Handler returns the Lambda handler that serves the operations, normally one.
func Handler(cfg Config, ops ...Operation) Function {
	h := newHandler(cfg)
	h.api = register(&h.router, ops)
	for _, op := range ops {
		if op.Write() && h.idempotencySecret == nil {
			panic("httpapi: operation " + op.ID + " is served without a secret for its requests")
		}
		if op.Public() {
			continue
		}
		if h.authenticator == nil {
			panic("httpapi: operation " + op.ID + " is served without an authenticator")
		}
		h.origin = originOf(cfg.PublicURL)
	}
	return h.serve
}

func newHandler(cfg Config) *handler {
	h := &handler{authenticator: cfg.Authenticator, logger: cfg.Logger, now: cfg.Now, idempotencySecret: cfg.IdempotencySecret}
	if h.logger == nil {
		h.logger = slog.Default()
	}
	if h.now == nil {
		h.now = time.Now
	}
	return h
}

// exchange is one request and what becomes of it.
type exchange struct {
	request *request
	route   *route // nil when nothing is served at the address
	call    Call
	key     *idempotencyKey // nil when none was given
	secret  func(ctx context.Context) (idempotency.Secret, error)
	began   time.Time
	meter   *meter.Meter

	findings []fault.Field // what is wrong with the request and huma does not find
	refused  *Problem
	failure  error // behind the refusal, for the log
	stack    []byte
}

type exchangeKey struct{}

func exchangeFrom(ctx context.Context) *exchange { return ctx.Value(exchangeKey{}).(*exchange) }

// problem notes that the request was refused and returns the answer to that.
func (x *exchange) problem(err error) *Problem {
	x.refused, x.failure = problemOf(err, x.request.id), err
	return x.refused
}

// ready returns what is left to refuse before the operation is called.
func (x *exchange) ready() error {
	if err := fault.Invalid(x.findings...); err != nil {
		return err
	}
	if !x.route.spec.IfMatch {
		return nil
	}
	var err error
	x.call.IfMatch, err = readIfMatch(x.request.header.Values("If-Match"))
	return err
}

func (h *handler) serve(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	x := &exchange{began: h.now(), request: newRequest(ctx, &event), secret: h.idempotencySecret}
	ctx, x.meter = meter.With(ctx)
	ctx, cancel := inTime(ctx)
	defer cancel()
	answer := h.answer(context.WithValue(ctx, exchangeKey{}, x), x).event(x.request.method)
	h.log(ctx, x, answer.StatusCode)
	return answer, nil
}

// answer makes the one answer to the request, also when the operation panics.
func (h *handler) answer(ctx context.Context, x *exchange) (w *response) {
	defer func() {
		if cause := recover(); cause != nil {
			x.stack = debug.Stack()
			w = h.refuse(x, panicked{cause})
		}
	}()
	w = newResponse(x.request.id)
	if err := h.handle(ctx, x, w); err != nil {
		return h.refuse(x, late(ctx, err))
	}
	return w
}

// handle judges the request in this order: the caller, the address, the body's form, then all values together.
func (h *handler) handle(ctx context.Context, x *exchange, w *response) error {
	if h.page != nil {
		return h.page.answer(x, w)
	}
	found, params, pathErr := h.router.find(x.request)
	if found == nil {
		return pathErr
	}
	x.route = found
	x.call.RequestID, x.call.Address = x.request.id, x.request.address
	if err := h.admit(ctx, x); err != nil {
		return err
	}
	if pathErr != nil {
		return pathErr
	}
	body, err := x.readBody()
	if err != nil {
		return err
	}
	query, err := x.readQuery()
	if err != nil {
		return err
	}
	x.readIdempotencyKey(query, body)
	checked, err := x.checkBody(h.api.OpenAPI().Components.Schemas, body)
	if err != nil {
		return err
	}
	x.route.handle(humago.NewContext(x.route.doc, x.request.http(ctx, params, query, checked), w))
	return nil
}

// refuse answers with a problem. Nothing of an answer that was begun remains.
func (h *handler) refuse(x *exchange, err error) *response {
	problem, w := x.problem(err), newResponse(x.request.id)
	for name, values := range problem.GetHeaders() {
		w.header[http.CanonicalHeaderKey(name)] = values
	}
	w.header.Set("Content-Type", problem.ContentType(""))
	w.status = problem.Status
	if err := jsonFormat.Marshal(w, problem); err != nil {
		panic(err) // a Problem is plain data
	}
	return w
}
