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

func (s *scene) suspend(by, of account.ID, wanted account.HoldInput) (directory.Customer, error) {
	s.Helper()
	return s.change().Suspend(s.t.Context(), s.as(by), request.Metadata{}, string(of), wanted)
}

func (s *scene) activate(by, of account.ID, subscriptions string) (directory.Customer, error) {
	s.Helper()
	return s.change().Activate(s.t.Context(), s.as(by), request.Metadata{}, string(of), subscriptions)
}

// A suspended customer and whoever is below it are refused at once, with the message and never the reason.
func TestSuspendedAtOnce(t *testing.T) {
	s := newScene(t)
	user := s.panelUser(s.ada, "user")
	_, err := s.suspend(s.north, s.ada, account.HoldInput{Reason: "unpaid", PublicMessage: "Closed for now."})
	s.must(err)
	for _, id := range []account.ID{s.ada, user} {
		caller := s.as(id)
		err := access.CheckNotSuspended(append([]account.Account{caller.Account}, caller.Parents...), s.now())
		s.refused(err, fault.AccountSuspended)
		if want := "account-suspended: Closed for now."; err.Error() != want {
			t.Errorf("%s reads %q", id, err)
		}
	}
	_, err = s.activate(s.north, s.ada, directory.AllSubscriptions)
	s.must(err)
	for _, id := range []account.ID{s.ada, user} {
		caller := s.as(id)
		s.must(access.CheckNotSuspended(append([]account.Account{caller.Account}, caller.Parents...), s.now()))
	}
}

func TestHeldByHigherLevel(t *testing.T) {
	s := newScene(t)
	_, err := s.suspend(s.admin, s.ada, account.HoldInput{})
	s.must(err)
	_, err = s.activate(s.north, s.ada, directory.AllSubscriptions)
	s.refused(err, fault.HeldByHigherLevel)
	_, err = s.suspend(s.north, s.ada, account.HoldInput{})
	s.must(err)
	remaining, err := s.activate(s.north, s.ada, directory.AllSubscriptions)
	s.must(err)
	if len(remaining.Holds) != 1 || remaining.Holds[0].Source != account.ByAdministrator || remaining.Status != account.Suspended {
		t.Errorf("the reseller leaves %+v", remaining.Holds)
	}
	_, err = s.suspend(s.north, s.ada, account.HoldInput{})
	s.must(err)
	remaining, err = s.activate(s.admin, s.ada, directory.AllSubscriptions)
	s.must(err)
	if len(remaining.Holds) != 0 || remaining.Status != account.Active {
		t.Errorf("the administrator leaves %+v", remaining.Holds)
	}
}

func TestActivateBelow(t *testing.T) {
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
				t.Errorf("activating %q voids a hold of the %s: %v", subscriptions, level, got)
			}
		}
		if a.LiftMarks.Void(account.Hold{Level: account.ResellerLevel, Sequence: a.HoldSequence + 1}) {
			t.Errorf("activating %q voids a hold to come", subscriptions)
		}
		version := a.Version
		again, err := s.activate(s.north, s.ada, subscriptions)
		s.must(err)
		if again.Version != version {
			t.Errorf("activating %q twice changes something", subscriptions)
		}
	}
}

// The trail tells that subscriptions were activated with their customer, also where it was active itself.
func TestActivateBelowIsTold(t *testing.T) {
	for subscriptions, told := range map[string][]account.FieldChange{
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
		happened := s.lastEvent()
		if happened.Name != event.Activated || len(happened.Changes) == 0 || !slices.Equal(happened.Changes[1:], told) {
			t.Errorf("of %q is told %+v", subscriptions, happened.Changes)
		}
	}
}

func TestHoldsEndByThemselves(t *testing.T) {
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
		t.Errorf("until %v", until)
	}
	s.clock = soon
	of, err := directory.Get{Store: s.store, Now: s.now}.Customer(t.Context(), s.as(s.north), string(s.ada))
	s.must(err)
	if of.Status != account.Active || len(of.Holds) != 0 {
		t.Errorf("after its end: %+v", of)
	}
	of, err = s.suspend(s.north, s.ada, account.HoldInput{})
	s.must(err)
	if of.Status != account.Suspended || len(s.read(s.ada).Holds) != 1 {
		t.Errorf("suspended anew: %+v", of)
	}
}

// A retry of a suspension must not close an account that was opened meanwhile, nor one of an activation open it.
func TestHoldsReplayed(t *testing.T) {
	s := newScene(t)
	until := s.now().Add(time.Minute)
	suspend := func(key string) directory.Customer {
		of, err := s.change().Suspend(t.Context(), s.as(s.north), keyed(key), string(s.ada), account.HoldInput{Until: &until})
		s.must(err)
		return of
	}
	activate := func(key string) directory.Customer {
		of, err := s.change().Activate(t.Context(), s.as(s.north), keyed(key), string(s.ada), "")
		s.must(err)
		return of
	}
	first, nothing := suspend("s"), suspend("again")
	opened, alreadyOpen := activate("a"), activate("also")
	s.clock = s.clock.Add(time.Hour) // until is over
	for range 2 {
		if again := suspend("s"); again.Version != first.Version || again.Status != account.Suspended {
			t.Errorf("the suspension's replay is %+v", again)
		}
		if again := suspend("again"); again.Version != nothing.Version || s.read(s.ada).Holds != nil {
			t.Errorf("the replay of what changed nothing is %+v", again)
		}
		_, err := s.suspend(s.north, s.ada, account.HoldInput{})
		s.must(err)
		if again := activate("a"); again.Version != opened.Version || again.Status != account.Active {
			t.Errorf("the activation's replay is %+v", again)
		}
		if again := activate("also"); again.Version != alreadyOpen.Version || len(s.read(s.ada).Holds) != 1 {
			t.Errorf("the replay of what changed nothing is %+v", again)
		}
		_, err = s.activate(s.north, s.ada, "")
		s.must(err)
	}
}

