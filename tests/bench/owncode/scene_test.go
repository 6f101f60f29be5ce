package owncode

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/middleware"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/api"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/dynamotest/memtable"
	"tenantry/shared/httpapi"
	"tenantry/shared/idgen"
	"tenantry/shared/maillimit"
	"tenantry/shared/operation"
	"tenantry/shared/page"
	"tenantry/shared/password"
	"tenantry/shared/request"
	"tenantry/shared/task"
)

const (
	tableName = "tenantry-owncode"
	publicURL = "https://panel.example.com"

	customers = 100 // of the reseller; one batch of an operation
)

// moment is the time of all measurements.
var moment = time.Date(2026, time.March, 2, 10, 30, 15, 123e6, time.UTC)

func now() time.Time { return moment }

var ids = idgen.Generator{Now: now, Random: rand.Reader}

// scene is a table with an administrator, a reseller and its customers.
type scene struct {
	table     *memtable.Table
	admin     access.Token
	reseller  access.Token
	owner     account.ID // the reseller
	customers []account.ID
}

// cheapHasher takes no time, so that figures with a password do not consist of hashing.
type cheapHasher struct{}

// Hash returns a text that is no hash.
func (cheapHasher) Hash(text string) (string, error) { return "hash of " + text, nil }

// Matches reports whether Hash returned the hash.
func (cheapHasher) Matches(hash, text string) bool { return hash == "hash of "+text }

const secret = "correct horse battery staple"

// newScene creates the accounts and signs in.
func newScene(ctx context.Context) (*scene, error) {
	s := &scene{table: memtable.New(dynamo.Schema(tableName), now)}
	store := dynamo.New(s.table, tableName, now, dynamo.WaitJittered)
	first := access.FirstAdministrator{
		Store: store, NewID: ids.New, Hasher: cheapHasher{}, Policy: policy, Random: rand.Reader, Now: now,
	}
	founder := access.AdministratorInput{Login: "boss", Password: secret, Contact: contact("Ada Boss")}
	if _, err := first.Create(ctx, "bench", founder); err != nil {
		return nil, err
	}
	signIn := access.SignIn{
		Store: store, Hasher: cheapHasher{}, Limits: access.AttemptLimits{Login: 10, Address: 100}, Lifetime: 12 * time.Hour,
		NewID: ids.New, Random: rand.Reader, Now: now,
	}
	begin := func(login string) (access.SignedIn, error) {
		return signIn.Begin(ctx, request.Metadata{ID: "bench", Address: "192.0.2.1"}, access.Credentials{
			Login: login, Password: secret,
		})
	}
	boss, err := begin("boss")
	if err != nil {
		return nil, err
	}
	s.admin = boss.Token
	create := newCreate(store)
	administrator := access.Caller{Account: boss.Chain[0]}
	if _, err := create.Reseller(ctx, administrator, request.Metadata{}, newAccount("north")); err != nil {
		return nil, err
	}
	north, err := begin("north")
	if err != nil {
		return nil, err
	}
	s.reseller, s.owner = north.Token, north.Chain[0].ID
	for n := range customers {
		login := fmt.Sprintf("customer%03d", n)
		customer, err := create.Customer(ctx, access.Caller{Account: north.Chain[0]}, request.Metadata{}, newAccount(login))
		if err != nil {
			return nil, err
		}
		s.customers = append(s.customers, customer.ID)
	}
	return s, nil
}

var policy = password.Policy{Minimum: 15}

func newCreate(store *dynamo.Store) directory.Create {
	return directory.Create{
		Store: store, NewID: ids.New, Passwords: cheapHasher{}, Policy: policy,
		Mails: maillimit.Limiter{Attempts: store, Limits: maillimit.DefaultLimits}, Now: now,
	}
}

func contact(name string) account.Contact {
	return account.Contact{
		Name: name, Email: "ada@example.com", Company: "A company", Phone: "+353 1 234 5678", City: "Dublin", Country: "IE",
	}
}

