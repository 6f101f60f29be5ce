package hosting_test

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idgen"
	"tenantry/shared/page"
	"tenantry/shared/password"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// tester is a test, or one run of a property test.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// fixture is a customer of a reseller, with two subscriptions of two websites each.
type fixture struct {
	tester

	t     testing.TB
	store *dynamotest.Store
	clock time.Time
	subs  hosting.Subscriptions
	sites hosting.Websites
	gate  hosting.Gate

	admin         access.Caller
	reseller      account.ID
	customer      account.ID
	subscriptions []string
	websites      map[string]string // of which subscription
}

func newFixture(t testing.TB, reporter tester) *fixture {
	t.Helper()
	s := &fixture{
		tester: reporter, t: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), websites: map[string]string{},
		admin: access.Caller{Account: account.Account{ID: "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Administrator}},
	}
	s.store = dynamotest.New(s.now)
	s.subs = hosting.Subscriptions{
		Store:   s.store,
		NewID:   s.ids().New,
		Cursors: page.NewSealer(s.store.CursorKey, rand.Reader),
		Now:     s.now,
	}
	s.sites = hosting.Websites{Subscriptions: s.subs}
	s.gate = hosting.Gate{Store: s.store, Now: s.now}
	create := directory.Create{
		Store:     s.store,
		Mails:     s.store.Mails(),
		NewID:     s.ids().New,
		Passwords: password.Hasher{Random: rand.Reader},
		Policy:    password.Policy{},
		Now:       s.now,
	}
	input := directory.NewAccount{Login: "north", Contact: account.Contact{Name: "N", Email: "n@example.com"}}
	created, err := create.Reseller(t.Context(), s.admin, request.Metadata{}, input)
	s.must(err)
	s.reseller, input.Login = created.ID, "ada"
	created, err = create.Customer(t.Context(), s.as(s.reseller), request.Metadata{}, input)
	s.must(err)
	s.customer = created.ID
	for i := range 2 {
		sub, err := s.subs.Create(t.Context(), s.admin, request.Metadata{}, string(s.customer), hosting.NewSubscription{
			Domain: fmt.Sprintf("first%d.example", i), ServicePlan: plan.Custom,
		})
		s.must(err)
		_, err = s.sites.Add(t.Context(), s.admin, request.Metadata{}, sub.ID, fmt.Sprintf("second%d.example", i))
		s.must(err)
		sites, _, err := s.store.ListWebsites(t.Context(), sub.ID, "", 10)
		s.must(err)
		for _, site := range sites {
			s.websites[site.ID] = sub.ID
		}
		s.subscriptions = append(s.subscriptions, sub.ID)
	}
	return s
}

func (s *fixture) ids() idgen.Generator { return idgen.Generator{Now: s.tick, Random: rand.Reader} }

func (s *fixture) now() time.Time { return s.clock }

// tick advances the clock, so that ids are in order of creation.
func (s *fixture) tick() time.Time {
	s.clock = s.clock.Add(time.Millisecond)
	return s.clock
}

func (s *fixture) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("unexpected error: %v", err)
	}
}

func (s *fixture) refused(err error, code fault.Code) {
	s.Helper()
	if !fault.Is(err, code) {
		s.Errorf("error = %v, want %s", err, code)
	}
}

// as returns an account as a caller.
func (s *fixture) as(id account.ID) access.Caller {
	s.Helper()
	if id == s.admin.Account.ID {
		return s.admin
	}
	chain, err := s.store.ReadChain(s.t.Context(), []account.ID{id})
	s.must(err)
	return access.Caller{Account: chain[0], Parents: chain[1:]}
}

func (s *fixture) change() directory.Change {
	return directory.Change{
		Store:     s.store,
		Mails:     s.store.Mails(),
		NewID:     s.ids().New,
		Passwords: password.Hasher{Random: rand.Reader},
		Policy:    password.Policy{},
		Now:       s.now,
	}
}

func (s *fixture) counts() account.SubscriptionCounts {
	s.Helper()
	customer, err := s.store.ReadAccount(s.t.Context(), s.customer)
	s.must(err)
	return customer.SubscriptionCounts()
}
