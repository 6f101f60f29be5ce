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

// attentive is an HTTP client that notes which reads ask to see all that was written before.
type consistencyRecorder struct {
	mu    sync.Mutex
	reads []string // the operation, behind a "!" when it asks for less
}

func (a *consistencyRecorder) Do(request *http.Request) (*http.Response, error) {
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
	for _, of := range body.RequestItems {
		body.ConsistentRead = of.ConsistentRead
	}
	if !body.ConsistentRead {
		operation = "!" + operation
	}
	a.mu.Lock()
	a.reads = append(a.reads, operation)
	a.mu.Unlock()
	return http.DefaultClient.Do(request)
}

// hosted is a written store with a subscription, a website, its domain and a backup, of a customer of a reseller.
func newHostingFixture(t *testing.T) (w *accountFixture, of account.ID) {
	t.Helper()
	w = newAccountFixture(t)
	reseller, customer := w.creation(t, "host"), w.creation(t, "cyd")
	reseller.Account.ID, reseller.Account.Kind = account.ID(w.id(t, account.ResellerPrefix)), account.Reseller
	customer.Account.Owner, customer.Limits = reseller.Account.ID, reserveCustomer(reseller.Account.ID)
	err := errors.Join(w.reliable.Create(t.Context(), reseller), w.reliable.Create(t.Context(), customer))
	of = customer.Account.ID
	usage := usageItem{keyed: usageKey(reseller.Account.ID).fields(), Limits: &resellerLimitsItem{Plan: "rpl_1"}}
	for _, one := range []any{
		newSubscriptionItem(&hosting.Subscription{ID: "sub_1", Customer: of, Domain: "example.com", Plan: "spl_1"}),
		newWebsiteItem(&hosting.Website{ID: "web_1", Subscription: "sub_1", Customer: of, Domain: "example.com"}),
		domainItem{keyed: domainKey("example.com").fields(), Website: "web_1", Subscription: "sub_1", Customer: of},
		newBackupItem(&backup.Backup{ID: "bak_1", Subscription: "sub_1", Customer: of, Creator: of}),
		newPlanItem(&plan.Plan{ID: "spl_1", Owner: reseller.Account.ID}), newPlanItem(&plan.Plan{ID: "rpl_1", Owner: account.AdministratorOwner}),
		usage,
	} {
		stored, marshalErr := attributevalue.MarshalMap(one)
		_, putErr := w.reliable.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.table, Item: stored})
		err = errors.Join(err, marshalErr, putErr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w, of
}

