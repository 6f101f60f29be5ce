package directory_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

func (s *scene) suspend(by, id account.ID, input account.HoldInput) (directory.Customer, error) {
	s.Helper()
	return s.change().Suspend(s.t.Context(), s.as(by), request.Metadata{}, string(id), input)
}

func (s *scene) activate(by, id account.ID, subscriptions string) (directory.Customer, error) {
	s.Helper()
	return s.change().Activate(s.t.Context(), s.as(by), request.Metadata{}, string(id), subscriptions)
}

// The next request of a suspended customer or its panel user is rejected with the public message, without the reason.
func TestSuspensionAppliesToNextRequest(t *testing.T) {
	s := newScene(t)
	user := s.panelUser(s.ada, "user")
	_, err := s.suspend(s.north, s.ada, account.HoldInput{Reason: "unpaid", PublicMessage: "Closed for now."})
	s.must(err)
	for _, id := range []account.ID{s.ada, user} {
		caller := s.as(id)
		err := access.CheckNotSuspended(append([]account.Account{caller.Account}, caller.Parents...), s.now())
		s.refused(err, fault.AccountSuspended)
		if want := "account-suspended: Closed for now."; err.Error() != want {
			t.Errorf("%s reads %q, want %q", id, err, want)
		}
	}
	_, err = s.activate(s.north, s.ada, directory.AllSubscriptions)
	s.must(err)
	for _, id := range []account.ID{s.ada, user} {
		caller := s.as(id)
		s.must(access.CheckNotSuspended(append([]account.Account{caller.Account}, caller.Parents...), s.now()))
	}
}

func TestActivateKeepsAdministratorHold(t *testing.T) {
	s := newScene(t)
	_, err := s.suspend(s.admin, s.ada, account.HoldInput{})
	s.must(err)
	_, err = s.activate(s.north, s.ada, directory.AllSubscriptions)
	s.refused(err, fault.HeldByHigherLevel)
	_, err = s.suspend(s.north, s.ada, account.HoldInput{})
	s.must(err)
	remaining, err := s.activate(s.north, s.ada, directory.AllSubscriptions)
	s.must(err)
	if len(remaining.Holds) != 1 || remaining.Holds[0].Source != account.ByAdministrator ||
		remaining.Status != account.Suspended {
		t.Errorf("after the reseller's activation: holds = %+v, want the administrator's only", remaining.Holds)
	}
	_, err = s.suspend(s.north, s.ada, account.HoldInput{})
	s.must(err)
	remaining, err = s.activate(s.admin, s.ada, directory.AllSubscriptions)
	s.must(err)
	if len(remaining.Holds) != 0 || remaining.Status != account.Active {
		t.Errorf("after the administrator's activation: holds = %+v, want none", remaining.Holds)
	}
}

func TestActivateLiftsSubscriptionHolds(t *testing.T) {
	for subscriptions, lifts := range map[string]bool{directory.AllSubscriptions: true, "": true, directory.InheritedSubscriptions: false} {
		s := newScene(t)
		_, err := s.suspend(s.north, s.ada, account.HoldInput{}) // takes 1
		s.must(err)
		s.alter(s.ada, func(a *account.Account) { a.HoldSequence = 2 }) // by a subscription's hold
		_, err = s.activate(s.north, s.ada, subscriptions)
		s.must(err)
		a := s.read(s.ada)
		for level, want := range map[account.Level]bool{account.CustomerLevel: lifts, account.ResellerLevel: lifts, account.AdministratorLevel: false} {
			if got := a.LiftMarks.Void(account.Hold{Level: level, Sequence: 2}); got != want {
				t.Errorf("activating %q voids a hold of the %s: %v, want %v", subscriptions, level, got, want)
			}
		}
		if a.LiftMarks.Void(account.Hold{Level: account.ResellerLevel, Sequence: a.HoldSequence + 1}) {
			t.Errorf("activating %q voids a later hold", subscriptions)
		}
		version := a.Version
		again, err := s.activate(s.north, s.ada, subscriptions)
		s.must(err)
		if again.Version != version {
			t.Errorf("activating %q twice creates version %d, want %d", subscriptions, again.Version, version)
		}
	}
}

