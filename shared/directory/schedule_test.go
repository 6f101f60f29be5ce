package directory_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// in returns the time that many minutes from now.
func (s *scene) in(minutes int) *time.Time {
	at := s.now().Add(time.Duration(minutes) * time.Minute)
	return &at
}

func (s *scene) schedule(
	by, id account.ID, meta request.Metadata, input account.ScheduleInput,
) (directory.Schedule, error) {
	s.Helper()
	return s.change().Schedule(s.t.Context(), s.as(by), meta, string(id), input)
}

func (s *scene) reader() directory.Get { return directory.Get{Store: s.store, Now: s.now} }

// A schedule takes effect at its times without any write. It is visible until it has ended.
func TestScheduleTakesEffectOnTime(t *testing.T) {
	s := newScene(t)
	set, err := s.schedule(s.north, s.ada, request.Metadata{}, account.ScheduleInput{
		SuspendAt: s.in(10), ActivateAt: s.in(20), Reason: "holidays", PublicMessage: "Back soon.",
	})
	s.must(err)
	if set.Level != account.ResellerLevel || set.Actor != s.north || set.Reason != "holidays" || set.Version != 2 {
		t.Errorf("got %+v, want a schedule of north at the reseller level in version 2", set)
	}
	last := s.lastEvent()
	if last.Name != event.ScheduleChanged || len(last.Changes) != 1 || last.Changes[0].Old != nil ||
		last.Changes[0].New == nil {
		t.Errorf("last event = %+v, want one new schedule", last)
	}
	text, err := json.Marshal(last.Changes)
	s.must(err)
	if strings.Contains(string(text), "version") || !strings.Contains(string(text), "holidays") {
		t.Errorf("the event has %s, want the reason and no version", text)
	}
	suspended := func() bool {
		caller := s.as(s.ada)
		return access.CheckNotSuspended(append([]account.Account{caller.Account}, caller.Parents...), s.now()) != nil
	}
	start := s.clock
	for minutes, want := range map[int]bool{0: false, 9: false, 10: true, 19: true, 20: false} {
		s.clock = start.Add(time.Duration(minutes) * time.Minute)
		if suspended() != want {
			t.Errorf("after %d minutes: got suspended %v, want %v", minutes, !want, want)
		}
		customer, err := s.reader().Customer(t.Context(), s.as(s.ada), string(s.ada))
		s.must(err)
		if (customer.Schedule != nil) != (minutes < 20) || (customer.Status == account.Suspended) != want {
			t.Errorf("after %d minutes: got %+v, want suspended %v and the schedule until it ends", minutes, customer, want)
		}
		if text, _ := json.Marshal(customer); strings.Contains(string(text), "holidays") {
			t.Errorf("the customer reads %s, want no reason", text)
		}
	}
}

func TestReadAndWithdrawSchedule(t *testing.T) {
	s := newScene(t)
	get := func(by, id account.ID) (directory.Schedule, error) {
		return s.reader().Schedule(t.Context(), s.as(by), string(id))
	}
	withdraw := func(by, id account.ID) error {
		return s.change().Withdraw(t.Context(), s.as(by), request.Metadata{}, string(id))
	}
	_, err := get(s.north, s.ada)
	s.refused(err, fault.NotFound)
	_, err = s.schedule(s.admin, s.ada, request.Metadata{}, account.ScheduleInput{SuspendAt: s.in(10), Reason: "unpaid"})
	s.must(err)
	for by, reason := range map[account.ID]string{s.admin: "unpaid", s.north: "unpaid", s.ada: ""} {
		seen, err := get(by, s.ada)
		s.must(err)
		if seen.Reason != reason || seen.Level != account.AdministratorLevel || (seen.Actor == "") != (reason == "") {
			t.Errorf("%s reads %+v, want the reason %q and the administrator level", by, seen, reason)
		}
	}
	_, err = get(s.south, s.ada)
	s.refused(err, fault.NotFound)
	s.refused(withdraw(s.south, s.ada), fault.NotFound)
	s.refused(withdraw(s.north, s.ada), fault.HeldByHigherLevel)
	s.refused(withdraw(s.ada, s.ada), fault.Forbidden)
	_, err = s.schedule(s.north, s.ada, request.Metadata{}, account.ScheduleInput{SuspendAt: s.in(5)})
	s.refused(err, fault.HeldByHigherLevel)
	s.must(withdraw(s.admin, s.ada))
	version := s.read(s.ada).Version
	s.must(withdraw(s.admin, s.ada))
	if s.read(s.ada).Version != version {
		t.Errorf("got version %d after a withdrawal without a schedule, want %d", s.read(s.ada).Version, version)
	}
	_, err = get(s.north, s.ada)
	s.refused(err, fault.NotFound)
	_, err = s.schedule(s.admin, s.north, request.Metadata{}, account.ScheduleInput{SuspendAt: s.in(5)})
	s.must(err)
	if seen, err := get(s.admin, s.north); err != nil || seen.SuspendAt == nil {
		t.Errorf("got %+v, %v, want the schedule of the reseller", seen, err)
	}
}

// Schedule changes support retries and If-Match. An equal schedule changes nothing.
func TestScheduleReplayAndIfMatch(t *testing.T) {
	s := newScene(t)
	input := account.ScheduleInput{SuspendAt: s.in(10)}
	first, err := s.schedule(s.north, s.ada, keyed("k"), input)
	s.must(err)
	s.clock = s.clock.Add(time.Hour) // the schedule's start is in the past
	again, err := s.schedule(s.north, s.ada, keyed("k"), input)
	s.must(err)
	if !again.SuspendAt.Equal(*first.SuspendAt) || again.Version != first.Version {
		t.Errorf("got %+v from the replay, want %+v", again, first)
	}
	old := int64(1)
	_, err = s.schedule(s.north, s.ada, request.Metadata{IfMatch: &old}, account.ScheduleInput{SuspendAt: s.in(10)})
	s.refused(err, fault.VersionMismatch)
	later := account.ScheduleInput{SuspendAt: s.in(10)}
	set, err := s.schedule(s.north, s.ada, request.Metadata{}, later)
	s.must(err)
	same, err := s.schedule(s.north, s.ada, request.Metadata{}, later)
	s.must(err)
	if same.Version != set.Version {
		t.Errorf("got version %d after an equal schedule, want %d", same.Version, set.Version)
	}
	s.must(s.change().Withdraw(t.Context(), s.as(s.north), keyed("w"), string(s.ada)))
	version := s.read(s.ada).Version
	s.must(s.change().Withdraw(t.Context(), s.as(s.north), keyed("w"), string(s.ada)))
	if s.read(s.ada).Version != version {
		t.Errorf("got version %d after the replay, want %d", s.read(s.ada).Version, version)
	}
}
