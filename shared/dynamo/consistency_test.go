package dynamo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/outbox"
	"tenantry/shared/plan"
	"tenantry/shared/sweep"
)

// consistencyRecorder is an HTTP client that records which reads are consistent.
type consistencyRecorder struct {
	mu    sync.Mutex
	reads []string // the operation of each read, after a "!" if the read is eventually consistent
}

// Do implements aws.HTTPClient.
func (r *consistencyRecorder) Do(request *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	request.Body = io.NopCloser(bytes.NewReader(text))
	var body struct {
		ConsistentRead bool
		RequestItems   map[string]struct{ ConsistentRead bool }
	}
	if err := json.Unmarshal(text, &body); err != nil {
		return nil, err
	}
	_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	for _, table := range body.RequestItems {
		body.ConsistentRead = table.ConsistentRead
	}
	if !body.ConsistentRead {
		operation = "!" + operation
	}
	r.mu.Lock()
	r.reads = append(r.reads, operation)
	r.mu.Unlock()
	return http.DefaultClient.Do(request)
}

// newHostingFixture returns an account fixture and, in it, a reseller's customer with a subscription, a website, its
// domain and a backup.
func newHostingFixture(t *testing.T) (w *accountFixture, customerID account.ID) {
	t.Helper()
	w = newAccountFixture(t)
	reseller, customer := w.creation(t, "host"), w.creation(t, "cyd")
	reseller.Account.ID, reseller.Account.Kind = account.ID(w.id(t, account.ResellerPrefix)), account.Reseller
	customer.Account.Owner, customer.Limits = reseller.Account.ID, reserveCustomer(reseller.Account.ID)
	err := errors.Join(w.reliable.Create(t.Context(), reseller), w.reliable.Create(t.Context(), customer))
	id := customer.Account.ID
	usage := usageItem{keyed: usageKey(reseller.Account.ID).fields(), Limits: &resellerLimitsItem{Plan: "rpl_1"}}
	for _, stored := range []any{
		newSubscriptionItem(&hosting.Subscription{ID: "sub_1", Customer: id, Domain: "example.com", Plan: "spl_1"}),
		newWebsiteItem(&hosting.Website{ID: "web_1", Subscription: "sub_1", Customer: id, Domain: "example.com"}),
		domainItem{keyed: domainKey("example.com").fields(), Website: "web_1", Subscription: "sub_1", Customer: id},
		newBackupItem(&backup.Backup{ID: "bak_1", Subscription: "sub_1", Customer: id, Creator: id}),
		newPlanItem(&plan.Plan{ID: "spl_1", Owner: reseller.Account.ID}),
		newPlanItem(&plan.Plan{ID: "rpl_1", Owner: account.AdministratorOwner}),
		usage,
	} {
		attributes, marshalErr := attributevalue.MarshalMap(stored)
		_, putErr := w.reliable.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.table, Item: attributes})
		err = errors.Join(err, marshalErr, putErr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w, id
}