// The event of an activation has the number of active subscriptions if the activation changes it.
func TestActivationEventCountsSubscriptions(t *testing.T) {
	for subscriptions, want := range map[string][]account.FieldChange{
		directory.AllSubscriptions: {{Field: "subscriptions.active", Old: 1.0, New: 3.0}}, directory.InheritedSubscriptions: {},
	} {
		s := newScene(t)
		s.alter(s.ada, func(a *account.Account) {
			a.HoldSequence, a.Subscriptions = 3, 4
			a.HeldSubscriptions = map[account.Level]int64{account.ResellerLevel: 2, account.AdministratorLevel: 1}
		})
		_, err := s.suspend(s.north, s.ada, account.HoldInput{})
		s.must(err)
		_, err = s.activate(s.north, s.ada, subscriptions)
		s.must(err)
		last := s.lastEvent()
		if last.Name != event.Activated || len(last.Changes) == 0 || !slices.Equal(last.Changes[1:], want) {
			t.Errorf("activating %q: changes = %+v, want the holds and %+v", subscriptions, last.Changes, want)
		}
	}
}

func TestHoldsExpire(t *testing.T) {
	s := newScene(t)
	past, soon := s.now(), s.now().Add(time.Hour).In(time.FixedZone("", 7200)).Add(123*time.Microsecond)
	_, err := s.suspend(s.north, s.ada, account.HoldInput{Until: &past})
	s.refused(err, fault.InvalidRequest)
	barely := s.now().Add(time.Microsecond)
	_, err = s.suspend(s.north, s.ada, account.HoldInput{Until: &barely})
	s.refused(err, fault.InvalidRequest)
	held, err := s.suspend(s.north, s.ada, account.HoldInput{Until: &soon})
	s.must(err)
	if until := held.Holds[0].Until; until.Location() != time.UTC || !until.Equal(soon.Truncate(time.Millisecond)) {
		t.Errorf("until = %v, want UTC in milliseconds", until)
	}
	s.clock = soon
	customer, err := directory.Get{Store: s.store, Now: s.now}.Customer(t.Context(), s.as(s.north), string(s.ada))
	s.must(err)
	if customer.Status != account.Active || len(customer.Holds) != 0 {
		t.Errorf("after the hold's end the customer is %+v, want it active", customer)
	}
	customer, err = s.suspend(s.north, s.ada, account.HoldInput{})
	s.must(err)
	if customer.Status != account.Suspended || len(s.read(s.ada).Holds) != 1 {
		t.Errorf("after a new suspension the customer is %+v, want one hold", customer)
	}
}

// A replayed suspension does not suspend an account that was activated since. A replayed activation does not activate
// it.
func TestReplaysChangeNoHolds(t *testing.T) {
	s := newScene(t)
	until := s.now().Add(time.Minute)
	suspend := func(key string) directory.Customer {
		input := account.HoldInput{Until: &until}
		customer, err := s.change().Suspend(t.Context(), s.as(s.north), keyed(key), string(s.ada), input)
		s.must(err)
		return customer
	}
	activate := func(key string) directory.Customer {
		customer, err := s.change().Activate(t.Context(), s.as(s.north), keyed(key), string(s.ada), "")
		s.must(err)
		return customer
	}
	first, nothing := suspend("s"), suspend("again")
	opened, alreadyOpen := activate("a"), activate("also")
	s.clock = s.clock.Add(time.Hour) // after until
	for range 2 {
		if again := suspend("s"); again.Version != first.Version || again.Status != account.Suspended {
			t.Errorf("the suspension's replay returns %+v, want the first answer", again)
		}
		if again := suspend("again"); again.Version != nothing.Version || s.read(s.ada).Holds != nil {
			t.Errorf("the replay without a change returns %+v, want the first answer", again)
		}
		_, err := s.suspend(s.north, s.ada, account.HoldInput{})
		s.must(err)
		if again := activate("a"); again.Version != opened.Version || again.Status != account.Active {
			t.Errorf("the activation's replay returns %+v, want the first answer", again)
		}
		if again := activate("also"); again.Version != alreadyOpen.Version || len(s.read(s.ada).Holds) != 1 {
			t.Errorf("the replay without a change returns %+v, want the first answer", again)
		}
		_, err = s.activate(s.north, s.ada, "")
		s.must(err)
	}
}

