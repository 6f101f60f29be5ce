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

func TestSuspendTwice(t *testing.T) {
	s := newScene(t)
	wanted := account.HoldInput{Reason: "unpaid", PublicMessage: "Closed."}
	first, err := s.suspend(s.north, s.ada, wanted)
	s.must(err)
	events := len(s.store.Events())
	s.tick()
	second, err := s.suspend(s.north, s.ada, wanted)
	s.must(err)
	if first.Status != account.Suspended || second.Version != first.Version || !slices.Equal(second.Holds, first.Holds) {
		t.Errorf("%+v\nthen %+v", first, second)
	}
	if len(s.store.Events()) != events {
		t.Error("the second one is in the trail")
	}
	both, err := s.suspend(s.admin, s.ada, account.HoldInput{})
	s.must(err)
	if len(both.Holds) != 2 || s.read(s.ada).HoldSequence != 2 {
		t.Errorf("after the administrator's: %+v", both.Holds)
	}
}

// Suspending again for another reason says so from then on, of the caller's own hold, which began when it did.
func TestSuspendForAnotherReason(t *testing.T) {
	for _, of := range []func(*scene) account.ID{func(s *scene) account.ID { return s.ada }, func(s *scene) account.ID { return s.north }} {
		s := newScene(t)
		id, by := of(s), s.read(of(s)).Owner
		if by == account.AdministratorOwner {
			by = s.admin
		}
		until := s.now().Add(time.Hour)
		first, err := s.suspend(by, id, account.HoldInput{Reason: "unpaid", PublicMessage: "Closed.", Until: &until})
		s.must(err)
		s.tick()
		events := len(s.store.Events())
		meta := request.Metadata{IfMatch: &first.Version, Key: idempotency.Key{Name: "k", Fingerprint: "f"}}
		for try := range 2 {
			second, err := s.change().Suspend(t.Context(), s.as(by), meta, string(id), account.HoldInput{Reason: "fraud"})
			s.must(err)
			hold := second.Holds[0]
			if second.Version != first.Version+1 || len(second.Holds) != 1 || hold.Reason != "fraud" || hold.PublicMessage != "" || hold.Until != nil ||
				!hold.Since.Equal(first.Holds[0].Since) {
				t.Errorf("try %d: %+v\nthen %+v", try, first, second)
			}
		}
		told := s.lastEvent()
		if len(s.store.Events()) != events+1 || told.Name != event.Suspended || told.Version != first.Version+1 || len(told.Changes) != 1 {
			t.Fatalf("the trail has %+v", told)
		}
		before, _ := told.Changes[0].Old.(map[string]any)
		after, _ := told.Changes[0].New.(map[string]any)
		if before["reason"] != "unpaid" || before["until"] == nil || after["reason"] != "fraud" || after["since"] != before["since"] {
			t.Errorf("from %v to %v", before, after)
		}
		meta.Key.Name = "another"
		_, err = s.change().Suspend(t.Context(), s.as(by), meta, string(id), account.HoldInput{Reason: "late"})
		s.refused(err, fault.VersionMismatch)
	}
}
