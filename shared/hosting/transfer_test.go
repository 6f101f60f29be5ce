package hosting_test

import (
	"fmt"
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// newOwner creates a second reseller, the target of moves.
func (s *scene) newOwner() access.Caller {
	s.Helper()
	reseller := account.Account{
		ID:        "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5",
		Kind:      account.Reseller,
		Login:     "south",
		Owner:     account.AdministratorOwner,
		Lifecycle: account.Ready,
	}
	s.must(
		s.store.Create(
			s.Context(),
			directory.AccountCreation{Account: reseller, Event: event.Event{ID: "evt_south", Account: reseller.ID}},
		),
	)
	return access.Caller{Account: reseller}
}

// move moves the customer and its usage, in one transaction.
func (s *scene) move(to account.ID) error {
	var before account.Account
	err := s.store.Alter(s.Context(), s.own.Account.ID, func(a *account.Account) {
		before = a.Clone()
		a.Owner, a.HoldSequence = to, a.HoldSequence+1
	})
	if err != nil {
		return err
	}
	for host, by := range map[account.ID]int64{before.Owner: -1, to: 1} {
		has, err := s.store.ReadReseller(s.Context(), host)
		if err != nil {
			return err
		}
		limits, err := has.Reserve(host, resource.Demand{Customers: by, Subscriptions: by * before.Subscriptions})
		if err != nil {
			return err
		}
		moved := event.Event{ID: fmt.Sprintf("evt_move_%d", s.now().UnixNano()), Account: "nobody"}
		// Only the reservation matters, not the plan.
		filler := &plan.Plan{ID: plan.ID("spl_" + moved.ID), Owner: account.AdministratorOwner}
		if err := s.store.WritePlan(s.Context(), plan.PlanChange{After: filler, Limits: limits, Event: moved}); err != nil {
			return err
		}
	}
	return nil
}

// hold lets an operation work on the customer.
func (s *scene) hold(lifecycle account.Lifecycle) error {
	return s.store.Alter(
		s.Context(),
		s.own.Account.ID,
		func(a *account.Account) { a.Lifecycle, a.Operation = lifecycle, "opn_1" },
	)
}

// written is a change of what the customer has, and how many subscriptions it has after it.
type written struct {
	name  string
	is    event.Name
	then  int64
	frees bool // it passes while the account is moving
	do    func(s *scene, by access.Caller, subscription, website string) error
}

func changes(t *testing.T) []written {
	return []written{
		{"create", event.SubscriptionCreated, 2, false, func(s *scene, by access.Caller, _, _ string) error {
			_, err := s.subs.Create(
				t.Context(),
				by,
				request.Metadata{},
				string(s.own.Account.ID),
				hosting.NewSubscription{Domain: "b.example", ServicePlan: plan.Custom},
			)
			return err
		}},
		{"replan", event.SubscriptionChanged, 1, false, func(s *scene, by access.Caller, subscription, _ string) error {
			own := resource.Set{Allotments: map[string]int64{resource.Websites: 7}}
			_, err := s.subs.ChangePlan(t.Context(), by, request.Metadata{}, subscription, plan.Custom, &own)
			return err
		}},
		{"remove", event.SubscriptionRemoved, 0, false, func(s *scene, by access.Caller, subscription, _ string) error {
			return s.subs.Remove(t.Context(), by, request.Metadata{}, subscription)
		}},
		{"suspend", event.SubscriptionSuspended, 1, true, func(s *scene, by access.Caller, subscription, _ string) error {
			_, err := s.subs.Suspend(t.Context(), by, request.Metadata{}, subscription, account.HoldInput{})
			return err
		}},
		{"add a website", event.WebsiteCreated, 1, false, func(s *scene, by access.Caller, subscription, _ string) error {
			_, err := s.sites.Add(t.Context(), by, request.Metadata{}, subscription, "c.example")
			return err
		}},
		{"suspend a website", event.WebsiteSuspended, 1, true, func(s *scene, by access.Caller, _, website string) error {
			_, err := s.sites.Suspend(t.Context(), by, request.Metadata{}, website, account.HoldInput{})
			return err
		}},
		{"remove a website", event.WebsiteRemoved, 1, true, func(s *scene, by access.Caller, _, website string) error {
			return s.sites.Remove(t.Context(), by, request.Metadata{}, website)
		}},
	}
}

func (s *scene) used(by account.ID) int64 {
	s.Helper()
	has, err := s.store.ReadReseller(s.Context(), by)
	s.must(err)
	return has.Used.Subscriptions
}

// If the customer is moved before a write, the rules are checked again: the old owner cannot see the customer any more,
// and the changes of others count against the new owner.
func TestCustomerIsMovedBeforeWrite(t *testing.T) {
	for _, c := range changes(t) {
		for _, when := range []dynamotest.When{dynamotest.Commits, dynamotest.Reads(dynamotest.Account)} {
			for _, byOld := range []bool{true, false} {
				s := newScene(t)
				to := s.newOwner()
				id := s.subscribe("a.example", plan.Custom, nil)
				website, by := s.websites(id)[0].ID, s.admin
				if byOld {
					by = s.reseller
				}
				began := len(s.store.Events())
				moved := false
				s.store.Between(when, func() error { moved = true; return s.move(to.Account.ID) })
				err := c.do(s, by, id, website)
				if !moved {
					continue
				}
				want := int64(1)
				if byOld {
					s.refused(err, fault.NotFound)
				} else {
					s.must(err)
					want = c.then
				}
				if old, now := s.used(s.reseller.Account.ID), s.used(to.Account.ID); old != 0 || now != want {
					t.Errorf("%s: the old owner has given out %d and the new one %d, want 0 and %d", c.name, old, now, want)
				}
				for _, e := range s.store.Events()[began:] {
					if e.Actor != "" && (byOld || e.Owner != to.Account.ID) {
						t.Errorf("%s: the event %s of %s belongs to %s, want %s and an actor who may see it",
							c.name, e.Name, e.Actor, e.Owner, to.Account.ID)
					}
				}
			}
		}
	}
}

// If the customer is moved during a removal, the removal releases the limits of the new owner.
func TestCustomerIsMovedDuringRemoval(t *testing.T) {
	s := newScene(t)
	to := s.newOwner()
	id := s.subscribe("a.example", plan.Custom, nil)
	s.store.Between(dynamotest.Deletes(dynamotest.Subscription), func() error { return s.move(to.Account.ID) })
	s.must(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id))
	if old, now := s.used(s.reseller.Account.ID), s.used(to.Account.ID); old != 0 || now != 0 || s.store.Planned() {
		t.Errorf("the usage of the old owner is %d and of the new owner %d", old, now)
	}
}