func TestSuspendPermissions(t *testing.T) {
	s := newScene(t)
	user := s.panelUser(s.ada, "user")
	for _, test := range []struct {
		by, id account.ID
		code   fault.Code
	}{
		{s.admin, s.ada, ""},
		{s.admin, s.north, ""},
		{s.admin, s.admin, fault.NotFound},
		{s.admin, user, fault.NotFound},
		{s.admin, "cus_00000000000000000000000000", fault.NotFound},
		{s.admin, "nonsense", fault.NotFound},
		{s.north, s.ada, ""},
		{s.north, s.north, fault.Forbidden},
		{s.north, s.south, fault.NotFound},
		{s.south, s.ada, fault.NotFound},
		{s.north, s.direct, fault.NotFound},
		{s.ada, s.ada, fault.Forbidden},
		{s.ada, s.north, fault.NotFound},
		{user, s.ada, fault.Forbidden},
	} {
		caller := s.as(test.by)
		_, err := s.change().Suspend(t.Context(), caller, request.Metadata{}, string(test.id), account.HoldInput{})
		if fault.CodeOf(err) != test.code {
			t.Errorf("%s by %s: got %v, want %q", test.id, test.by, err, test.code)
		}
	}
	only := s.change()
	only.Only = account.Reseller
	_, err := only.Suspend(t.Context(), s.as(s.admin), request.Metadata{}, string(s.ada), account.HoldInput{})
	s.refused(err, fault.NotFound)
}

// The suspended customer does not read the reason of its hold.
func TestHoldReasonVisibility(t *testing.T) {
	s := newScene(t)
	_, err := s.suspend(s.admin, s.ada, account.HoldInput{Reason: "unpaid", PublicMessage: "Closed."})
	s.must(err)
	get := directory.Get{Store: s.store, Now: s.now}
	for id, isVisible := range map[account.ID]bool{s.admin: true, s.north: true, s.ada: false} {
		customer, err := get.Customer(t.Context(), s.as(id), string(s.ada))
		s.must(err)
		if hold := customer.Holds[0]; (hold.Reason != "") != isVisible || (hold.Actor != "") != isVisible ||
			hold.PublicMessage != "Closed." {
			t.Errorf("%s reads %+v, want the reason and actor visible: %v", id, hold, isVisible)
		}
	}
	if e := s.lastEvent(); e.Name != event.Suspended || e.Changes[0].Field != "holds" {
		t.Errorf("got the event %+v, want %s with a change of the holds", e, event.Suspended)
	}
}

// reasonOf returns the reason of a hold in an event, or nil if it has none.
func reasonOf(hold any) any { return hold.(map[string]any)["reason"] }

