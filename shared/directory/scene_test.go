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

// tester is a test, or one run of a generated one.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// plain hashes passwords so that tests can read them.
type plain struct{}

func (plain) Hash(password string) (string, error) { return "hash of " + password, nil }

// scene is an administrator, two resellers, and a customer of the first.
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
		ID: s.admin, Kind: account.Administrator, Login: "boss", Owner: account.AdministratorOwner, Lifecycle: account.Ready, Version: 1,
	}
	happened := event.New(s.ids.New, event.AdministratorCreated, &founder, s.admin, "request", s.now())
	if err := s.store.CreateFirstAdministrator(t.Context(), access.FirstAdministratorCreation{Account: founder, CursorKey: []byte("0123456789abcdef0123456789abcdef"), Event: happened}); err != nil {
		t.Fatal(err)
	}
	s.north, s.south = s.reseller("north"), s.reseller("south")
	s.ada, s.direct = s.customer(s.north, "ada"), s.customer(s.admin, "direct")
	return s
}

func (s *scene) now() time.Time { return s.clock }

// tick lets ids be made one after the other.
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

// as is the account as a caller, with its parents, as a credential shows it now.
func (s *scene) as(id account.ID) access.Caller {
	s.Helper()
	chain, err := s.store.ReadChain(s.t.Context(), []account.ID{id})
	s.must(err)
	if len(chain) == 0 {
		s.Fatalf("there is no %s", id)
	}
	return access.Caller{Account: chain[0], Parents: chain[1:]}
}

func (s *scene) read(id account.ID) account.Account {
	s.Helper()
	found, err := s.store.ReadAccount(s.t.Context(), id)
	s.must(err)
	if found == nil {
		s.Fatalf("there is no %s", id)
	}
	return *found
}

func (s *scene) creator() directory.Create {
	return directory.Create{Store: s.store, NewID: s.ids.New, Passwords: plain{}, Policy: password.Policy{Minimum: 15}, Now: s.now}
}

func (s *scene) newAccount(login string) directory.NewAccount {
	password := "the password of " + login
	return directory.NewAccount{
		Login: login, Password: &password, Contact: account.Contact{Name: "Ms " + login, Email: login + "@example.com"}, Description: "note on " + login,
	}
}

func (s *scene) reseller(login string) account.ID {
	s.Helper()
	made, err := s.creator().Reseller(s.t.Context(), s.as(s.admin), request.Metadata{}, s.newAccount(login))
	s.must(err)
	return made.ID
}

func (s *scene) customer(of account.ID, login string) account.ID {
	s.Helper()
	made, err := s.creator().Customer(s.t.Context(), s.as(of), request.Metadata{}, s.newAccount(login))
	s.must(err)
	return made.ID
}

func (s *scene) change() directory.Change {
	return directory.Change{Store: s.store, NewID: s.ids.New, Passwords: plain{}, Policy: password.Policy{Minimum: 15}, Now: s.now}
}

func (s *scene) get() directory.Get { return directory.Get{Store: s.store, Now: s.now} }

func (s *scene) sealer() *page.Sealer { return page.NewSealer(s.store.CursorKey, rand.Reader) }

// describe changes a description, which must succeed.
func (s *scene) describe(by, of account.ID, text, whose string) directory.Customer {
	s.Helper()
	made, err := s.change().Description(s.t.Context(), s.as(by), request.Metadata{}, string(of), text, whose)
	s.must(err)
	return made
}

func (s *scene) lastEvent() event.Event {
	events := s.store.Events()
	return events[len(events)-1]
}

// alter changes an account in a way that no use case does.
func (s *scene) alter(id account.ID, edit func(a *account.Account)) {
	s.Helper()
	s.must(s.store.Alter(s.t.Context(), id, edit))
}

// before runs a function once, before the next selected call of the storage.
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
