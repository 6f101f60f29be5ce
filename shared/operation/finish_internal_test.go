package operation

import (
	"testing"
	"time"

	"tenantry/shared/fault"
)

func TestFinalState(t *testing.T) {
	t.Parallel()
	now := time.Now()
	const total = 2*BatchSize + 1 // three batches
	// operation returns an operation with the counts.
	operation := func(started, finished, succeeded, failed int64) Operation {
		return Operation{
			State: Running, ListComplete: true, Total: total,
			StartedBatches: started, FinishedBatches: finished, Succeeded: succeeded, Failed: failed,
		}
	}
	cancelled := func(o Operation) Operation {
		o.CancelledAt = &now
		return o
	}
	cancelledInBatch := cancelled(operation(3, 3, 200, 0))
	cancelledInBatch.Cancelled = 1
	for name, test := range map[string]struct {
		operation Operation
		state     RunState
		hasEnded  bool
	}{
		"all items succeeded": {operation(3, 3, total, 0), Succeeded, true},
		"some items failed":   {operation(3, 3, 5, total-5), PartiallyFailed, true},
		"all items failed":    {operation(3, 3, 0, total), Failed, true},
		"no items":            {Operation{State: Running, ListComplete: true}, Succeeded, true},
		"the originator lost its rights before the first item": {
			Operation{State: Running, ListComplete: true, RefusalCode: fault.AccountSuspended}, Failed, true,
		},
		"the originator lost its rights after the first chunk": {
			Operation{
				State: Running, ListComplete: true, Total: 1, StartedBatches: 1, FinishedBatches: 1, Succeeded: 1,
				RefusalCode: fault.Forbidden,
			}, PartiallyFailed, true,
		},
		"the list is not complete":             {Operation{State: Running}, Running, false},
		"a batch has not started":              {operation(2, 2, 200, 0), Running, false},
		"a batch has not finished":             {operation(3, 2, 200, 0), Running, false},
		"cancelled, a batch has not finished":  {cancelled(operation(2, 1, 100, 0)), Running, false},
		"cancelled before all batches started": {cancelled(operation(2, 2, 200, 0)), Cancelled, true},
		"cancelled in a batch":                 {cancelledInBatch, Cancelled, true},
		"cancelled after all items":            {cancelled(operation(3, 3, total, 0)), Succeeded, true},
		"cancelled before the list is complete": {
			cancelled(Operation{State: Running, Total: ChunkSize}), Cancelled, true,
		},
	} {
		if state, hasEnded := test.operation.finalState(); state != test.state || hasEnded != test.hasEnded {
			t.Errorf("%s: state %s, ended: %v; want %s, %v", name, state, hasEnded, test.state, test.hasEnded)
		}
	}
}

// A small removal that waits for the moves of a few customers must not take long. Later rounds are rare.
func TestPausesBetweenRoundsGrow(t *testing.T) {
	t.Parallel()
	o := Operation{State: Running, ListComplete: true, Total: 1, StartedBatches: 1}
	for round, want := range []int{1, 2, 4, 8, 10, 10, 10, 10, 10, 10} {
		after, result := o.finished(time.Now())
		if result.Pause != want || result.Again != (round+1 < maxRounds) {
			t.Errorf("round %d: a pause of %d s, again: %v; want %d s", round+1, result.Pause, result.Again, want)
		}
		o = after
	}
}
