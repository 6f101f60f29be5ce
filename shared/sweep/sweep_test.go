package sweep_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/idgen"
	"tenantry/shared/page"
	"tenantry/shared/password"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// scene is an administrator with customers, over a store that the sweep goes through.
type scene struct {
	*testing.T

	store *dynamotest.Store
	admin access.Caller
	edit  directory.Change
	subs  hosting.Subscriptions
	sweep sweep.Sweeper

	mu     sync.Mutex
	clock  time.Time
	events int // that were there before
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, clock: noon}
	s.store = dynamotest.New(s.now)
	ids := idgen.Generator{Now: s.now, Random: rand.Reader}
	founder := account.Account{
		ID:      "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5",
		Kind:    account.Administrator,
		Login:   "boss",
		Owner:   account.AdministratorOwner,
		Version: 1,
	}
	s.must(
		s.store.CreateFirstAdministrator(
			t.Context(),
			access.FirstAdministratorCreation{Account: founder, CursorKey: make([]byte, 32), Event: event.Event{ID: "evt_0"}},
		),
	)
	s.admin = access.Caller{Account: founder}
	s.edit = directory.Change{Store: s.store, Mails: s.store.Mails(), NewID: ids.New, Now: s.now}
	s.subs = hosting.Subscriptions{
		Store:   s.store,
		NewID:   ids.New,
		Cursors: page.NewSealer(s.store.CursorKey, rand.Reader),
		Now:     s.now,
	}
	s.sweep = sweep.Sweeper{Store: s.store, Now: s.now, Handlers: map[sweep.Kind]sweep.Handler{
		sweep.Account:      directory.DueHandler{Editor: edit.AccountEditor{Store: s.store, NewID: ids.New, Now: s.now}},
		sweep.Subscription: hosting.DueHandler{Store: s.store, NewID: ids.New, Now: s.now},
	}}
	return s
}

// now never stands still, so that ids are in order.
func (s *scene) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(time.Microsecond)
	return s.clock
}

// at sets the clock to so many minutes after noon.
func (s *scene) at(minutes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = *minute(minutes)
}

func minute(n int) *time.Time {
	t := noon.Add(time.Duration(n) * time.Minute)
	return &t
}

func (s *scene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("unexpected error: %v", err)
	}
}

// plain hashes nothing, which takes no time.
type plain struct{}

func (plain) Hash(word string) (string, error) { return word, nil }

func (s *scene) customer(login string) string {
	s.Helper()
	word := "the password of " + login
	made, err := directory.Create{
		Store:     s.store,
		Mails:     s.store.Mails(),
		NewID:     s.edit.NewID,
		Passwords: plain{},
		Policy:    password.Policy{Minimum: 15},
		Now:       s.now,
	}.
		Customer(
			s.Context(),
			s.admin,
			request.Metadata{},
			directory.NewAccount{Login: login, Password: &word, Contact: account.Contact{Name: login, Email: "a@example.com"}},
		)
	s.must(err)
	return string(made.ID)
}

func (s *scene) schedule(id string, suspend, activate *time.Time) {
	s.Helper()
	_, err := s.edit.Schedule(
		s.Context(),
		s.admin,
		request.Metadata{},
		id,
		account.ScheduleInput{SuspendAt: suspend, ActivateAt: activate},
	)
	s.must(err)
}

func (s *scene) run() {
	s.Helper()
	_, err := s.sweep.Run(s.Context(), "sweep", struct{}{})
	s.must(err)
}

// told expects the events since it was asked last.
func (s *scene) told(want ...event.Name) []event.Event {
	s.Helper()
	all := s.store.Events()
	fresh := all[s.events:]
	s.events = len(all)
	names := make([]event.Name, 0, len(fresh))
	for _, e := range fresh {
		names = append(names, e.Name)
	}
	if !slices.Equal(names, append(make([]event.Name, 0), want...)) {
		s.Fatalf("told %v, want %v", names, want)
	}
	return fresh
}

func (s *scene) listed(want map[string]account.Status) {
	s.Helper()
	got := map[string]account.Status{}
	for _, status := range []account.Status{account.Active, account.Suspended} {
		rows, err := s.store.List(
			s.Context(),
			directory.Selection{Kind: account.Customer, Status: status, Sort: directory.ByName, Limit: 100},
		)
		s.must(err)
		for i := range rows.Accounts {
			got[string(rows.Accounts[i].ID)] = status
		}
	}
	if !maps.Equal(got, want) {
		s.Fatalf("listed %v, want %v", got, want)
	}
}

