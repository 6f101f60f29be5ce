package dynamo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/idgen"
)

// failure makes one HTTP call fail. It may send the request to the storage.
type failure func(request *http.Request, send func() (*http.Response, error)) (*http.Response, error)

// faultyClient is an HTTP client whose calls fail as planned.
type faultyClient struct {
	mu    sync.Mutex
	plan  map[string][]failure // by operation, one for each call; other calls and nil do not fail
	calls []string
}

// fail plans the failures of an operation's next calls, and forgets the calls before.
func (f *faultyClient) fail(operation string, failures ...failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan = map[string][]failure{operation: failures}
	f.calls = nil
}

// Do implements aws.HTTPClient.
func (f *faultyClient) Do(request *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	send := func() (*http.Response, error) { return http.DefaultClient.Do(request) }
	if planned := f.nextFailure(operation); planned != nil {
		return planned(request, send)
	}
	return send()
}

func (f *faultyClient) nextFailure(operation string) (planned failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, operation)
	if remaining := f.plan[operation]; len(remaining) > 0 {
		planned, f.plan[operation] = remaining[0], remaining[1:]
	}
	return planned
}

// expectCalls expects the calls since the last plan.
func (f *faultyClient) expectCalls(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(f.calls, want) {
		t.Errorf("calls = %v, want %v", f.calls, want)
	}
}

// requestLost loses the request before it reaches the storage.
func requestLost(*http.Request, func() (*http.Response, error)) (*http.Response, error) {
	return nil, io.ErrUnexpectedEOF
}

// responseLost sends the request and loses the response.
func responseLost(_ *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
	response, err := send()
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("response %d lost: %w", response.StatusCode, io.ErrUnexpectedEOF)
}

// serverErrorAfterWrite sends the request and responds with a server error.
func serverErrorAfterWrite(request *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
	if _, err := send(); err != nil {
		return nil, err
	}
	return respond(500, "InternalServerError", nil)(request, send)
}

// respond responds in place of the storage.
func respond(status int, exception string, fields map[string]any) failure {
	return func(request *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
		body := map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + exception, "message": "secret of the storage"}
		maps.Copy(body, fields)
		text, err := json.Marshal(body)
		return &http.Response{
			StatusCode: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
			Body: io.NopCloser(bytes.NewReader(text)), Request: request,
		}, err
	}
}

func throttled() failure { return respond(400, "ProvisionedThroughputExceededException", nil) }

// cancelled cancels a transaction for the reasons, one for each item.
func cancelled(reasons ...string) failure {
	list := make([]map[string]any, len(reasons))
	for i, reason := range reasons {
		list[i] = map[string]any{"Code": reason}
	}
	return respond(400, "TransactionCanceledException", map[string]any{"CancellationReasons": list})
}

func times(n int, planned failure) []failure { return slices.Repeat([]failure{planned}, n) }

// rewriteBody changes the JSON of a request.
func rewriteBody(request *http.Request, edit func(body map[string]any)) error {
	var body map[string]any
	if err := json.NewDecoder(request.Body).Decode(&body); err != nil {
		return err
	}
	edit(body)
	text, err := json.Marshal(body)
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	request.Header.Set("Content-Length", fmt.Sprint(len(text)))
	return err
}

// fixture is a store whose calls can fail, and a reliable store on the same table.
type fixture struct {
	*Store
	faults   *faultyClient
	reliable *Store
	ids      idgen.Generator
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	clock := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	now := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		clock = clock.Add(time.Millisecond)
		return clock
	}
	faults, table := &faultyClient{}, newTable(t)
	s := &fixture{
		Store: openOn(t, table, now, faults), faults: faults, reliable: openOn(t, table, now, http.DefaultClient),
		ids: idgen.Generator{Now: now, Random: random},
	}
	// A process reads how the administrator's lists are divided once in half a minute.
	lists := []account.ID{account.AdministratorOwner, allOwners}
	if _, err := s.listShardsOf(t.Context(), lists); err != nil {
		t.Fatal(err)
	}
	faults.calls = nil
	return s
}

func (s *fixture) id(t *testing.T, prefix string) string {
	t.Helper()
	return s.ids.New(prefix)
}

// creation returns the creation of an administrator's customer, with everything that can be written with it.
func (s *fixture) creation(t *testing.T, login string) directory.AccountCreation {
	t.Helper()
	a := account.Account{
		ID: account.ID(s.id(t, account.CustomerPrefix)), Kind: account.Customer, Login: account.Login(login),
		Contact: account.Contact{Name: login, Email: "a@example.com"}, Owner: account.AdministratorOwner, ExternalID: login,
		Lifecycle: account.Ready, CreatedAt: s.now().UTC(), Version: 1,
	}
	return directory.AccountCreation{
		Account: a, Note: "note",
		Event: event.Event{ID: s.id(t, event.IDPrefix), Name: event.CustomerCreated, Account: a.ID, At: s.now(), Version: 1},
		Record: &idempotency.Record{
			Key:       idempotency.Key{Name: login, Fingerprint: "f"},
			Answer:    []byte("1"),
			ExpiresAt: s.now().UTC().Add(idempotency.Lifetime),
		},
	}
}

// expectWritten expects that the customer is stored and is the only one.
func (s *fixture) expectWritten(t *testing.T, a account.Account) {
	t.Helper()
	found, err := s.reliable.ReadAccount(t.Context(), a.ID)
	if err != nil || found == nil {
		t.Fatalf("account = %v, error %v; want an account", found, err)
	}
	s.expectCount(t, 1)
}

// expectCount expects a number of customers.
func (s *fixture) expectCount(t *testing.T, want int64) {
	t.Helper()
	count, err := s.reliable.Count(t.Context(), account.Customer, "")
	if err != nil || count != want {
		t.Errorf("%d customers, error %v; want %d", count, err, want)
	}
}

// readItem returns an item as it is stored.
func (s *fixture) readItem(t *testing.T, k key) item {
	t.Helper()
	output, err := s.reliable.client.GetItem(context.WithoutCancel(t.Context()), &dynamodb.GetItemInput{
		TableName: &s.table, Key: k.attributes(), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	return output.Item
}

// processFirstKey lets the storage process only the first key of a batch.
func processFirstKey(request *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
	unprocessed := map[string]any{}
	err := rewriteBody(request, func(body map[string]any) {
		for table, keys := range body["RequestItems"].(map[string]any) {
			all := keys.(map[string]any)["Keys"].([]any)
			keys.(map[string]any)["Keys"] = all[:1]
			unprocessed[table] = map[string]any{"Keys": all[1:]}
		}
	})
	if err != nil {
		return nil, err
	}
	response, err := send()
	if err != nil {
		return nil, err
	}
	var body map[string]any
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		return nil, err
	}
	body["UnprocessedKeys"] = unprocessed
	return respond(200, "", body)(request, send)
}

// processNoKey responds that no key of a batch was processed.
func processNoKey(request *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
	var body map[string]any
	if err := json.NewDecoder(request.Body).Decode(&body); err != nil {
		return nil, err
	}
	processed := map[string]any{"Responses": map[string]any{}, "UnprocessedKeys": body["RequestItems"]}
	return respond(200, "", processed)(request, send)
}

// limitToOne limits a page of a query to one item.
func limitToOne(request *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
	if err := rewriteBody(request, func(body map[string]any) { body["Limit"] = 1 }); err != nil {
		return nil, err
	}
	return send()
}