func newAccount(login string) directory.NewAccount {
	text := secret
	return directory.NewAccount{
		Login: login, Password: &text, Contact: contact("Customer " + login), Description: "Pays by invoice, on the first.",
	}
}

// action is what one figure measures.
type action struct {
	name  string
	parts int // the figures are divided by this number

	handler func(store *dynamo.Store) lambda.Handler
	event   func(ctx context.Context, s *scene) (any, error)
}

func actions() []action {
	operations := api.Operations{}
	return []action{
		{"get a customer", 1, serving(func(store *dynamo.Store) httpapi.Endpoint {
			return operations.GetCustomer(directory.Get{Store: store, Now: now})
		}), func(_ context.Context, s *scene) (any, error) {
			return s.request(s.reseller, http.MethodGet, "/v1/customers/"+string(s.customers[0]), nil), nil
		}},
		{"list of a reseller, 25 rows", 1, serving(listCustomers), func(_ context.Context, s *scene) (any, error) {
			return s.request(s.reseller, http.MethodGet, "/v1/customers", nil), nil
		}},
		{"list of all, 25 rows", 1, serving(listCustomers), func(_ context.Context, s *scene) (any, error) {
			return s.request(s.admin, http.MethodGet, "/v1/customers", nil), nil
		}},
		{"suspend a customer", 1, serving(func(store *dynamo.Store) httpapi.Endpoint {
			return operations.SuspendCustomer(directory.Change{Store: store, NewID: ids.New, Now: now})
		}), func(_ context.Context, s *scene) (any, error) {
			path := "/v1/customers/" + string(s.customers[1]) + "/suspend"
			return s.request(s.reseller, http.MethodPost, path, map[string]any{"reason": "unpaid"}), nil
		}},
		{"create a customer", 1, serving(func(store *dynamo.Store) httpapi.Endpoint {
			return operations.CreateCustomer(newCreate(store))
		}), func(_ context.Context, s *scene) (any, error) {
			return s.request(s.reseller, http.MethodPost, "/v1/customers", map[string]any{
				"login": "new-customer", "password": secret, "contact": contact("New Customer"), "description": "Pays late.",
			}), nil
		}},
		{"suspend one of a batch", customers, func(store *dynamo.Store) lambda.Handler {
			change := directory.Change{Store: store, NewID: ids.New, Now: now, Only: account.Customer}
			batches := operation.BatchRunner{
				Store: store, Processors: operation.StatusChanger{Change: change}.Processors(), Width: 10, Now: now,
			}
			config := task.Config{Name: "changeStatuses", Logger: logger(), Now: now}
			return lambda.NewHandler(task.Step(config, task.Done(batches.Run)))
		}, func(ctx context.Context, s *scene) (any, error) { return s.batch(ctx) }},
	}
}

func listCustomers(store *dynamo.Store) httpapi.Endpoint {
	cursors := page.NewSealer(store.CursorKey, rand.Reader)
	return api.Operations{}.ListCustomers(directory.List{Store: store, Cursors: cursors, Now: now})
}

// logger returns a logger that formats lines as functions do, and writes them nowhere.
func logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(io.Discard, nil)) //nolint:sloglint // a DiscardHandler formats nothing
}

// serving returns the handler of a function with one operation, as platform.Serve starts it.
func serving(endpoint func(*dynamo.Store) httpapi.Endpoint) func(*dynamo.Store) lambda.Handler {
	return func(store *dynamo.Store) lambda.Handler {
		get := directory.Get{Store: store, Now: now}
		return lambda.NewHandler(httpapi.Handler(httpapi.Config{
			Authenticator: access.Authentication{Sessions: store, Now: now}, Resolve: get.Resolve, PublicURL: publicURL,
			Logger: logger(), Now: now, IdempotencySecret: store.IdempotencySecret,
		}, endpoint(store)))
	}
}