// Requests decide on consistent reads of credentials, accounts, guards, records and hosting. The test looks at the
// requests, because the emulator answers both kinds of reads alike.
func TestConsistentReads(t *testing.T) {
	w, id := newHostingFixture(t)
	recorder := &consistencyRecorder{}
	s := openOn(t, w.table, w.now, recorder)
	requestKey := idempotency.Key{Name: "k", Fingerprint: "f"}
	reseller := w.owner(t, id)
	batch, get, query := "BatchGetItem", "GetItem", "Query"
	for method, c := range map[string]struct {
		do   func(ctx context.Context) error
		want []string
	}{
		"ReadSession": {func(ctx context.Context) error {
			return second(s.ReadSession(ctx, access.Locator{Hints: []account.ID{w.customer.ID}, Hash: w.session.Hash}))
		}, []string{batch}},
		"ReadSession by an API token": {func(ctx context.Context) error {
			return second(s.ReadSession(ctx, access.Locator{Hints: []account.ID{w.customer.ID}, Hash: w.token.Hash, API: true}))
		}, []string{batch}},
		"ReadSession by a stale hint": {func(ctx context.Context) error {
			return second(s.ReadSession(ctx, access.Locator{Hints: []account.ID{id}, Hash: "h"}))
		}, []string{batch, batch}},
		"ReadChain":                    {func(ctx context.Context) error { return second(s.ReadChain(ctx, []account.ID{id})) }, []string{batch, batch}},
		"ReadAccount":                  {func(ctx context.Context) error { return second(s.ReadAccount(ctx, id)) }, []string{batch}},
		"ReadAccountsNow":              {func(ctx context.Context) error { return second(s.ReadAccountsNow(ctx, []account.ID{id})) }, []string{batch}},
		"ReadRecord":                   {func(ctx context.Context) error { return second(s.ReadRecord(ctx, requestKey)) }, []string{batch}},
		"ReadWithNotes":                {func(ctx context.Context) error { return third(s.ReadWithNotes(ctx, id)) }, []string{query}},
		"ReadForChange, concurrently":  {func(ctx context.Context) error { return fourth(s.ReadForChange(ctx, id, requestKey)) }, []string{batch, query}},
		"FindLogin":                    {func(ctx context.Context) error { return second(s.FindLogin(ctx, "ada")) }, []string{batch}},
		"FindExternalID":               {func(ctx context.Context) error { return second(s.FindExternalID(ctx, reseller, "cyd")) }, []string{batch}},
		"FindSignIn":                   {func(ctx context.Context) error { return third(s.FindSignIn(ctx, "ada", "here")) }, []string{batch, batch}},
		"ReadPassword":                 {func(ctx context.Context) error { return second(s.ReadPassword(ctx, id)) }, []string{batch}},
		"ReadSignIn":                   {func(ctx context.Context) error { return third(s.ReadSignIn(ctx, []account.ID{id, reseller})) }, []string{batch}},
		"ReadOwner":                    {func(ctx context.Context) error { return third(s.ReadOwner(ctx, id, requestKey)) }, []string{batch}},
		"ReadReseller on a plan":       {func(ctx context.Context) error { return second(s.ReadReseller(ctx, reseller)) }, []string{batch, batch}},
		"ReadNewOwner on a plan":       {func(ctx context.Context) error { return second(s.ReadNewOwner(ctx, reseller)) }, []string{batch, batch}},
		"ReadListShards":               {func(ctx context.Context) error { return second(s.ReadListShards(ctx, reseller)) }, []string{batch}},
		"ReadLinks":                    {func(ctx context.Context) error { return fourth(s.ReadLinks(ctx, id, requestKey)) }, []string{batch}},
		"ListTokens, concurrently":     {func(ctx context.Context) error { return third(s.ListTokens(ctx, id, requestKey)) }, []string{batch, query}},
		"ReadMailEvent":                {func(ctx context.Context) error { return third(s.ReadMailEvent(ctx, outbox.Message{Event: "evt_1"})) }, []string{get}},
		"ReadPlan":                     {func(ctx context.Context) error { return third(s.ReadPlan(ctx, "spl_1", requestKey)) }, []string{batch}},
		"ReadPlans":                    {func(ctx context.Context) error { return second(s.ReadPlans(ctx, []plan.ID{"spl_1"})) }, []string{batch}},
		"ReadTransfer":                 {func(ctx context.Context) error { return third(s.ReadTransfer(ctx, id)) }, []string{batch}},
		"ReadNote":                     {func(ctx context.Context) error { return second(s.ReadNote(ctx, id, reseller)) }, []string{get}},
		"ReadNotes":                    {func(ctx context.Context) error { return second(s.ReadNotes(ctx, id, []account.ID{reseller})) }, []string{batch}},
		"ReadForCreation":              {func(ctx context.Context) error { return second(s.ReadForCreation(ctx, id, "spl_1", requestKey)) }, []string{batch, batch}},
		"ReadSubscription":             {func(ctx context.Context) error { return second(s.ReadSubscription(ctx, "sub_1", requestKey)) }, []string{batch, batch, batch}},
		"ReadWebsite":                  {func(ctx context.Context) error { return third(s.ReadWebsite(ctx, "web_1", requestKey)) }, []string{batch, batch, batch, batch}},
		"ReadDomain after a move":      {func(ctx context.Context) error { return fourth(s.ReadDomain(ctx, "example.com")) }, []string{batch, batch, get}},
		"ReadBackup":                   {func(ctx context.Context) error { return second(s.ReadBackup(ctx, "bak_1", requestKey)) }, []string{batch, batch, batch}},
		"ListEventsNow":                {func(ctx context.Context) error { return third(s.ListEventsNow(ctx, id, "", 25)) }, []string{"Query"}},
		"ReadTombstone":                {func(ctx context.Context) error { return second(s.ReadTombstone(ctx, "bak_1")) }, []string{get}},
		"ReadRetries":                  {func(ctx context.Context) error { return second(s.ReadRetries(ctx, []sweep.DueEntry{{ID: "sub_1"}})) }, []string{batch}},
		"ReadFeedPositions":            {func(ctx context.Context) error { return second(s.ReadFeedPositions(ctx)) }, []string{get}},
		"ReadFeedRows":                 {func(ctx context.Context) error { return second(s.ReadFeedRows(ctx, 1, 1, 2, 3)) }, []string{query}},
		"lookup after a lost response": {func(ctx context.Context) error { return w.expectCommitted(ctx, t, s) }, []string{batch}},
	} {
		recorder.reads = nil
		if err := c.do(t.Context()); err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		slices.Sort(recorder.reads) // some reads are concurrent
		if !slices.Equal(recorder.reads, c.want) {
			t.Errorf("%s reads %q, want the consistent reads %q", method, recorder.reads, c.want)
		}
	}
}

