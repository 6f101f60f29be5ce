package directory_test

import (
	"crypto/rand"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/idgen"
	"tenantry/shared/page"
	"tenantry/shared/password"
	"tenantry/shared/request"
)

// tester is a test or one run of a property test.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// plain is a password hasher whose hashes tests can read.
type plain struct{}

func (plain) Hash(password string) (string, error) { return "hash of " + password, nil }

// scene has an administrator, two resellers, a customer of the first reseller and a customer of the administrator.
type scene struct {
	tester

	t      testing.TB
	store  *dynamotest.Store
	clock  time.Time
	ids    idgen.Generator
	admin  account.ID
	north  account.ID
	south  account.ID
	ada    account.ID // a customer of north
	direct account.ID // a customer of the administrator
}

func newScene(t testing.TB) *scene {
	t.Helper()
	return newSceneOf(t, t)
}

func newSceneOf(t testing.TB, reporter tester) *scene {
	t.Helper()
	s := &scene{tester: reporter, t: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	s.ids = idgen.Generator{Now: s.tick, Random: rand.Reader}
	s.store = dynamotest.New(s.now)
	s.admin = s.id(account.AdministratorPrefix)
	founder := account.Account{
		ID:        s.admin,
		Kind:      account.Administrator,
		Login:     "boss",
		Owner:     account.AdministratorOwner,
		Lifecycle: account.Ready,
		Version:   1,
	}
	creation := event.New(s.ids.New, event.AdministratorCreated, &founder, s.admin, "request", s.now())
	if err := s.store.CreateFirstAdministrator(
		t.Context(),
		access.FirstAdministratorCreation{
			Account:   founder,
			CursorKey: []byte("0123456789abcdef0123456789abcdef"),
			Event:     creation,
		},
	); err != nil {
		t.Fatal(err)
	}
	s.north, s.south = s.reseller("north"), s.reseller("south")
	s.ada, s.direct = s.customer(s.north, "ada"), s.customer(s.admin, "direct")
	return s
}

func (s *scene) now() time.Time { return s.clock }

// tick advances the clock, so that ids sort by creation.
func (s *scene) tick() time.Time {
	s.clock = s.clock.Add(time.Millisecond)
	return s.clock
}

func (s *scene) id(prefix string) account.ID {
	s.Helper()
	return account.ID(s.ids.New(prefix))
}

func (s *scene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("unexpected error: %v", err)
	}
}

func (s *scene) refused(err error, code fault.Code) {
	s.Helper()
	if !fault.Is(err, code) {
		s.Errorf("error = %v, want %s", err, code)
	}
}

// as returns the account as a caller, with its parents, as it is in the store now.
func (s *scene) as(id account.ID) access.Caller {
	s.Helper()
	chain, err := s.store.ReadChain(s.t.Context(), []account.ID{id})
	s.must(err)
	if len(chain) == 0 {
		s.Fatalf("account %s does not exist", id)
	}
	return access.Caller{Account: chain[0], Parents: chain[1:]}
}

func (s *scene) read(id account.ID) account.Account {
	s.Helper()
	found, err := s.store.ReadAccount(s.t.Context(), id)
	s.must(err)
	if found == nil {
		s.Fatalf("account %s does not exist", id)
	}
	return *found
}

func (s *scene) creator() directory.Create {
	return directory.Create{
		Store:     s.store,
		Mails:     s.store.Mails(),
		NewID:     s.ids.New,
		Passwords: plain{},
		Policy:    password.Policy{Minimum: 15},
		Now:       s.now,
	}
}

func (s *scene) newAccount(login string) directory.NewAccount {
	password := "the password of " + login
	return directory.NewAccount{
		Login:       login,
		Password:    &password,
		Contact:     account.Contact{Name: "Ms " + login, Email: login + "@example.com"},
		Description: "note on " + login,
	}
}

func (s *scene) reseller(login string) account.ID {
	s.Helper()
	created, err := s.creator().Reseller(s.t.Context(), s.as(s.admin), request.Metadata{}, s.newAccount(login))
	s.must(err)
	return created.ID
}

func (s *scene) customer(owner account.ID, login string) account.ID {
	s.Helper()
	created, err := s.creator().Customer(s.t.Context(), s.as(owner), request.Metadata{}, s.newAccount(login))
	s.must(err)
	return created.ID
}

func (s *scene) change() directory.Change {
	return directory.Change{
		Store:     s.store,
		Mails:     s.store.Mails(),
		NewID:     s.ids.New,
		Passwords: plain{},
		Policy:    password.Policy{Minimum: 15},
		Now:       s.now,
	}
}

func (s *scene) get() directory.Get { return directory.Get{Store: s.store, Now: s.now} }

func (s *scene) sealer() *page.Sealer { return page.NewSealer(s.store.CursorKey, rand.Reader) }

// describe changes a description and fails the test on an error.
func (s *scene) describe(by, id account.ID, text, author string) directory.Customer {
	s.Helper()
	customer, err := s.change().Description(s.t.Context(), s.as(by), request.Metadata{}, string(id), text, author)
	s.must(err)
	return customer
}

func (s *scene) lastEvent() event.Event {
	events := s.store.Events()
	return events[len(events)-1]
}

// alter changes an account directly in the store.
func (s *scene) alter(id account.ID, edit func(a *account.Account)) {
	s.Helper()
	s.must(s.store.Alter(s.t.Context(), id, edit))
}

// before runs act once, before the next selected call of the store.
func (s *scene) before(when dynamotest.When, act func()) {
	s.store.Between(when, func() error {
		act()
		return nil
	})
}

// changes selects the calls that change an account.
var changes = dynamotest.Writes(dynamotest.Account)

func keyed(key string) request.Metadata {
	return request.Metadata{ID: "request", Key: idempotency.Key{Name: key, Fingerprint: "f"}}
}