// request returns the event of a request with the headers that a browser and API Gateway send.
func (s *scene) request(token access.Token, method, path string, body any) events.APIGatewayV2HTTPRequest {
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "$default", RawPath: path,
		Headers: map[string]string{
			"accept": "application/json", "accept-encoding": "gzip, deflate, br, zstd", "accept-language": "en-GB,en;q=0.9",
			"authorization": "Bearer " + token.Text(), "content-length": "0", "host": "panel.example.com",
			"user-agent":        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0",
			"x-amzn-trace-id":   "Root=1-65e2f3a7-4c0a1e2b3d4f5a6b7c8d9e0f",
			"x-forwarded-for":   "192.0.2.1",
			"x-forwarded-port":  "443",
			"x-forwarded-proto": "https",
		},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: "$default", AccountID: "123456789012", Stage: "$default", RequestID: "JKJaXmPLvHcESHA=", APIID: "api",
			DomainName: "panel.example.com", TimeEpoch: moment.UnixMilli(), Time: "02/Mar/2026:10:30:15 +0000",
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: method, Path: path, Protocol: "HTTP/1.1", SourceIP: "192.0.2.1",
			},
		},
	}
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			panic(err) // bodies here are maps of texts
		}
		event.Body = string(text)
		event.Headers["content-type"], event.Headers["idempotency-key"] = "application/json", "key-of-the-request"
	}
	return event
}

// batch accepts and plans an operation on all customers, and returns the request for its only batch.
func (s *scene) batch(ctx context.Context) (any, error) {
	store := dynamo.New(s.table, tableName, now, dynamo.WaitJittered)
	owner, err := store.ReadAccount(ctx, s.owner)
	if err != nil {
		return nil, err
	}
	input := operation.NewOperation{}
	for _, id := range s.customers {
		input.Items = append(input.Items, operation.Item{Customer: id})
	}
	accept := operation.Acceptor{Store: store, NewID: ids.New, Now: now}
	accepted, err := accept.Accept(ctx, access.Caller{Account: *owner}, request.Metadata{}, operation.Suspend, input)
	if err != nil {
		return nil, err
	}
	execution := operation.ExecutionInput{Operation: accepted.ID, Attempt: 1}
	if _, err := (operation.Planner{Store: store, Now: now}).Plan(ctx, execution); err != nil {
		return nil, err
	}
	return operation.BatchRequest{ExecutionInput: execution}, nil
}

// prepare records the responses of the storage to the action, and returns its handler on the recorded responses, and
// the event.
func (a action) prepare(ctx context.Context) (handler lambda.Handler, event []byte, err error) {
	s, err := newScene(ctx)
	if err != nil {
		return nil, nil, err
	}
	input, err := a.event(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	if event, err = json.Marshal(input); err != nil {
		return nil, nil, err
	}
	t := &tape{responses: map[string][]response{}}
	config := aws.Config{
		Region:     "eu-central-1",
		HTTPClient: t,
		Credentials: aws.NewCredentialsCache(
			credentials.NewStaticCredentialsProvider("local", "local", "token"),
		),
	}
	recording, current := config, s.table
	answer := func(ctx context.Context, input any) ([]byte, error) { return call(ctx, current, input) }
	recording.APIOptions = append(recording.APIOptions, []func(*middleware.Stack) error{record(answer)}...)
	recorder := a.handler(dynamo.Open(recording, tableName, now))
	for range 2 { // the first call of a process also reads what the store keeps, such as secrets
		current = s.table.Clone(now)
		if err := run(ctx, recorder, event); err != nil {
			return nil, nil, fmt.Errorf("record: %w", err)
		}
	}
	handler = a.handler(dynamo.Open(config, tableName, now))
	if err := run(ctx, handler, event); err != nil { // the first call
		return nil, nil, fmt.Errorf("replay: %w", err)
	}
	return handler, event, nil
}

// run handles the event. It returns an error if the response is not a success.
func run(ctx context.Context, handler lambda.Handler, event []byte) error {
	output, err := handler.Invoke(ctx, event)
	if err != nil {
		return err
	}
	var response struct {
		StatusCode int    `json:"statusCode"`
		Body       string `json:"body"`
	}
	if err := json.Unmarshal(output, &response); err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("status %d: %s", response.StatusCode, response.Body)
	}
	return nil
}
