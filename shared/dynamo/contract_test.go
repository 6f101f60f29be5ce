package dynamo_test

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/idgen"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// The contract is what the domain packages expect of the store. It runs on the storage emulator and on the table in
// memory. The tests of the domain packages use the table in memory, so it must behave as the emulator does.

func TestContract(t *testing.T) { runContract(t, dynamo.OpenEmulated) }

func TestContractInMemory(t *testing.T) {
	runContract(t, func(_ testing.TB, now func() time.Time) *dynamo.Store { return dynamotest.New(now).Store })
}

// Transactions on the same counters are committed together, and others meet conflicts.
func TestContractInGroups(t *testing.T) {
	runContract(t, func(_ testing.TB, now func() time.Time) *dynamo.Store {
		return dynamotest.New(now).Contend(dynamotest.NewContention(0, time.Millisecond)).Store
	})
}

// open returns an empty store that uses the clock.
type open func(tb testing.TB, now func() time.Time) *dynamo.Store

// runContract runs all cases, each on an empty store.
func runContract(t *testing.T, open open) {
	t.Helper()
	for _, group := range []struct {
		name  string
		cases map[string]func(*testing.T, *fixture)
	}{
		{"create", creations},
		{"first administrator", firstAdministrators},
		{"change", changes},
		{"concurrent change", concurrentChanges},
		{"session", sessions},
		{"sign-in", signIns},
		{"list", lists},
		{"reconcile", reconciliations},
		{"login", logins},
		{"note", notes},
		{"link", links},
		{"outbox", mails},
		{"token", tokens},
		{"panel user", panelUsers},
		{"erase", erasures},
		{"trail", trails},
		{"plan", plans},
		{"hosting", hostings},
		{"registrable domain", registrables},
		{"limits", limits},
		{"backup", backups},
		{"due", dues},
		{"operation", operations},
		{"batch", batches},
		{"event id", eventIDs},
		{"erase hosting", hostingErasures},
		{"removal", removals},
		{"transfer", transfers},
		{"move", moves},
		{"conversion", conversions},
		{"search", searches},
		{"change feed", feeds},
	} {
		for name, test := range group.cases {
			t.Run(group.name+"/"+name, func(t *testing.T) { test(t, newFixture(t, open)) })
		}
	}
	t.Run("model", func(t *testing.T) { checkModel(t, open) })
}

// fixture is a store with a clock and an id generator.
type fixture struct {
	*dynamo.Store
	ctx context.Context //nolint:containedctx // the fixture belongs to one test
	ids idgen.Generator

	mu     sync.Mutex
	clock  time.Time
	random sync.Mutex
}

var fixtures atomic.Uint32

func newFixture(tb testing.TB, open open) *fixture {
	tb.Helper()
	f := &fixture{ctx: tb.Context(), clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	seed := [32]byte{}
	binary.BigEndian.PutUint32(
		seed[:],
		fixtures.Add(1),
	) // a transaction's token is part of an id, and must be unique in the emulator
	f.ids = idgen.Generator{Now: f.now, Random: rand.NewChaCha8(seed)}
	f.Store = open(tb, f.now)
	return f
}

func (f *fixture) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.clock
}

// advance moves the clock.
func (f *fixture) advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock = f.clock.Add(d)
}

// New returns a new id. It moves the clock by a millisecond.
func (f *fixture) New(prefix string) string {
	f.random.Lock()
	defer f.random.Unlock()
	f.advance(time.Millisecond)
	return f.ids.New(prefix)
}

func (f *fixture) id(prefix string) string {
	return f.New(prefix)
}

// accountCreation returns the creation of an account whose name is its login.
func (f *fixture) accountCreation(kind account.Kind, owner account.ID, login string) directory.AccountCreation {
	prefix, name := account.CustomerPrefix, event.CustomerCreated
	if kind == account.Reseller {
		prefix, name = account.ResellerPrefix, event.ResellerCreated
	}
	a := account.Account{
		ID: account.ID(f.id(prefix)), Kind: kind, Login: account.Login(login), Owner: owner, Lifecycle: account.Ready,
		Contact:         account.Contact{Name: login, Email: login + "@example.com", Locale: "en"},
		PasswordVersion: 1, CreatedAt: f.now(), Version: 1,
	}
	c := directory.AccountCreation{Account: a, PasswordHash: "$hash$" + login, Event: f.event(name, &a)}
	if owner != account.AdministratorOwner {
		c.Limits = &plan.Reservation{
			Reseller: owner, Limits: resource.Limits{Resources: resource.Everything()}, Demand: resource.Demand{Customers: 1},
		}
	}
	return c
}

