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

// tester is a test, or one run of a generated one.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// estate is a customer of a reseller, with two subscriptions of two websites each.
type estate struct {
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

func newEstate(t testing.TB, reporter tester) *estate {
	t.Helper()
	s := &estate{
		tester: reporter, t: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), websites: map[string]string{},
		admin: access.Caller{Account: account.Account{ID: "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Administrator}},
	}
	s.store = dynamotest.New(s.now)
	s.subs = hosting.Subscriptions{Store: s.store, NewID: s.ids().New, Cursors: page.NewSealer(s.store.CursorKey, rand.Reader), Now: s.now}
	s.sites = hosting.Websites{Subscriptions: s.subs}
	s.gate = hosting.Gate{Store: s.store, Now: s.now}
	create := directory.Create{Store: s.store, NewID: s.ids().New, Passwords: password.Hasher{Random: rand.Reader}, Policy: password.Policy{}, Now: s.now}
	wanted := directory.NewAccount{Login: "north", Contact: account.Contact{Name: "N", Email: "n@example.com"}}
	made, err := create.Reseller(t.Context(), s.admin, request.Metadata{}, wanted)
	s.must(err)
	s.reseller, wanted.Login = made.ID, "ada"
	made, err = create.Customer(t.Context(), s.as(s.reseller), request.Metadata{}, wanted)
	s.must(err)
	s.customer = made.ID
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

func (s *estate) ids() idgen.Generator { return idgen.Generator{Now: s.tick, Random: rand.Reader} }

func (s *estate) now() time.Time { return s.clock }

// tick lets ids be made one after the other.
func (s *estate) tick() time.Time {
	s.clock = s.clock.Add(time.Millisecond)
	return s.clock
}

func (s *estate) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("unexpected error: %v", err)
	}
}

func (s *estate) refused(err error, code fault.Code) {
	s.Helper()
	if !fault.Is(err, code) {
		s.Errorf("error = %v, want %s", err, code)
	}
}

// as is an account as a caller.
func (s *estate) as(id account.ID) access.Caller {
	s.Helper()
	if id == s.admin.Account.ID {
		return s.admin
	}
	chain, err := s.store.ReadChain(s.t.Context(), []account.ID{id})
	s.must(err)
	return access.Caller{Account: chain[0], Parents: chain[1:]}
}

func (s *estate) change() directory.Change {
	return directory.Change{Store: s.store, NewID: s.ids().New, Passwords: password.Hasher{Random: rand.Reader}, Policy: password.Policy{}, Now: s.now}
}

func (s *estate) counts() account.SubscriptionCounts {
	s.Helper()
	of, err := s.store.ReadAccount(s.t.Context(), s.customer)
	s.must(err)
	return of.SubscriptionCounts()
}