// What a request decides by, it reads as it is: credentials, accounts, guards, records, and whatever one object hangs
// together with. This is seen on the wire: the emulator, which is one process, answers both kinds of reads alike.
func TestConsistentReads(t *testing.T) {
	w, of := newHostingFixture(t)
	line := &consistencyRecorder{}
	s := openOn(t, w.table, w.now, line)
	given := idempotency.Key{Name: "k", Fingerprint: "f"}
	reseller := w.owner(t, of)
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
			return second(s.ReadSession(ctx, access.Locator{Hints: []account.ID{of}, Hash: "h"}))
		}, []string{batch, batch}},
		"ReadChain":                    {func(ctx context.Context) error { return second(s.ReadChain(ctx, []account.ID{of})) }, []string{batch, batch}},
		"ReadAccount":                  {func(ctx context.Context) error { return second(s.ReadAccount(ctx, of)) }, []string{batch}},
		"ReadAccountsNow":              {func(ctx context.Context) error { return second(s.ReadAccountsNow(ctx, []account.ID{of})) }, []string{batch}},
		"ReadRecord":                   {func(ctx context.Context) error { return second(s.ReadRecord(ctx, given)) }, []string{batch}},
		"ReadWithNotes":                {func(ctx context.Context) error { return third(s.ReadWithNotes(ctx, of)) }, []string{query}},
		"ReadForChange, side by side":  {func(ctx context.Context) error { return fourth(s.ReadForChange(ctx, of, given)) }, []string{batch, query}},
		"FindLogin":                    {func(ctx context.Context) error { return second(s.FindLogin(ctx, "ada")) }, []string{get}},
		"FindExternalID":               {func(ctx context.Context) error { return second(s.FindExternalID(ctx, reseller, "cyd")) }, []string{get}},
		"FindSignIn":                   {func(ctx context.Context) error { return third(s.FindSignIn(ctx, "ada", "here")) }, []string{batch}},
		"ReadOwner":                    {func(ctx context.Context) error { return third(s.ReadOwner(ctx, of, given)) }, []string{batch}},
		"ReadReseller on a plan":       {func(ctx context.Context) error { return second(s.ReadReseller(ctx, reseller)) }, []string{batch, batch}},
		"ReadLinks":                    {func(ctx context.Context) error { return fourth(s.ReadLinks(ctx, of, given)) }, []string{batch}},
		"ListTokens, side by side":     {func(ctx context.Context) error { return third(s.ListTokens(ctx, of, given)) }, []string{batch, query}},
		"ReadMailEvent":                {func(ctx context.Context) error { return third(s.ReadMailEvent(ctx, outbox.Message{Event: "evt_1"})) }, []string{get}},
		"ReadPlan":                     {func(ctx context.Context) error { return third(s.ReadPlan(ctx, "spl_1", given)) }, []string{batch}},
		"ReadPlans":                    {func(ctx context.Context) error { return second(s.ReadPlans(ctx, []plan.ID{"spl_1"})) }, []string{batch}},
		"ReadTransfer":                 {func(ctx context.Context) error { return third(s.ReadTransfer(ctx, of)) }, []string{batch}},
		"ReadNote":                     {func(ctx context.Context) error { return second(s.ReadNote(ctx, of, reseller)) }, []string{get}},
		"ReadNotes":                    {func(ctx context.Context) error { return second(s.ReadNotes(ctx, of, []account.ID{reseller})) }, []string{batch}},
		"ReadForCreation":              {func(ctx context.Context) error { return second(s.ReadForCreation(ctx, of, "spl_1", given)) }, []string{batch, batch}},
		"ReadSubscription":             {func(ctx context.Context) error { return second(s.ReadSubscription(ctx, "sub_1", given)) }, []string{batch, batch, batch}},
		"ReadWebsite":                  {func(ctx context.Context) error { return third(s.ReadWebsite(ctx, "web_1", given)) }, []string{batch, batch, batch, batch}},
		"ReadDomain of a moved one":    {func(ctx context.Context) error { return fourth(s.ReadDomain(ctx, "example.com")) }, []string{batch, batch, get}},
		"ReadBackup":                   {func(ctx context.Context) error { return second(s.ReadBackup(ctx, "bak_1", given)) }, []string{batch, batch, batch}},
		"ReadTombstone":                {func(ctx context.Context) error { return second(s.ReadTombstone(ctx, "bak_1")) }, []string{get}},
		"ReadRetries":                  {func(ctx context.Context) error { return second(s.ReadRetries(ctx, []sweep.DueEntry{{ID: "sub_1"}})) }, []string{batch}},
		"the look for a lost answer's": {func(ctx context.Context) error { return w.expectCommitted(ctx, t, s) }, []string{batch}},
	} {
		line.reads = nil
		if err := c.do(t.Context()); err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		slices.Sort(line.reads) // some ask side by side
		if !slices.Equal(line.reads, c.want) {
			t.Errorf("%s asked %q, want %q: all that was written", method, line.reads, c.want)
		}
	}
}

// Lists and counts may be late, and cost half of that.
func TestEventuallyConsistentReads(t *testing.T) {
	w, of := newHostingFixture(t)
	line := &consistencyRecorder{}
	s := openOn(t, w.table, w.now, line)
	reseller := w.owner(t, of)
	for method, do := range map[string]func(ctx context.Context) error{
		"ReadAccounts": func(ctx context.Context) error { return second(s.ReadAccounts(ctx, []account.ID{of})) },
		"Count":        func(ctx context.Context) error { return second(s.Count(ctx, account.Customer, "")) },
		"Count of one": func(ctx context.Context) error { return second(s.Count(ctx, account.Customer, reseller)) },
		"ListEvents":   func(ctx context.Context) error { return third(s.ListEvents(ctx, of, "", 25)) },
		"List": func(ctx context.Context) error {
			return second(s.List(ctx, directory.Selection{Kind: account.Customer, Sort: directory.ByName, Limit: 25}))
		},
		"Ping": s.Ping,
	} {
		line.reads = nil
		if err := do(t.Context()); err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		if len(line.reads) == 0 ||
			slices.ContainsFunc(line.reads, func(one string) bool { return !strings.HasPrefix(one, "!") }) {
			t.Errorf("%s asked %q, want none that pays for all that was written", method, line.reads)
		}
	}
}

// owner is whose the account is.
func (w *accountFixture) owner(t *testing.T, id account.ID) account.ID {
	t.Helper()
	found, err := w.reliable.ReadAccount(t.Context(), id)
	if err != nil || found == nil {
		t.Fatalf("account %v, %v", found, err)
	}
	return found.Owner
}

// lostEvent looks for a transaction that took place.
func (w *accountFixture) expectCommitted(ctx context.Context, t *testing.T, s *Store) error {
	t.Helper()
	happened := event.Event{ID: w.id(t, event.IDPrefix), Account: w.customer.ID, At: w.now()}
	transaction := s.begin(happened)
	if err := w.reliable.commit(ctx, transaction); err != nil {
		return err
	}
	if isCommitted, err := s.isCommitted(ctx, transaction); err != nil || !isCommitted {
		t.Errorf("a committed transaction is committed: %v, %v", isCommitted, err)
	}
	return nil
}