// While an operation works on the account, its subscriptions, their resources and their websites cannot change. Holds
// may during a move or conversion, but not during a removal.
func TestChangesDuringOperation(t *testing.T) {
	for _, lifecycle := range []account.Lifecycle{account.Moving, account.Converting, account.Removing} {
		for _, c := range changes(t) {
			for _, isConcurrent := range []bool{true, false} {
				s := newScene(t)
				id := s.subscribe("a.example", plan.Custom, nil)
				website := s.websites(id)[0].ID
				if isConcurrent {
					s.store.Between(dynamotest.Commits, func() error { return s.hold(lifecycle) })
				} else {
					s.must(s.hold(lifecycle))
				}
				passes := c.frees && (lifecycle != account.Removing || isConcurrent)
				if err := c.do(s, s.reseller, id, website); passes {
					s.must(err)
				} else {
					s.refused(err, fault.Busy)
				}
			}
		}
		s := newScene(t)
		id := s.subscribe("a.example", plan.Custom, nil)
		s.must(s.sites.Remove(t.Context(), s.reseller, request.Metadata{}, s.websites(id)[0].ID))
		s.store.Between(dynamotest.Deletes(dynamotest.Subscription), func() error { return s.hold(lifecycle) })
		s.must(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id)) // marked before
		if s.used(s.reseller.Account.ID) != 0 || s.store.Planned() {
			t.Error("the marked subscription still exists, want it removed")
		}
	}
}

// A new owner does not see the earlier owner's reasons, neither on the object nor in the trail.
func TestNewOwnerDoesNotSeeEarlierReasons(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", plan.Custom, nil)
	website := s.websites(id)[0].ID
	input := account.HoldInput{Reason: "unpaid", PublicMessage: "Closed."}
	_, err := s.subs.Suspend(t.Context(), s.reseller, request.Metadata{}, id, input)
	s.must(err)
	_, err = s.sites.Suspend(t.Context(), s.reseller, request.Metadata{}, website, input)
	s.must(err)
	next := s.newOwner()
	s.must(s.move(next.Account.ID))
	for whole, by := range map[bool]access.Caller{true: s.admin, false: next} {
		subscription, err := s.subs.Get(t.Context(), by, id)
		s.must(err)
		sites, err := s.sites.List(t.Context(), by, id, 0, "")
		s.must(err)
		for _, hold := range append(subscription.Holds, sites.Items[0].Holds...) {
			if (hold.Reason != "") != whole || (hold.Actor != "") != whole || hold.PublicMessage != "Closed." {
				t.Errorf("%s reads the hold %+v, want the reason and the actor: %v", by.Account.ID, hold, whole)
			}
		}
		if len(subscription.Holds) != 1 || len(sites.Items[0].Holds) != 2 {
			t.Errorf("%s reads of %d holds and of %d", by.Account.ID, len(subscription.Holds), len(sites.Items[0].Holds))
		}
	}
	_, err = s.sites.Activate(t.Context(), next, request.Metadata{}, website)
	s.must(err)
	_, err = s.subs.Activate(t.Context(), next, request.Metadata{}, id)
	s.must(err)
	for _, recorded := range s.store.Events()[len(s.store.Events())-2:] {
		if old := recorded.Changes[0].Old.(map[string]any); old["reason"] != nil || old["publicMessage"] != "Closed." {
			t.Errorf("the event %s shows the new owner %+v, want no reason", recorded.Name, old)
		}
	}
}