// Lists and counts may be out of date. Their reads cost half as much. How a list is divided must not be out of date, and
// is known here.
func TestEventuallyConsistentReads(t *testing.T) {
	w, id := newHostingFixture(t)
	recorder := &consistencyRecorder{}
	s := openOn(t, w.table, w.now, recorder)
	reseller := w.owner(t, id)
	if _, err := s.ReadListShards(t.Context(), allOwners); err != nil {
		t.Fatal(err)
	}
	for method, do := range map[string]func(ctx context.Context) error{
		"ReadAccounts":      func(ctx context.Context) error { return second(s.ReadAccounts(ctx, []account.ID{id})) },
		"Count":             func(ctx context.Context) error { return second(s.Count(ctx, account.Customer, "")) },
		"Count of an owner": func(ctx context.Context) error { return second(s.Count(ctx, account.Customer, reseller)) },
		"ListEvents":        func(ctx context.Context) error { return third(s.ListEvents(ctx, id, "", 25)) },
		"List": func(ctx context.Context) error {
			return second(s.List(ctx, directory.Selection{Kind: account.Customer, Sort: directory.ByName, Limit: 25}))
		},
		"Ping": s.Ping,
	} {
		recorder.reads = nil
		if err := do(t.Context()); err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		isConsistent := func(read string) bool { return !strings.HasPrefix(read, "!") }
		if len(recorder.reads) == 0 || slices.ContainsFunc(recorder.reads, isConsistent) {
			t.Errorf("%s reads %q, want only eventually consistent reads", method, recorder.reads)
		}
	}
}

// owner returns the owner of an account.
func (w *accountFixture) owner(t *testing.T, id account.ID) account.ID {
	t.Helper()
	found, err := w.reliable.ReadAccount(t.Context(), id)
	if err != nil || found == nil {
		t.Fatalf("account %v, error %v; want an account", found, err)
	}
	return found.Owner
}

// expectCommitted expects that the store finds a committed transaction.
func (w *accountFixture) expectCommitted(ctx context.Context, t *testing.T, s *Store) error {
	t.Helper()
	entry := event.Event{ID: w.id(t, event.IDPrefix), Account: w.customer.ID, At: w.now()}
	transaction := s.begin(entry)
	if err := w.reliable.commit(ctx, transaction); err != nil {
		return err
	}
	if isCommitted, err := s.isCommitted(ctx, transaction); err != nil || !isCommitted {
		t.Errorf("committed %v, error %v; want the transaction found", isCommitted, err)
	}
	return nil
}
