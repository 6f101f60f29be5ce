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

// The contract is what the domain expects of the store. It runs on the storage emulator, and on the table in memory on
// which the tests of the domain run: so both answer alike.

func TestContract(t *testing.T) { runContract(t, dynamo.OpenEmulated) }

func TestContractInMemory(t *testing.T) {
	runContract(t, func(_ testing.TB, now func() time.Time) *dynamo.Store { return dynamotest.New(now).Store })
}

// open returns an empty store that goes by the clock.
type open func(tb testing.TB, now func() time.Time) *dynamo.Store

// runContract runs all cases, each on an empty store.
func runContract(t *testing.T, open open) {
	t.Helper()
	for _, group := range []struct {
		name  string
		cases map[string]func(*testing.T, *world)
	}{
		{"create", creations},
		{"found", foundings},
		{"change", changes},
		{"change at once", concurrentChanges},
		{"session", sessions},
		{"sign-in", signIns},
		{"list", lists},
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
		{"limits", limits},
		{"backup", backups},
		{"due", dues},
		{"operation", operations},
		{"batch", batches},
		{"effect", effects},
		{"wipe", wipes},
		{"removal", removals},
		{"transfer", transfers},
		{"takeover", takeovers},
		{"conversion", conversions},
	} {
		for name, test := range group.cases {
			t.Run(group.name+"/"+name, func(t *testing.T) { test(t, newWorld(t, open)) })
		}
	}
	t.Run("model", func(t *testing.T) { checkModel(t, open) })
}

// world is a store with what the cases need around it.
type world struct {
	*dynamo.Store
	ctx context.Context //nolint:containedctx // one test's
	ids idgen.Generator

	mu     sync.Mutex
	clock  time.Time
	random sync.Mutex
}

var worlds atomic.Uint32

