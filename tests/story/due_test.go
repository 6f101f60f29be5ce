package story

import (
	"testing"
	"time"
)

// aBulkSuspensionIsScheduled schedules an operation. Nothing happens before its time. The sweep starts it once.
func aBulkSuspensionIsScheduled(t *testing.T, s *story) {
	at := time.Now().Add(soon).UTC().Truncate(time.Millisecond)
	waiting := start(
		t,
		s.north,
		"suspend",
		map[string]any{"items": itemsOf(idsOf(s.many)...), "suspendAt": at, "publicMessage": "Closed on schedule."},
	)
	if waiting.State != "pending" || waiting.StartAt == nil || !waiting.StartAt.Equal(at) {
		t.Errorf("got %+v, want a pending operation that starts at %s", waiting, at)
	}
	s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
	if now := readOperation(t, s.north, waiting); now.State != "pending" && time.Now().Before(at) {
		t.Errorf("got %+v, want a pending operation before its time", now)
	}
	within(t, patience, "the operation starts at its time and ends", func() bool {
		s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
		return readOperation(t, s.north, waiting).ended()
	})
	done := waitUntilDone(t, s.north, waiting, "succeeded")
	s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
	if again := readOperation(t, s.north, waiting); again.counts() != done.counts() || done.Succeeded != len(s.many) {
		t.Errorf("got %+v after another sweep, want the result %+v with all customers", again, done)
	}
	if got := s.statuses(t, idsOf(s.many)...); got != "suspended,suspended,suspended" {
		t.Errorf("got the statuses %s, want all suspended", got)
	}
	waitUntilDone(
		t,
		s.north,
		start(t, s.north, "activate", map[string]any{"items": itemsOf(idsOf(s.many)...)}),
		"succeeded",
	)
}