// The next owner of a customer does not read the reasons of an earlier owner.
func TestNextOwnerReadsNoEarlierReasons(t *testing.T) {
	s := newScene(t)
	_, err := s.suspend(s.north, s.ada, account.HoldInput{Reason: "unpaid", PublicMessage: "Closed."})
	s.must(err)
	_, err = s.schedule(
		s.north,
		s.ada,
		request.Metadata{},
		account.ScheduleInput{SuspendAt: s.in(10), Reason: "unpaid", PublicMessage: "Closed."},
	)
	s.must(err)
	reads := func(by account.ID, isVisible bool) {
		customer, err := s.get().Customer(t.Context(), s.as(by), string(s.ada))
		s.must(err)
		for kind, view := range map[string]struct {
			reason string
			actor  account.ID
			public string
		}{
			"hold":     {customer.Holds[0].Reason, customer.Holds[0].Actor, customer.Holds[0].PublicMessage},
			"schedule": {customer.Schedule.Reason, customer.Schedule.Actor, customer.Schedule.PublicMessage},
		} {
			if (view.reason != "") != isVisible || (view.actor != "") != isVisible || view.public != "Closed." {
				t.Errorf("%s reads the %s %+v, want the reason and actor visible: %v", by, kind, view, isVisible)
			}
		}
	}
	reads(s.north, true)
	s.moved(s.ada, s.south)
	reads(s.south, false)
	reads(s.admin, true)
	s.moved(s.ada, s.north)
	reads(s.north, true)
	s.moved(s.ada, s.south)
	_, err = s.suspend(s.south, s.ada, account.HoldInput{Reason: "mine"})
	s.must(err)
	if change := s.lastEvent().Changes[0]; reasonOf(change.Old) != nil || reasonOf(change.New) != "mine" {
		t.Errorf("change = %+v, want no reason of the earlier owner", change)
	}
	_, err = s.activate(s.south, s.ada, "")
	s.must(err)
	if change := s.lastEvent().Changes[0]; reasonOf(change.Old) != "mine" {
		t.Errorf("change = %+v, want the owner's own reason", change)
	}
}

// Nobody can activate an account that is being removed. The answer is busy, not held by a higher level.
func TestActivateRejectsAccountBeingRemoved(t *testing.T) {
	s := newScene(t)
	s.alter(s.ada, func(a *account.Account) { a.StartRemoval("op_1", s.now()) })
	for _, by := range []account.ID{s.admin, s.north} {
		_, err := s.activate(by, s.ada, "")
		s.refused(err, fault.Busy)
	}
}

// TestHoldsModel compares suspensions and activations by both levels, with retries, to a set of the accounts that hold.
func TestHoldsModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newSceneOf(t, r)
		holds, remembered := map[account.ID]bool{}, map[string]directory.Customer{}
		r.Repeat(map[string]func(*rapid.T){
			"suspend or activate": func(r *rapid.T) {
				by := rapid.SampledFrom([]account.ID{s.admin, s.north}).Draw(r, "by")
				key := rapid.SampledFrom([]string{"", "", "1", "2"}).Draw(r, "key")
				suspend := rapid.Bool().Draw(r, "suspend")
				meta := request.Metadata{}
				if key != "" {
					key += string(by) + map[bool]string{true: "suspend", false: "activate"}[suspend]
					meta = keyed(key)
				}
				var customer directory.Customer
				var err error
				if suspend {
					customer, err = s.change().Suspend(t.Context(), s.as(by), meta, string(s.ada), account.HoldInput{})
				} else {
					customer, err = s.change().Activate(t.Context(), s.as(by), meta, string(s.ada), "")
				}
				first, replayed := remembered[key]
				switch {
				case replayed:
					s.must(err)
					if customer.Version != first.Version || len(customer.Holds) != len(first.Holds) {
						r.Fatalf("the replay of %s is %+v, not %+v", key, customer, first)
					}
					return
				case suspend:
					holds[by] = true
				case by == s.north && holds[s.admin] && !holds[s.north]:
					s.refused(err, fault.HeldByHigherLevel)
					return
				default:
					delete(holds, by)
					delete(holds, s.north) // both levels lift a reseller's hold
				}
				s.must(err)
				if key != "" {
					remembered[key] = customer
				}
			},
			"": func(r *rapid.T) {
				a := s.read(s.ada)
				if len(a.Holds) != len(holds) || (a.Status(s.now()) == account.Suspended) != (len(holds) > 0) {
					r.Fatalf("holds %+v, want those of %v", a.Holds, holds)
				}
			},
		})
	})
}