func newWorld(tb testing.TB, open open) *world {
	tb.Helper()
	w := &world{ctx: tb.Context(), clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	seed := [32]byte{}
	binary.BigEndian.PutUint32(seed[:], worlds.Add(1)) // an id may name a write beyond its table
	w.ids = idgen.Generator{Now: w.now, Random: rand.NewChaCha8(seed)}
	w.Store = open(tb, w.now)
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

// pass lets time go by.
func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// New makes an id a millisecond after the one before it.
func (w *world) New(prefix string) string {
	w.random.Lock()
	defer w.random.Unlock()
	w.pass(time.Millisecond)
	return w.ids.New(prefix)
}

func (w *world) id(prefix string) string {
	return w.New(prefix)
}

// creation is a creation of an account with the login as its name.
func (w *world) creation(kind account.Kind, owner account.ID, login string) directory.AccountCreation {
	prefix, name := account.CustomerPrefix, event.CustomerCreated
	if kind == account.Reseller {
		prefix, name = account.ResellerPrefix, event.ResellerCreated
	}
	a := account.Account{
		ID: account.ID(w.id(prefix)), Kind: kind, Login: account.Login(login), Owner: owner, Lifecycle: account.Ready,
		Contact:      account.Contact{Name: login, Email: login + "@example.com", Locale: "en"},
		PasswordHash: "$hash$" + login, CreatedAt: w.now(), Version: 1,
	}
	c := directory.AccountCreation{Account: a, Event: w.event(name, &a)}
	if owner != account.AdministratorOwner {
		c.Limits = &plan.Reservation{
			Reseller: owner, Limits: resource.Limits{Resources: resource.Everything()}, Demand: resource.Demand{Customers: 1},
		}
	}
	return c
}

// full is a creation of an account with something in every field.
func (w *world) full(t reporter) directory.AccountCreation {
	t.Helper()
	c := w.creation(account.Customer, account.AdministratorOwner, "full")
	a := &c.Account
	c.Note, a.Notes, a.ExternalID = "note", account.Notes{Owner: "note", Administrator: "other note"}, "4711"
	a.Contact = account.Contact{
		Name: "O'Neil <b>x", Company: "李小龍", Email: "a@example.com", Phone: "1", Fax: "2", Address: "Street 1\n2nd floor",
		City: "Cork", State: "Munster", PostalCode: "T12", Country: "IE", Locale: "en-IE",
	}
	w.suspend(a)
	a.HoldSequence, a.LiftMarks = 5, map[account.Level]int64{account.ResellerLevel: 3}
	a.SessionEpoch, a.LinkEpoch, a.TokenEpoch, a.Lifecycle = 7, 8, 9, account.Converting
	a.Operation, a.FormerOwners = "op_01JDB6X0C7V8Y9Z0A1B2C3D4E5", []account.ID{"res_1"}
	a.MailTrouble = &account.MailTrouble{Kind: "bounce", Since: w.now()}
	a.Subscriptions, a.HeldSubscriptions = 2, map[account.Level]int64{
		account.AdministratorLevel: 1,
		account.AutomationLevel:    1,
	}
	a.Schedule = w.schedule()
	a.Limits = &account.ResellerLimits{Plan: "rpl_1", Oversell: true, Resources: resource.Set{
		Allotments: map[string]int64{
			"disk_space": 1,
		},
		Permissions:  map[string]bool{"manage_dns": true},
		Applications: []string{"joomla"},
	}}
	lifted := w.now()
	a.LiftedAt = &lifted
	complete(t, reflect.ValueOf(*a))
	return c
}

// complete expects something in every field, so that a new field is not forgotten.
func complete(t reporter, value reflect.Value) {
	t.Helper()
	for i := range value.NumField() {
		field := value.Field(i)
		if field.IsZero() {
			t.Fatalf("%s of %s has nothing in it", value.Type().Field(i).Name, value.Type())
		}
		switch {
		case field.Type() == reflect.TypeFor[time.Time]():
		case field.Kind() == reflect.Struct:
			complete(t, field)
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct:
			complete(t, field.Index(0))
		}
	}
}

func (w *world) event(name event.Name, of *account.Account) event.Event {
	return event.Event{
		ID: w.id(
			event.IDPrefix,
		),
		Name:      name,
		Account:   of.ID,
		Kind:      of.Kind,
		Owner:     of.Owner,
		Actor:     account.AdministratorOwner,
		RequestID: "request",
		At:        w.now(),
		Version:   of.Version,
		Changes:   []account.FieldChange{{Field: "login", New: of.Login}, {Field: "contact", New: of.Contact}},
	}
}

// create creates an account, which must succeed.
func (w *world) create(t reporter, kind account.Kind, owner account.ID, login string) account.Account {
	t.Helper()
	c := w.creation(kind, owner, login)
	if err := w.Create(w.ctx, c); err != nil {
		t.Fatalf("create %s: %v", login, err)
	}
	return c.Account
}

func (w *world) reseller(t reporter, login string) account.Account {
	t.Helper()
	return w.create(t, account.Reseller, account.AdministratorOwner, login)
}

func (w *world) customer(t reporter, owner account.ID, login string) account.Account {
	t.Helper()
	return w.create(t, account.Customer, owner, login)
}

// change is a change of an account by edit.
func (w *world) change(a account.Account, change func(*account.Account)) edit.AccountChange {
	after := a.Clone()
	change(&after)
	after.RefreshStatus(w.now())
	after.Version++
	return edit.AccountChange{Before: a, After: after, Event: w.event(event.ContactChanged, &after)}
}

// mustChange changes an account and returns it after that.
func (w *world) mustChange(t reporter, a account.Account, change func(*account.Account)) account.Account {
	t.Helper()
	c := w.change(a, change)
	if err := w.ChangeAccount(w.ctx, c); err != nil {
		t.Fatalf("change %s: %v", a.Login, err)
	}
	return c.After
}

func (w *world) record(fingerprint, answer string) *idempotency.Record {
	return &idempotency.Record{
		Key: idempotency.Key{
			Name:        "k",
			Fingerprint: fingerprint,
		},
		Answer:    []byte(answer),
		ExpiresAt: w.now().Add(idempotency.Lifetime),
	}
}

// suspend makes an account one that a hold suspends.
func (w *world) suspend(a *account.Account) {
	a.Holds = []account.Hold{w.hold()}
	a.RefreshStatus(w.now())
}

// schedule is a schedule with something in every field.
func (w *world) schedule() *account.Schedule {
	at, later := w.now().Add(time.Hour), w.now().Add(2*time.Hour)
	return &account.Schedule{
		SuspendAt:     &later,
		ActivateAt:    &at,
		Reason:        "holidays",
		PublicMessage: "Back soon.",
		Level:         account.AdministratorLevel,
		Actor:         "adm_1",
		Ends:          []account.ScheduledEnd{{Source: account.ByAdministrator, Since: w.now(), Previous: &later}},
	}
}

// hold is a hold that has begun.
func (w *world) hold() account.Hold {
	until := w.now().Add(time.Hour)
	return account.Hold{
		Level:         account.AdministratorLevel,
		Source:        account.ByAdministrator,
		Actor:         "adm_1",
		Reason:        "unpaid",
		PublicMessage: "Closed.",
		Since:         w.now(),
		Until:         &until,
		Sequence:      3,
	}
}
