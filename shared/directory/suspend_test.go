package directory_test

import (
	"slices"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

func TestSuspendTwiceChangesNothing(t *testing.T) {
	s := newScene(t)
	input := account.HoldInput{Reason: "unpaid", PublicMessage: "Closed."}
	first, err := s.suspend(s.north, s.ada, input)
	s.must(err)
	events := len(s.store.Events())
	s.tick()
	second, err := s.suspend(s.north, s.ada, input)
	s.must(err)
	if first.Status != account.Suspended || second.Version != first.Version || !slices.Equal(second.Holds, first.Holds) {
		t.Errorf("the first suspension returns %+v\nthe second %+v, want the same", first, second)
	}
	if len(s.store.Events()) != events {
		t.Error("the second suspension has an event, want none")
	}
	both, err := s.suspend(s.admin, s.ada, account.HoldInput{})
	s.must(err)
	if len(both.Holds) != 2 || s.read(s.ada).HoldSequence != 2 {
		t.Errorf("holds = %+v, want one of each level", both.Holds)
	}
}

// A second suspension by the same caller replaces the reason of its hold. The hold keeps its start.
func TestSuspendReplacesReason(t *testing.T) {
	for _, pick := range []func(*scene) account.ID{func(s *scene) account.ID { return s.ada }, func(s *scene) account.ID { return s.north }} {
		s := newScene(t)
		id, by := pick(s), s.read(pick(s)).Owner
		if by == account.AdministratorOwner {
			by = s.admin
		}
		until := s.now().Add(time.Hour)
		first, err := s.suspend(by, id, account.HoldInput{Reason: "unpaid", PublicMessage: "Closed.", Until: &until})
		s.must(err)
		s.tick()
		events := len(s.store.Events())
		meta := request.Metadata{IfMatch: &first.Version, Key: idempotency.Key{Name: "k", Fingerprint: "f"}}
		for attempt := range 2 {
			second, err := s.change().Suspend(t.Context(), s.as(by), meta, string(id), account.HoldInput{Reason: "fraud"})
			s.must(err)
			hold := second.Holds[0]
			if second.Version != first.Version+1 || len(second.Holds) != 1 || hold.Reason != "fraud" ||
				hold.PublicMessage != "" || hold.Until != nil || !hold.Since.Equal(first.Holds[0].Since) {
				t.Errorf("attempt %d: the customer was %+v\nand is %+v, want the new reason only", attempt, first, second)
			}
		}
		last := s.lastEvent()
		if len(s.store.Events()) != events+1 || last.Name != event.Suspended || last.Version != first.Version+1 ||
			len(last.Changes) != 1 {
			t.Fatalf("last event = %+v, want one suspension with one change", last)
		}
		before, _ := last.Changes[0].Old.(map[string]any)
		after, _ := last.Changes[0].New.(map[string]any)
		if before["reason"] != "unpaid" || before["until"] == nil || after["reason"] != "fraud" ||
			after["since"] != before["since"] {
			t.Errorf("the hold changes from %v to %v, want a new reason and the old start", before, after)
		}
		meta.Key.Name = "another"
		_, err = s.change().Suspend(t.Context(), s.as(by), meta, string(id), account.HoldInput{Reason: "late"})
		s.refused(err, fault.VersionMismatch)
	}
}
