package story

import (
	"testing"
	"time"
)

// A suspension of many at a date is one operation: nothing of it happens before, and the sweep begins it, once.
func aSuspensionOfManyIsDue(t *testing.T, s *story) {
	at := time.Now().Add(soon).UTC().Truncate(time.Millisecond)
	waiting := begin(t, s.north, "suspend", map[string]any{"items": itemsOf(idsOf(s.many)...), "suspendAt": at, "publicMessage": "Closed by date."})
	if waiting.State != "pending" || waiting.StartAt == nil || !waiting.StartAt.Equal(at) {
		t.Errorf("waiting: %+v", waiting)
	}
	s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
	if now := seen(t, s.north, waiting); now.State != "pending" && time.Now().Before(at) {
		t.Errorf("begun before its time: %+v", now)
	}
	within(t, patience, "the operation begins at its date", func() bool {
		s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
		return seen(t, s.north, waiting).ended()
	})
	done := end(t, s.north, waiting, "succeeded")
	s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
	if again := seen(t, s.north, waiting); again.counts() != done.counts() || done.Succeeded != len(s.many) {
		t.Errorf("done %+v, later %+v", done, again)
	}
	if got := s.statuses(t, idsOf(s.many)...); got != "suspended,suspended,suspended" {
		t.Errorf("statuses: %s", got)
	}
	end(t, s.north, begin(t, s.north, "activate", map[string]any{"items": itemsOf(idsOf(s.many)...)}), "succeeded")
}