func (s *scene) read(id string) account.Account {
	s.Helper()
	found, err := s.store.ReadAccount(s.Context(), account.ID(id))
	s.must(err)
	return *found
}

func TestAccountIsSuspendedAndActivated(t *testing.T) {
	s := newScene(t)
	id := s.customer("ada")
	s.schedule(id, minute(10), minute(20))
	s.told("", event.CustomerCreated, event.ScheduleChanged)
	s.run()
	s.at(10)
	s.listed(map[string]account.Status{id: account.Active})
	version := s.read(id).Version
	for range 2 { // doubled
		s.run()
	}
	happened := s.told(event.Suspended)[0]
	if happened.Actor != "" || happened.RequestID != "sweep" || len(happened.Changes) != 1 ||
		happened.Version != version+1 {
		t.Errorf("%+v", happened)
	}
	s.listed(map[string]account.Status{id: account.Suspended})
	s.at(25)
	for range 2 {
		s.run()
	}
	s.told(event.Activated)
	s.listed(map[string]account.Status{id: account.Active})
	after := s.read(id)
	if after.Schedule != nil || after.Holds != nil || after.DueAt != nil || after.Version != version+2 {
		t.Errorf("left %+v", after)
	}
}

// Sweeps that come late, as after a restored backup, tell once what holds now.
func TestLateSweep(t *testing.T) {
	s := newScene(t)
	both, begun, ended := s.customer("both"), s.customer("begun"), s.customer("ended")
	s.schedule(both, minute(10), minute(20))
	s.schedule(begun, minute(10), nil)
	_, err := s.edit.Suspend(t.Context(), s.admin, request.Metadata{}, ended, account.HoldInput{Until: minute(15)})
	s.must(err)
	s.events = len(s.store.Events())
	s.at(60 * 24 * 30)
	s.run()
	s.run()
	counts := map[event.Name]int{}
	for _, e := range s.store.Events()[s.events:] {
		counts[e.Name]++
	}
	if want := map[event.Name]int{event.Suspended: 1, event.Activated: 2}; !maps.Equal(counts, want) {
		t.Errorf("told %v, want %v", counts, want)
	}
	s.listed(map[string]account.Status{both: account.Active, begun: account.Suspended, ended: account.Active})
}

func TestWithdrawnNeverFires(t *testing.T) {
	s := newScene(t)
	id := s.customer("ada")
	s.schedule(id, minute(10), nil)
	old := sweep.DueEntry{Kind: sweep.Account, ID: id, At: *minute(10)}
	s.schedule(id, minute(30), nil)
	s.events = len(s.store.Events())
	s.at(15)
	s.run()
	s.must(s.sweep.Handlers[sweep.Account].HandleDue(t.Context(), old)) // the index is behind
	s.told()
	s.must(s.edit.Withdraw(t.Context(), s.admin, request.Metadata{}, id))
	s.told(event.ScheduleChanged)
	s.at(60)
	s.run()
	s.must(
		s.sweep.Handlers[sweep.Account].HandleDue(t.Context(), sweep.DueEntry{Kind: sweep.Account, ID: id, At: *minute(30)}),
	)
	s.must(
		s.sweep.Handlers[sweep.Account].HandleDue(
			t.Context(),
			sweep.DueEntry{Kind: sweep.Account, ID: "cus_gone", At: *minute(30)},
		),
	)
	s.told()
	s.listed(map[string]account.Status{id: account.Active})
}

// Only what ends by itself is lifted: a hold without an end stays through all sweeps.
func TestSweepLiftsNothingElse(t *testing.T) {
	s := newScene(t)
	id := s.customer("ada")
	_, err := s.edit.Suspend(t.Context(), s.admin, request.Metadata{}, id, account.HoldInput{})
	s.must(err)
	s.schedule(id, minute(10), minute(20))
	s.events = len(s.store.Events())
	s.at(15)
	s.run()
	s.told(event.Suspended)
	s.at(30)
	s.run()
	s.told(event.Activated)
	s.listed(map[string]account.Status{id: account.Suspended})
}

