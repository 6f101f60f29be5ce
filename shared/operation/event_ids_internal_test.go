package operation

import (
	"slices"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
)

// The events of an item are in the trail in the order of the account's versions.
func TestStepEventsSortBeforeItemEvent(t *testing.T) {
	t.Parallel()
	for batch := range int64(100) {
		run := batchRun{operation: &Operation{ID: "op_1"}, batch: &Batch{Number: batch, StartedAt: time.Unix(1, 0)}}
		end := run.eventID(0)
		ids := []string{StepEventID(end, 1), StepEventID(end, 2), StepEventID(end, 300), StepEventID(end, 1<<39-1), end}
		if !slices.IsSorted(ids) || len(slices.Compact(ids)) != 5 {
			t.Errorf("the ids are %v, want five in rising order", ids)
		}
		id := ulid.MustParse(ids[0][len("evt_"):])
		if id.Time() != 1000 {
			t.Errorf("the time of the step's id is %d, want that of the batch, 1000", id.Time())
		}
	}
	if id := StepEventID("", 1); id != "" {
		t.Errorf("the id of a step without an item's event is %q, want none", id)
	}
}
