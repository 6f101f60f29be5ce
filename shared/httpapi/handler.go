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

// Config holds the dependencies that all operations of a function share.
type Config struct {
	Authenticator Authenticator    // not needed if all operations are public
	PublicURL     string           // the URL that browsers use; not needed if all operations are public
	Resolve       Resolver         // not needed if no path names an account
	Logger        *slog.Logger     // slog.Default if nil
	Now           func() time.Time // time.Now if nil
	OriginHashes  OriginHashes     // without them, the caller is whoever connects to the gateway

	// IdempotencySecret returns the key for the fingerprints of requests. Functions that only read do not need it. The
	// handler calls it only if a request has an Idempotency-Key. If the returned secret is nil, the key is ignored.
	IdempotencySecret func(ctx context.Context) (idempotency.Secret, error)
}

// Function is the handler that the Lambda runtime calls.
type Function = func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

type handler struct {
	authenticator     Authenticator
	resolve           Resolver
	origin            string
	logger            *slog.Logger
	now               func() time.Time
	originHashes      OriginHashes
	idempotencySecret func(ctx context.Context) (idempotency.Secret, error)

	router router
	api    huma.API
	page   *Page // if set, the function serves this page instead of operations

	compressor compressor
}

// Handler returns the Lambda handler that serves the operations. A function normally has one operation.
func Handler(cfg Config, ops ...Endpoint) Function {
	h := newHandler(cfg)
	h.api = h.router.register(ops)
	for _, op := range ops {
		if op.Write() && h.idempotencySecret == nil {
			panic("httpapi: operation " + op.ID + " needs Config.IdempotencySecret")
		}
		if op.Public() {
			continue
		}
		if len(accountParams(op.Path)) > 0 && h.resolve == nil {
			panic("httpapi: operation " + op.ID + " needs Config.Resolve")
		}
		if h.authenticator == nil {
			panic("httpapi: operation " + op.ID + " needs Config.Authenticator")
		}
		h.origin = originOf(cfg.PublicURL)
	}
	return h.serve
}

func newHandler(cfg Config) *handler {
	h := &handler{
		authenticator:     cfg.Authenticator,
		resolve:           cfg.Resolve,
		logger:            cfg.Logger,
		now:               cfg.Now,
		originHashes:      cfg.OriginHashes,
		idempotencySecret: cfg.IdempotencySecret,
	}
	if h.logger == nil {
		h.logger = slog.Default()
	}
	if h.now == nil {
		h.now = time.Now
	}
	return h
}

// exchange holds the state of one request while the handler works on it.
type exchange struct {
	request *request
	route   *route // nil if no route matches
	call    Call
	key     *keyedRequest // nil if the request has none
	secret  func(ctx context.Context) (idempotency.Secret, error)
	start   time.Time
	meter   *meter.Meter

	fields    []fault.Field // invalid parts of the request that huma does not detect
	rewritten bool          // the body has numbers that are written in another way
	sent      *Problem      // the problem document of the response, nil on success
	err       error         // the error behind the problem document, for the log
	stack     []byte        // if the operation panicked
}

type exchangeKey struct{}

func exchangeFrom(ctx context.Context) *exchange { return ctx.Value(exchangeKey{}).(*exchange) }

// problem records the error for the log and returns its problem document.
func (x *exchange) problem(err error) *Problem {
	x.sent, x.err = newProblem(err, x.request.id), err
	return x.sent
}

// finishChecks does the last checks before the operation runs. It rejects the invalid fields found so far and reads the
// If-Match header.
func (x *exchange) finishChecks() error {
	if err := fault.Invalid(x.fields...); err != nil {
		return err
	}
	if !x.route.spec.IfMatch {
		return nil
	}
	var err error
	x.call.IfMatch, err = readIfMatch(x.request.header.Values("If-Match"))
	return err
}

func (h *handler) serve(
	ctx context.Context,
	event events.APIGatewayV2HTTPRequest,
) (events.APIGatewayV2HTTPResponse, error) {
	x := &exchange{start: h.now(), request: newRequest(ctx, &event), secret: h.idempotencySecret}
	x.request.readViewer(h.originHashes)
	ctx, x.meter = meter.With(ctx)
	ctx, cancel := withReserve(ctx)
	defer cancel()
	answer := h.respond(context.WithValue(ctx, exchangeKey{}, x), x)
	h.compressor.compress(x, answer)
	response := answer.event(x.request.method)
	h.log(ctx, x, response.StatusCode)
	return response, nil
}

// respond returns the response to the request. If handle fails or panics, the response is a problem document.
func (h *handler) respond(ctx context.Context, x *exchange) (w *response) {
	defer func() {
		if cause := recover(); cause != nil {
			x.stack = debug.Stack()
			w = h.respondProblem(x, panicError{cause})
		}
	}()
	w = newResponse(x.request.id)
	if err := h.handle(ctx, x, w); err != nil {
		return h.respondProblem(x, timeoutFault(ctx, err))
	}
	return w
}

// handle checks the request and runs its operation. It checks the caller first, then the path, then the form of the
// body, then all values together.
func (h *handler) handle(ctx context.Context, x *exchange, w *response) error {
	if h.page != nil {
		return h.page.serve(x, w)
	}
	route, params, pathErr := h.router.find(x.request)
	if route == nil {
		return pathErr
	}
	x.route = route
	x.call.RequestID, x.call.Address = x.request.id, x.request.address
	x.call.UserAgent = x.request.userAgent()
	if err := h.authorize(ctx, x); err != nil {
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
	if err := h.resolveAccounts(ctx, x, params); err != nil {
		return err
	}
	x.route.handle(humago.NewContext(x.route.doc, x.request.http(ctx, params, query, checked), w))
	return nil
}

// respondProblem returns a new response with the problem document of the error. It discards a response that was begun.
func (h *handler) respondProblem(x *exchange, err error) *response {
	problem, w := x.problem(err), newResponse(x.request.id)
	for name, values := range problem.GetHeaders() {
		w.header[http.CanonicalHeaderKey(name)] = values
	}
	w.header.Set("Content-Type", problem.ContentType(""))
	w.status = problem.Status
	if err := jsonFormat.Marshal(w, problem); err != nil {
		panic(err) // a Problem can always be encoded
	}
	return w
}