// An edit of something else between the time and the sweep swallows nothing.
func TestEditsSwallowNothing(t *testing.T) {
	s := newScene(t)
	id := s.customer("ada")
	s.schedule(id, minute(10), nil)
	s.at(11)
	name := "New name"
	_, err := s.edit.Contact(t.Context(), s.admin, request.Metadata{}, id, account.ContactPatch{Name: &name})
	s.must(err)
	s.events = len(s.store.Events())
	s.listed(map[string]account.Status{id: account.Suspended}) // the edit has moved it already
	s.run()
	s.told(event.Suspended)
}

func TestSweepsAtOnce(t *testing.T) {
	s := newScene(t)
	want := map[string]account.Status{}
	for i := range 30 {
		id := s.customer(fmt.Sprint("c", i))
		s.schedule(id, minute(10), nil)
		want[id] = account.Suspended
	}
	s.events = len(s.store.Events())
	s.at(12)
	errs := make([]error, 4)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { _, errs[i] = s.sweep.Run(t.Context(), "sweep", struct{}{}) })
	}
	all.Wait()
	s.must(errors.Join(errs...))
	s.told(slices.Repeat([]event.Name{event.Suspended}, 30)...)
	s.listed(want)
}

// What is counted of subscriptions is right after an expiry and after the end of a hold, whatever the customer's
// activation lifts.
func TestSubscriptions(t *testing.T) {
	s := newScene(t)
	id := s.customer("ada")
	add := func(domain string, expires *time.Time) string {
		made, err := s.subs.Create(
			t.Context(),
			s.admin,
			request.Metadata{},
			id,
			hosting.NewSubscription{Domain: domain, ServicePlan: plan.Custom, ExpiresAt: expires},
		)
		s.must(err)
		return made.ID
	}
	active := func(want int64) {
		t.Helper()
		of := s.read(id)
		serving := int64(0)
		rows, err := s.subs.List(t.Context(), s.admin, id, 100, "")
		s.must(err)
		for _, row := range rows.Items {
			if row.Status == account.Active {
				serving++
			}
		}
		if got := of.SubscriptionCounts().Active; got != want || serving != want {
			t.Errorf("counted %d active, there are %d, want %d", got, serving, want)
		}
	}
	add("stays.example", nil)
	expiring, held := add("expires.example", minute(10)), add("held.example", nil)
	for _, one := range []string{expiring, held} {
		_, err := s.subs.Suspend(t.Context(), s.admin, request.Metadata{}, one, account.HoldInput{Until: minute(20)})
		s.must(err)
	}
	active(1)
	s.events = len(s.store.Events())
	s.at(10)
	s.run()
	s.run()
	if happened := s.told(event.SubscriptionSuspended)[0]; happened.Subject != expiring || happened.Actor != "" ||
		happened.Account != account.ID(id) {
		t.Errorf("%+v", happened)
	}
	active(1)
	s.at(21)
	s.run()
	s.run()
	s.told(event.SubscriptionActivated, event.SubscriptionActivated)
	active(2)
	_, err := s.edit.Activate(t.Context(), s.admin, request.Metadata{}, id, directory.AllSubscriptions)
	s.must(err)
	active(2) // an expiry is nobody's to lift
	if _, err := s.subs.Activate(t.Context(), s.admin, request.Metadata{}, expiring); err == nil {
		t.Error("an expired subscription is activated")
	}
	s.must(s.subs.Remove(t.Context(), s.admin, request.Metadata{}, expiring))
	active(2)
	if left := s.read(id); left.HeldSubscriptions[account.AutomationLevel] != 0 {
		t.Errorf("counted as held: %v", left.HeldSubscriptions)
	}
}

// A sweep whose answer is lost is made good by the next one, which does nothing twice.
func TestLostAnswers(t *testing.T) {
	s := newScene(t)
	id := s.customer("ada")
	s.schedule(id, minute(10), nil)
	s.events = len(s.store.Events())
	s.at(11)
	for _, lose := range []func(){
		func() { s.store.Fail(dynamotest.Writes(dynamotest.Account), dynamotest.ErrOutage) },
		func() { s.store.LoseAnswer(dynamotest.Writes(dynamotest.Account)) },
	} {
		lose()
		outcome, err := s.sweep.Run(context.WithoutCancel(t.Context()), "", struct{}{})
		if err == nil || outcome.Failed != 1 {
			t.Errorf("%+v, %v", outcome, err)
		}
		s.store.Mend()
	}
	s.run()
	s.told(event.Suspended)
}
