// Package storetest holds the cases that every store must pass: the one in DynamoDB and its stand-in for tests.
package storetest

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/ident"
	"tenantry/shared/once"
)

// Store is all ports of the domain.
type Store interface {
	access.SessionReader
	access.SignInStore
	access.AccountChanger
	directory.Creator
	directory.Reader
	directory.Lister
	End(ctx context.Context, session access.Session) error
	Found(ctx context.Context, founding access.Founding) error
	CursorKey(ctx context.Context) ([]byte, error)
	Ping(ctx context.Context) error
}

// Open returns an empty store that goes by the clock.
type Open func(tb testing.TB, now func() time.Time) Store

// Run runs all cases, each on an empty store.
func Run(t *testing.T, open Open) {
	t.Helper()
	for _, group := range []struct {
		name  string
		cases map[string]func(*testing.T, *world)
	}{
		{"create", creations},
		{"found", foundings},
		{"change", changes},
		{"session", sessions},
		{"sign-in", signIns},
		{"list", lists},
	} {
		for name, test := range group.cases {
			t.Run(group.name+"/"+name, func(t *testing.T) { test(t, newWorld(t, open)) })
		}
	}
	t.Run("model", func(t *testing.T) { checkModel(t, open) })
}

// world is a store with what the cases need around it.
type world struct {
	Store
	ctx context.Context //nolint:containedctx // one test's
	ids ident.Source

	mu    sync.Mutex
	clock time.Time
}

var worlds atomic.Uint32

func newWorld(tb testing.TB, open Open) *world {
	tb.Helper()
	w := &world{ctx: tb.Context(), clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	seed := [32]byte{}
	binary.BigEndian.PutUint32(seed[:], worlds.Add(1)) // an id may name a write beyond its table
	w.ids = ident.Source{Now: w.now, Random: rand.NewChaCha8(seed)}
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

// id makes an id a millisecond after the one before it.
func (w *world) id(prefix string) string {
	w.pass(time.Millisecond)
	id, err := w.ids.New(prefix)
	if err != nil {
		panic(err) // the randomness of tests does not end
	}
	return id
}

// creation is a creation of an account with the login as its name.
func (w *world) creation(kind account.Kind, owner account.ID, login string) directory.Creation {
	prefix, name := account.CustomerPrefix, event.CustomerCreated
	if kind == account.Reseller {
		prefix, name = account.ResellerPrefix, event.ResellerCreated
	}
	a := account.Account{
		ID: account.ID(w.id(prefix)), Kind: kind, Login: account.Login(login), Owner: owner, Lifecycle: account.Ready,
		Contact:      account.Contact{Name: login, Email: login + "@example.com", Locale: "en"},
		PasswordHash: "$hash$" + login, CreatedAt: w.now(), Version: 1,
	}
	return directory.Creation{Account: a, Event: w.event(name, &a)}
}

func (w *world) event(name event.Name, of *account.Account) event.Event {
	return event.Event{
		ID: w.id(event.IDPrefix), Name: name, Account: of.ID, Kind: of.Kind, Owner: of.Owner, Actor: account.AdministratorOwner,
		RequestID: "request", At: w.now(), Version: of.Version,
		Changes: []account.FieldChange{{Field: "login", New: of.Login}, {Field: "contact", New: of.Contact}},
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
func (w *world) change(a account.Account, edit func(*account.Account)) access.Change {
	edit(&a)
	a.Version++
	return access.Change{Account: a, Event: w.event(event.ContactChanged, &a)}
}

// mustChange changes an account and returns it after that.
func (w *world) mustChange(t reporter, a account.Account, edit func(*account.Account)) account.Account {
	t.Helper()
	c := w.change(a, edit)
	if err := w.ChangeAccount(w.ctx, c); err != nil {
		t.Fatalf("change %s: %v", a.Login, err)
	}
	return c.Account
}

func (w *world) record(fingerprint, answer string) *once.Record {
	return &once.Record{
		Request: once.Request{Key: "k", Fingerprint: fingerprint}, Answer: []byte(answer), ExpiresAt: w.now().Add(once.Lifetime),
	}
}

// hold is a hold that has begun.
func (w *world) hold() account.Hold {
	until := w.now().Add(time.Hour)
	return account.Hold{
		Source: account.ByAdministrator, Actor: "adm_1", Reason: "unpaid", PublicMessage: "Closed.", Since: w.now(), Until: &until,
	}
}
