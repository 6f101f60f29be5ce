package dynamo

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/meter"
)

// TestCalls checks the calls of each method: its round trips, and the permissions that they need.
func TestCalls(t *testing.T) {
	s := newFixture(t)
	founder := s.creation(t, "admin").Account
	founder.ID, founder.Kind = account.ID(s.id(t, account.AdministratorPrefix)), account.Administrator
	reseller := s.creation(t, "host")
	reseller.Account.ID, reseller.Account.Kind = account.ID(s.id(t, account.ResellerPrefix)), account.Reseller
	reseller.Account.ExternalID = ""
	reseller.Note, reseller.Record = "", nil
	customer := s.creation(t, "ada")
	customer.Account.Owner, customer.Limits = reseller.Account.ID, reserveCustomer(reseller.Account.ID)
	a := customer.Account
	after := a
	after.Version, after.SessionEpoch = 2, 1
	session := access.Session{Account: a.ID, Hash: s.id(t, "hash-"), CreatedAt: s.now(), ExpiresAt: s.now()}
	attempt := access.Attempt{Key: "k", Limit: 5, WindowEnd: s.now()}
	newEvent := func(id account.ID) event.Event {
		return event.Event{ID: s.id(t, event.IDPrefix), Account: id, At: s.now()}
	}

	const (
		get, batch, put         = "dynamodb:GetItem table", "dynamodb:BatchGetItem table", "dynamodb:PutItem table"
		update, remove, inTable = "dynamodb:UpdateItem table", "dynamodb:DeleteItem table", "dynamodb:Query table"
		tx, inIndex             = "dynamodb:TransactWriteItems table", "dynamodb:Query index/"
		password, secret        = "/PASSWORD#*", "/SECRET#*" // the protected partitions of the table
	)
	for _, step := range []struct {
		method string
		do     func(context.Context) error
		trips  int
		calls  []string
	}{
		{"CreateFirstAdministrator", func(ctx context.Context) error {
			return s.CreateFirstAdministrator(ctx, access.FirstAdministratorCreation{
				Account: founder, PasswordHash: "h", Event: newEvent(founder.ID), CursorKey: []byte("k"),
			})
		}, 1, []string{tx, put, put, put, put, put, put, put + password, put + secret}},
		{"CursorKey", func(ctx context.Context) error { return second(s.CursorKey(ctx)) }, 1, []string{get, get + secret}},
		{"CursorKey again", func(ctx context.Context) error { return second(s.CursorKey(ctx)) }, 0, []string{}},
		{"IdempotencySecret", func(ctx context.Context) error { return second(s.IdempotencySecret(ctx)) }, 1, []string{batch, batch + secret}},
		{"IdempotencySecret again", func(ctx context.Context) error { return second(s.IdempotencySecret(ctx)) }, 0, []string{}},
		{"Create a reseller", func(ctx context.Context) error { return s.Create(ctx, reseller) }, 1, []string{tx, put, put, put, put, update}},
		{"ReadOwner", func(ctx context.Context) error {
			_, _, err := s.ReadOwner(ctx, reseller.Account.ID, idempotency.Key{Name: "k"})
			return err
		}, 1, []string{batch}},
		{"ReadReseller", func(ctx context.Context) error {
			return second(s.ReadReseller(ctx, reseller.Account.ID))
		}, 1, []string{batch}},
		{"ReadNewOwner", func(ctx context.Context) error {
			return second(s.ReadNewOwner(ctx, reseller.Account.ID))
		}, 1, []string{batch}},
		{"Create a customer", func(ctx context.Context) error { return s.Create(ctx, customer) }, 1, []string{tx, put, put, put, put, update, put, put, update}},
		{"ReadWithNotes", func(ctx context.Context) error {
			_, _, err := s.ReadWithNotes(ctx, a.ID)
			return err
		}, 1, []string{inTable}},
		{"ReadAccount", func(ctx context.Context) error { return second(s.ReadAccount(ctx, a.ID)) }, 1, []string{batch}},
		{"ReadAccounts", func(ctx context.Context) error { return second(s.ReadAccounts(ctx, []account.ID{a.ID})) }, 1, []string{batch}},
		{"ReadAccountsNow", func(ctx context.Context) error { return second(s.ReadAccountsNow(ctx, []account.ID{a.ID})) }, 1, []string{batch}},
		{"ReadRecord", func(ctx context.Context) error { return second(s.ReadRecord(ctx, customer.Record.Key)) }, 1, []string{batch}},
		{"ReadRecord without a key", func(ctx context.Context) error { return second(s.ReadRecord(ctx, idempotency.Key{})) }, 0, []string{}},
		{"FindLogin", func(ctx context.Context) error { return second(s.FindLogin(ctx, "ada")) }, 1, []string{batch}},
		{"FindExternalID", func(ctx context.Context) error { return second(s.FindExternalID(ctx, a.Owner, "ada")) }, 1, []string{batch}},
		{"FindSignIn", func(ctx context.Context) error {
			_, _, err := s.FindSignIn(ctx, "ada", "here")
			return err
		}, 1, []string{batch}},
		{"TakeAttempt", func(ctx context.Context) error { return second(s.TakeAttempt(ctx, attempt)) }, 1, []string{update}},
		{"GiveBackAttempt", func(ctx context.Context) error { return s.GiveBackAttempt(ctx, attempt) }, 1, []string{update}},
		{"CreateSession", func(ctx context.Context) error {
			return s.CreateSession(ctx, access.SessionCreation{Session: session, Known: "here", KnownUntil: s.now()})
		}, 1, []string{tx, put, put}},
		{"ReadSession", func(ctx context.Context) error {
			return second(s.ReadSession(ctx, access.Locator{Hints: []account.ID{a.ID, a.Owner}, Hash: session.Hash}))
		}, 1, []string{batch}},
		{"ReadSession by a stale hint", func(ctx context.Context) error {
			return second(s.ReadSession(ctx, access.Locator{Hints: []account.ID{a.ID, founder.ID}, Hash: session.Hash}))
		}, 2, []string{batch, batch}},
		{"ReadPassword", func(ctx context.Context) error { return second(s.ReadPassword(ctx, a.ID)) }, 1, []string{batch, batch + password}},
		{"ReadSignIn", func(ctx context.Context) error { return third(s.ReadSignIn(ctx, []account.ID{a.ID, a.Owner})) }, 1, []string{batch, batch + password}},
		{"ReadChain", func(ctx context.Context) error { return second(s.ReadChain(ctx, []account.ID{a.ID, a.Owner})) }, 1, []string{batch}},
		{"ChangeAccount", func(ctx context.Context) error {
			return s.ChangeAccount(ctx, edit.AccountChange{
				Before: a, After: after, Event: newEvent(a.ID), Keep: &edit.KeptSession{Hash: session.Hash, Epoch: 1},
			})
		}, 1, []string{tx, put, update, update}},
		{"DeleteSession", func(ctx context.Context) error { return s.DeleteSession(ctx, session) }, 1, []string{remove}},
		{"Count of an owner", func(ctx context.Context) error { return second(s.Count(ctx, account.Customer, a.Owner)) }, 1, []string{get}},
		{"Count of all", func(ctx context.Context) error { return second(s.Count(ctx, account.Customer, "")) }, 1, []string{inTable}},
		{"List by name", func(ctx context.Context) error {
			return second(s.List(ctx, directory.Selection{Kind: account.Customer, Owner: a.Owner, Sort: directory.ByName, Limit: 25}))
		}, 2, repeated(inIndex+"accounts-by-owner-name", 2)},
		{"List active by creation", func(ctx context.Context) error {
			return second(s.List(ctx, directory.Selection{
				Kind: account.Customer, Owner: a.Owner, Sort: directory.ByCreatedDown, Status: account.Active, Limit: 25,
			}))
		}, 1, repeated(inIndex+"accounts-by-owner-created", 1)},
		{"List all by name", func(ctx context.Context) error {
			return second(s.List(ctx, directory.Selection{Kind: account.Customer, Sort: directory.ByNameDown, Limit: 25}))
		}, 2, repeated(inIndex+"accounts-by-shard-name", 2)},
		{"List all suspended by creation", func(ctx context.Context) error {
			return second(s.List(ctx, directory.Selection{
				Kind: account.Customer, Sort: directory.ByCreated, Status: account.Suspended, Limit: 25,
			}))
		}, 1, repeated(inIndex+"accounts-by-shard-created", 1)},
		{"Ping", s.Ping, 1, []string{get}},
	} {
		ctx, counted := meter.With(t.Context())
		if err := step.do(ctx); err != nil {
			t.Fatalf("%s: %v", step.method, err)
		}
		got := counted.Figures()
		if got.Trips != step.trips || !slices.Equal(got.Calls, step.calls) {
			t.Errorf("%s: %d trips, %q\nwant %d, %q", step.method, got.Trips, got.Calls, step.trips, step.calls)
		}
		if step.trips > 0 && got.ReadUnits+got.WriteUnits == 0 {
			t.Errorf("%s: no capacity was recorded", step.method)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func repeated(call string, n int) []string { return slices.Repeat([]string{call}, n) }

// Calls that fail are recorded too, because they need the permission.
func TestFailedCallsAreRecorded(t *testing.T) {
	s := newFixture(t)
	s.faults.fail(transactWrite, times(usual.attempts, throttled())...)
	ctx, counted := meter.With(t.Context())
	if err := s.Create(ctx, s.creation(t, "ada")); err == nil {
		t.Fatal("Create succeeds although every transaction is throttled, want an error")
	}
	if got := counted.Figures(); got.Trips != usual.attempts || len(got.Calls) != usual.attempts*8 {
		t.Errorf("figures = %+v, want %d trips with 8 calls each", got, usual.attempts)
	}
}

// TestEveryMethodOfTheClientIsRecorded checks that recordCalls knows the inputs of all methods of the client.
func TestEveryMethodOfTheClientIsRecorded(t *testing.T) {
	client := reflect.TypeFor[Client]()
	for method := range client.Methods() {
		input := reflect.New(method.Type.In(1).Elem())
		if calls := callsOf(input.Interface()); slices.Contains(calls, "dynamodb:unknown") {
			t.Errorf("%s is not recorded", method.Name)
		}
		requestCapacity(input.Interface())
		if got := input.Elem().FieldByName("ReturnConsumedCapacity").String(); got != "TOTAL" {
			t.Errorf("%s requests the capacity %q, want TOTAL", method.Name, got)
		}
	}
	if calls := callsOf(&dynamodb.ScanInput{}); !slices.Equal(calls, []string{"dynamodb:unknown"}) {
		t.Errorf("an unknown call is recorded as %q, want dynamodb:unknown", calls)
	}
}

// TestCapacityOfLists checks that the cost of a page is near the minimum for its bytes, and does not depend on the length
// of the list. The minimum is half a unit for each range. The ids decide the shards, and so how many ranges are read
// again.
func TestCapacityOfLists(t *testing.T) {
	s := newFixture(t)
	for i := range 400 {
		c := s.creation(t, fmt.Sprintf("customer-%03d", i))
		c.Record, c.Note = nil, ""
		if i%20 == 0 {
			c.Account.Holds = []account.Hold{{Source: account.ByAdministrator, Since: s.now().UTC()}}
		}
		if err := s.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if i+1 == 150 || i+1 == 400 {
			s.expectListCapacity(t, account.AdministratorOwner, 25, 1.5)
			s.expectListCapacity(t, account.AdministratorOwner, 100, 5)
			s.expectListCapacity(t, "", 25, 9)
			s.expectListCapacity(t, "", 100, 14)
		}
	}
}

// expectListCapacity expects that a page of customers costs at most so many read units.
func (s *fixture) expectListCapacity(t *testing.T, owner account.ID, limit int, units float64) {
	t.Helper()
	ctx, counted := meter.With(t.Context())
	selection := directory.Selection{Kind: account.Customer, Owner: owner, Sort: directory.ByName, Limit: limit}
	rows, err := s.List(ctx, selection)
	if err != nil || len(rows.Accounts) != limit {
		t.Fatalf("%d rows, error %v; want %d", len(rows.Accounts), err, limit)
	}
	if used := counted.Figures().ReadUnits; used > units {
		t.Errorf("%d accounts of %q cost %.1f read units, want at most %.1f", limit, owner, used, units)
	}
}

// DynamoDB may end a page of an index anywhere. The page of a list is full.
func TestListReadsShortIndexPages(t *testing.T) {
	s := newFixture(t)
	for i := range 12 {
		c := s.creation(t, fmt.Sprintf("customer-%02d", i))
		if i%3 == 0 {
			c.Account.Holds = []account.Hold{{Source: account.ByAdministrator, Since: s.now().UTC()}}
		}
		if err := s.Create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for _, owner := range []account.ID{account.AdministratorOwner, ""} {
		s.faults.fail("Query", times(100, limitToOne)...)
		selection := directory.Selection{Kind: account.Customer, Owner: owner, Sort: directory.ByNameDown, Limit: 10}
		rows, err := s.List(t.Context(), selection)
		if err != nil || len(rows.Accounts) != 10 || rows.Next == "" {
			t.Fatalf("%d rows, next %q, error %v; want 10 rows and a next page", len(rows.Accounts), rows.Next, err)
		}
		for i, a := range rows.Accounts {
			if want := fmt.Sprintf("customer-%02d", 11-i); string(a.Login) != want {
				t.Errorf("row %d is %s, want %s", i, a.Login, want)
			}
		}
	}
	s.faults.fail("Query", times(maxCallAttempts+1, respond(400, "AccessDeniedException", nil))...)
	selection := directory.Selection{Kind: account.Customer, Sort: directory.ByName, Limit: 10}
	if _, err := s.List(t.Context(), selection); err == nil {
		t.Error("List succeeds although the queries of its ranges fail, want an error")
	}
}
