package hosting_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/idgen"
	"tenantry/shared/page"
	"tenantry/shared/password"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// scene has an administrator, and a reseller with two customers.
type scene struct {
	*testing.T

	mutex                sync.Mutex
	clock                time.Time // guarded by mutex
	store                *dynamotest.Store
	subs                 hosting.Subscriptions
	sites                hosting.Websites
	plans                plan.Plans
	admin, reseller, own access.Caller // own is the customer that most tests are about
	second               access.Caller // the other customer
}

func newScene(t *testing.T) *scene {
	s := &scene{T: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	s.store = dynamotest.New(s.now)
	ids, cursors := idgen.Generator{Now: s.now, Random: rand.Reader}, page.NewSealer(s.store.CursorKey, rand.Reader)
	domains := hosting.DomainRules{
		Host: "panel.company.com", Reserved: []string{"gmail.com"}, Shared: []string{"sites.company.com"},
	}
	s.subs = hosting.Subscriptions{Store: s.store, Domains: domains, NewID: ids.New, Cursors: cursors, Now: s.now}
	s.sites = hosting.Websites{Subscriptions: s.subs}
	s.plans = plan.Plans{Prefix: plan.ServicePrefix, Store: s.store, NewID: ids.New, Cursors: cursors, Now: s.now}
	s.admin = access.Caller{Account: account.Account{ID: "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Administrator}}
	create := directory.Create{
		Store: s.store,
		Mails: s.store.Mails(), NewID: ids.New, Passwords: plainHasher{}, Now: s.now,
		Policy: password.Policy{},
	}
	serial := 0
	person := func() directory.NewAccount {
		serial++
		return directory.NewAccount{
			Login:    fmt.Sprintf("login-%d", serial),
			Password: new("a long enough secret"), // without a password, the account's welcome mail would be due
			Contact:  account.Contact{Name: "N", Email: fmt.Sprintf("n%d@example.com", serial)},
		}
	}
	caller := func(created directory.Customer, err error) access.Caller {
		stored, readErr := s.store.ReadAccount(t.Context(), created.ID)
		s.must(errors.Join(err, readErr))
		return access.Caller{Account: *stored}
	}
	s.must(
		s.store.CreateFirstAdministrator(
			t.Context(),
			access.FirstAdministratorCreation{
				Account:   s.admin.Account,
				CursorKey: []byte("0123456789abcdef0123456789abcdef"),
				Event:     event.Event{ID: "evt_founded", Account: s.admin.Account.ID},
			},
		),
	)
	s.reseller = caller(create.Reseller(t.Context(), s.admin, request.Metadata{}, person()))
	s.own = caller(create.Customer(t.Context(), s.reseller, request.Metadata{}, person()))
	s.second = caller(create.Customer(t.Context(), s.reseller, request.Metadata{}, person()))
	return s
}

// now advances the clock, so that ids are in order of creation.
func (s *scene) now() time.Time {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.clock = s.clock.Add(time.Millisecond)
	return s.clock
}

func (s *scene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *scene) refused(err error, code fault.Code) {
	s.Helper()
	if !fault.Is(err, code) {
		s.Errorf("error = %v, want %s", err, code)
	}
}

// service creates a service plan of the reseller and returns its id.
func (s *scene) service(allotments map[string]int64) plan.ID {
	s.Helper()
	name := "plan"
	created, err := s.plans.Create(
		s.Context(),
		s.reseller,
		request.Metadata{},
		plan.Input{Name: &name, Allotments: allotments},
	)
	s.must(err)
	return created.ID
}

// subscribe creates a subscription of the customer and returns its id.
func (s *scene) subscribe(domain, servicePlan string, allotments map[string]int64) string {
	s.Helper()
	input := hosting.NewSubscription{Domain: domain, ServicePlan: servicePlan}
	if allotments != nil {
		input.Resources = &resource.Set{Allotments: allotments}
	}
	created, err := s.subs.Create(s.Context(), s.reseller, request.Metadata{}, string(s.own.Account.ID), input)
	s.must(err)
	return created.ID
}

func (s *scene) get(id string) hosting.SubscriptionView {
	s.Helper()
	view, err := s.subs.Get(s.Context(), s.reseller, id)
	s.must(err)
	return view
}

// keyed returns the metadata of a request with an Idempotency-Key.
func keyed(operation, key, target string) request.Metadata {
	return request.Metadata{Key: idempotency.Secret{}.NewKey("caller", operation, key, target, nil)}
}

func (s *scene) websites(subscription string) []hosting.WebsiteView {
	s.Helper()
	listed, err := s.sites.List(s.Context(), s.reseller, subscription, 0, "")
	s.must(err)
	return listed.Items
}

// plainHasher hashes passwords without work.
type plainHasher struct{}

func (plainHasher) Hash(text string) (string, error) { return "hash of " + text, nil }
