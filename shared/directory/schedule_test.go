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

// in is a time so many minutes from now.
func (s *scene) in(minutes int) *time.Time {
	at := s.now().Add(time.Duration(minutes) * time.Minute)
	return &at
}

func (s *scene) schedule(by, of account.ID, meta request.Metadata, wanted account.ScheduleInput) (directory.Schedule, error) {
	s.Helper()
	return s.change().Schedule(s.t.Context(), s.as(by), meta, string(of), wanted)
}

func (s *scene) reader() directory.Get { return directory.Get{Store: s.store, Now: s.now} }

// A schedule counts at its very second, without anybody doing anything, and shows until it is past.
func TestScheduleCounts(t *testing.T) {
	s := newScene(t)
	set, err := s.schedule(s.north, s.ada, request.Metadata{}, account.ScheduleInput{
		SuspendAt: s.in(10), ActivateAt: s.in(20), Reason: "holidays", PublicMessage: "Back soon.",
	})
	s.must(err)
	if set.Level != account.ResellerLevel || set.Actor != s.north || set.Reason != "holidays" || set.Version != 2 {
		t.Errorf("set: %+v", set)
	}
	told := s.lastEvent()
	if told.Name != event.ScheduleChanged || len(told.Changes) != 1 || told.Changes[0].Old != nil || told.Changes[0].New == nil {
		t.Errorf("told: %+v", told)
	}
	if text, _ := json.Marshal(told.Changes); strings.Contains(string(text), "version") || !strings.Contains(string(text), "holidays") {
		t.Errorf("the trail tells %s", text)
	}
	suspended := func() bool {
		caller := s.as(s.ada)
		return access.CheckNotSuspended(append([]account.Account{caller.Account}, caller.Parents...), s.now()) != nil
	}
	start := s.clock
	for minutes, want := range map[int]bool{0: false, 9: false, 10: true, 19: true, 20: false} {
		s.clock = start.Add(time.Duration(minutes) * time.Minute)
		if suspended() != want {
			t.Errorf("after %d minutes suspended: %v", minutes, !want)
		}
		shown, err := s.reader().Customer(t.Context(), s.as(s.ada), string(s.ada))
		s.must(err)
		if (shown.Schedule != nil) != (minutes < 20) || (shown.Status == account.Suspended) != want {
			t.Errorf("after %d minutes: %+v", minutes, shown)
		}
		if text, _ := json.Marshal(shown); strings.Contains(string(text), "holidays") {
			t.Errorf("the customer reads %s", text)
		}
	}
}

func TestScheduleIsReadAndWithdrawn(t *testing.T) {
	s := newScene(t)
	get := func(by, of account.ID) (directory.Schedule, error) {
		return s.reader().Schedule(t.Context(), s.as(by), string(of))
	}
	withdraw := func(by, of account.ID) error {
		return s.change().Withdraw(t.Context(), s.as(by), request.Metadata{}, string(of))
	}
	_, err := get(s.north, s.ada)
	s.refused(err, fault.NotFound)
	_, err = s.schedule(s.admin, s.ada, request.Metadata{}, account.ScheduleInput{SuspendAt: s.in(10), Reason: "unpaid"})
	s.must(err)
	for by, reason := range map[account.ID]string{s.admin: "unpaid", s.north: "unpaid", s.ada: ""} {
		seen, err := get(by, s.ada)
		s.must(err)
		if seen.Reason != reason || seen.Level != account.AdministratorLevel || (seen.Actor == "") != (reason == "") {
			t.Errorf("%s reads %+v", by, seen)
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
		t.Error("to withdraw nothing changes something")
	}
	_, err = get(s.north, s.ada)
	s.refused(err, fault.NotFound)
	_, err = s.schedule(s.admin, s.north, request.Metadata{}, account.ScheduleInput{SuspendAt: s.in(5)})
	s.must(err)
	if seen, err := get(s.admin, s.north); err != nil || seen.SuspendAt == nil {
		t.Errorf("a reseller's: %+v, %v", seen, err)
	}
}

// Changes of schedules are as all changes: a retry does nothing twice, a version may be demanded, the same again is
// nothing.
func TestScheduleIsAChange(t *testing.T) {
	s := newScene(t)
	wanted := account.ScheduleInput{SuspendAt: s.in(10)}
	first, err := s.schedule(s.north, s.ada, keyed("k"), wanted)
	s.must(err)
	s.clock = s.clock.Add(time.Hour) // it could not be set any more
	again, err := s.schedule(s.north, s.ada, keyed("k"), wanted)
	s.must(err)
	if !again.SuspendAt.Equal(*first.SuspendAt) || again.Version != first.Version {
		t.Errorf("%+v, then %+v", first, again)
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
		t.Error("the same again changes something")
	}
	s.must(s.change().Withdraw(t.Context(), s.as(s.north), keyed("w"), string(s.ada)))
	version := s.read(s.ada).Version
	s.must(s.change().Withdraw(t.Context(), s.as(s.north), keyed("w"), string(s.ada)))
	if s.read(s.ada).Version != version {
		t.Error("withdrawn twice")
	}
}