// completeCreation returns the creation of an account with a value in every field.
func (f *fixture) completeCreation(t reporter) directory.AccountCreation {
	t.Helper()
	c := f.accountCreation(account.Customer, account.AdministratorOwner, "full")
	a := &c.Account
	c.Note, a.Notes, a.ExternalID = "note", account.Notes{Owner: "note", Administrator: "other note"}, "4711"
	a.Contact = account.Contact{
		Name: "O'Neil <b>x", Company: "李小龍", Email: "a@example.com", Phone: "1", Fax: "2", Address: "Street 1\n2nd floor",
		City: "Cork", State: "Munster", PostalCode: "T12", Country: "IE", Locale: "en-IE",
	}
	f.suspend(a)
	a.HoldSequence, a.LiftMarks = 5, map[account.Level]int64{account.ResellerLevel: 3}
	a.SessionEpoch, a.LinkEpoch, a.TokenEpoch, a.Lifecycle = 7, 8, 9, account.Converting
	a.Operation, a.FormerOwners = "op_01JDB6X0C7V8Y9Z0A1B2C3D4E5", []account.ID{"res_1"}
	a.MailTrouble = &account.MailTrouble{Kind: "bounce", Since: f.now()}
	a.Subscriptions, a.HeldSubscriptions = 2, map[account.Level]int64{
		account.AdministratorLevel: 1,
		account.AutomationLevel:    1,
	}
	a.CoveredHolds = map[account.Level]int64{account.ResellerLevel: 1}
	a.Schedule = f.schedule()
	a.Limits = &account.ResellerLimits{Plan: "rpl_1", Oversell: true, Resources: resource.Set{
		Allotments: map[string]int64{
			"disk_space": 1,
		},
		Permissions:  map[string]bool{"manage_dns": true},
		Applications: []string{"joomla"},
	}}
	lifted := f.now()
	a.LiftedAt = &lifted
	expectEveryField(t, reflect.ValueOf(*a))
	return c
}

// expectEveryField expects a value in every field, so that this test fails if a new field is not stored.
func expectEveryField(t reporter, value reflect.Value) {
	t.Helper()
	for i := range value.NumField() {
		field := value.Field(i)
		if field.IsZero() {
			t.Fatalf("%s.%s is zero, want a value", value.Type(), value.Type().Field(i).Name)
		}
		switch {
		case field.Type() == reflect.TypeFor[time.Time]():
		case field.Kind() == reflect.Struct:
			expectEveryField(t, field)
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct:
			expectEveryField(t, field.Index(0))
		}
	}
}

func (f *fixture) event(name event.Name, a *account.Account) event.Event {
	return event.Event{
		ID: f.id(event.IDPrefix), Name: name, Account: a.ID, Kind: a.Kind, Owner: a.Owner, Actor: account.AdministratorOwner,
		RequestID: "request", At: f.now(), Version: a.Version,
		Changes: []account.FieldChange{{Field: "login", New: a.Login}, {Field: "contact", New: a.Contact}},
	}
}

// createAccount creates an account.
func (f *fixture) createAccount(t reporter, kind account.Kind, owner account.ID, login string) account.Account {
	t.Helper()
	c := f.accountCreation(kind, owner, login)
	if err := f.Create(f.ctx, c); err != nil {
		t.Fatalf("create %s: %v", login, err)
	}
	return c.Account
}

func (f *fixture) createReseller(t reporter, login string) account.Account {
	t.Helper()
	return f.createAccount(t, account.Reseller, account.AdministratorOwner, login)
}

func (f *fixture) createCustomer(t reporter, owner account.ID, login string) account.Account {
	t.Helper()
	return f.createAccount(t, account.Customer, owner, login)
}

// change returns the change that an edit makes to an account.
func (f *fixture) change(a account.Account, change func(*account.Account)) edit.AccountChange {
	after := a.Clone()
	change(&after)
	after.RefreshStatus(f.now())
	after.Version++
	return edit.AccountChange{Before: a, After: after, Event: f.event(event.ContactChanged, &after)}
}

// mustChange changes an account and returns the account after the change.
func (f *fixture) mustChange(t reporter, a account.Account, change func(*account.Account)) account.Account {
	t.Helper()
	c := f.change(a, change)
	if err := f.ChangeAccount(f.ctx, c); err != nil {
		t.Fatalf("change %s: %v", a.Login, err)
	}
	return c.After
}

func (f *fixture) record(fingerprint, answer string) *idempotency.Record {
	return &idempotency.Record{
		Key: idempotency.Key{
			Name:        "k",
			Fingerprint: fingerprint,
		},
		Answer:    []byte(answer),
		ExpiresAt: f.now().Add(idempotency.Lifetime),
	}
}

// suspend adds a hold to an account.
func (f *fixture) suspend(a *account.Account) {
	a.Holds = []account.Hold{f.hold()}
	a.RefreshStatus(f.now())
}

// schedule returns a schedule with a value in every field.
func (f *fixture) schedule() *account.Schedule {
	at, later := f.now().Add(time.Hour), f.now().Add(2*time.Hour)
	return &account.Schedule{
		SuspendAt:     &later,
		ActivateAt:    &at,
		Reason:        "holidays",
		PublicMessage: "Back soon.",
		Level:         account.AdministratorLevel,
		Actor:         "adm_1",
		Ends:          []account.ScheduledEnd{{Source: account.ByAdministrator, Since: f.now(), Previous: &later}},
	}
}

// hold returns a present hold with a value in every field.
func (f *fixture) hold() account.Hold {
	until := f.now().Add(time.Hour)
	return account.Hold{
		Level:         account.AdministratorLevel,
		Source:        account.ByAdministrator,
		Actor:         "adm_1",
		Reason:        "unpaid",
		PublicMessage: "Closed.",
		Since:         f.now(),
		Until:         &until,
		Sequence:      3,
	}
}