func TestWhoMaySuspend(t *testing.T) {
	s := newScene(t)
	user := s.panelUser(s.ada, "user")
	for _, try := range []struct {
		by, of account.ID
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
		caller := s.as(try.by)
		_, err := s.change().Suspend(t.Context(), caller, request.Metadata{}, string(try.of), account.HoldInput{})
		if fault.CodeOf(err) != try.code {
			t.Errorf("%s by %s: %v, want %q", try.of, try.by, err, try.code)
		}
	}
	only := s.change()
	only.Only = account.Reseller
	_, err := only.Suspend(t.Context(), s.as(s.admin), request.Metadata{}, string(s.ada), account.HoldInput{})
	s.refused(err, fault.NotFound)
}

// Those below a hold never read why.
func TestReasonsStayAbove(t *testing.T) {
	s := newScene(t)
	_, err := s.suspend(s.admin, s.ada, account.HoldInput{Reason: "unpaid", PublicMessage: "Closed."})
	s.must(err)
	get := directory.Get{Store: s.store, Now: s.now}
	for id, reads := range map[account.ID]bool{s.admin: true, s.north: true, s.ada: false} {
		of, err := get.Customer(t.Context(), s.as(id), string(s.ada))
		s.must(err)
		if hold := of.Holds[0]; (hold.Reason != "") != reads || (hold.Actor != "") != reads || hold.PublicMessage != "Closed." {
			t.Errorf("%s reads %+v", id, hold)
		}
	}
	if changes := s.lastEvent().Changes; s.lastEvent().Name != event.Suspended || changes[0].Field != "holds" {
		t.Errorf("event %+v", s.lastEvent())
	}
}

// reasonOf is the reason of a hold in a trail; nil for none.
func reasonOf(hold any) any { return hold.(map[string]any)["reason"] }

// Why an earlier reseller has suspended a customer is no more for the next one than its notes are.
func TestReasonsStayWithEarlierOwners(t *testing.T) {
	s := newScene(t)
	_, err := s.suspend(s.north, s.ada, account.HoldInput{Reason: "unpaid", PublicMessage: "Closed."})
	s.must(err)
	_, err = s.schedule(s.north, s.ada, request.Metadata{}, account.ScheduleInput{SuspendAt: s.in(10), Reason: "unpaid", PublicMessage: "Closed."})
	s.must(err)
	reads := func(by account.ID, whole bool) {
		of, err := s.get().Customer(t.Context(), s.as(by), string(s.ada))
		s.must(err)
		for what, told := range map[string]struct {
			reason string
			actor  account.ID
			public string
		}{
			"hold":     {of.Holds[0].Reason, of.Holds[0].Actor, of.Holds[0].PublicMessage},
			"schedule": {of.Schedule.Reason, of.Schedule.Actor, of.Schedule.PublicMessage},
		} {
			if (told.reason != "") != whole || (told.actor != "") != whole || told.public != "Closed." {
				t.Errorf("%s reads of the %s %+v", by, what, told)
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
	if told := s.lastEvent().Changes[0]; reasonOf(told.Old) != nil || reasonOf(told.New) != "mine" {
		t.Errorf("the next owner's trail tells %+v", told)
	}
	_, err = s.activate(s.south, s.ada, "")
	s.must(err)
	if told := s.lastEvent().Changes[0]; reasonOf(told.Old) != "mine" {
		t.Errorf("of its own it tells %+v", told)
	}
}

// Whoever activates what is being removed is not sent to somebody above who could.
func TestWhatIsBeingRemovedIsNotActivated(t *testing.T) {
	s := newScene(t)
	s.alter(s.ada, func(a *account.Account) { a.StartRemoval("op_1", s.now()) })
	for _, by := range []account.ID{s.admin, s.north} {
		_, err := s.activate(by, s.ada, "")
		s.refused(err, fault.Busy)
	}
}

// TestHoldsModel holds suspending and activating by both levels, with retries, against the set of who holds.
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
				var of directory.Customer
				var err error
				if suspend {
					of, err = s.change().Suspend(t.Context(), s.as(by), meta, string(s.ada), account.HoldInput{})
				} else {
					of, err = s.change().Activate(t.Context(), s.as(by), meta, string(s.ada), "")
				}
				first, replayed := remembered[key]
				switch {
				case replayed:
					s.must(err)
					if of.Version != first.Version || len(of.Holds) != len(first.Holds) {
						r.Fatalf("the replay of %s is %+v, not %+v", key, of, first)
					}
					return
				case suspend:
					holds[by] = true
				case by == s.north && holds[s.admin] && !holds[s.north]:
					s.refused(err, fault.HeldByHigherLevel)
					return
				default:
					delete(holds, by)
					delete(holds, s.north) // everybody's here lifts a reseller's
				}
				s.must(err)
				if key != "" {
					remembered[key] = of
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
