package operation

import (
	"context"
	"time"

	"tenantry/shared/idempotency"
)

// maxRounds is how often one attempt goes through all batches. The next attempt comes when nothing was heard for a while.
const maxRounds = 10

// FinishResult tells the workflow whether it has come to its end.
type FinishResult struct {
	State   RunState `json:"state"`
	Again   bool     `json:"again"`   // some batches have not finished: go through all of them once more
	Stalled bool     `json:"stalled"` // some have not, however often this attempt has tried
}

// Finisher ends operations.
type Finisher struct {
	Store Store
	Now   func() time.Time
}

// Finish ends an operation of which every item has an outcome. It may be called any number of times.
func (f Finisher) Finish(ctx context.Context, start Execution) (FinishResult, error) {
	return retried(ctx, func() (FinishResult, error) {
		o, _, err := f.Store.ReadOperation(ctx, start.Operation, idempotency.Key{})
		switch {
		case err != nil || o == nil:
			return FinishResult{}, err
		case o.Attempt != start.Attempt || o.State.HasEnded():
			return FinishResult{State: o.State}, nil
		}
		now := f.Now()
		after := *o
		after.Version++
		ending := FinishResult{}
		if state, ended := o.finalState(); ended {
			after.State, after.FinishedAt, after.DueAt = state, &now, nil
			after.Cancelled = o.Total - o.Succeeded - o.Failed
		} else {
			due := now.Add(idleTimeout)
			after.Rounds, after.DueAt = o.Rounds+1, &due
			ending.Again = after.Rounds < maxRounds
			ending.Stalled = !ending.Again
		}
		ending.State = after.State
		return ending, f.Store.UpdateOperation(ctx, Update{Before: *o, After: after})
	})
}

// finalState tells in which state an operation ends whose batches have finished. One that was cancelled ends when what had begun
// has finished.
func (o *Operation) finalState() (RunState, bool) {
	cancelled := o.CancelledAt != nil && (o.StartedBatches < o.BatchCount() || !o.ListComplete || o.Cancelled > 0)
	switch {
	case o.FinishedBatches < o.StartedBatches || !o.ListComplete && o.CancelledAt == nil:
		return o.State, false
	case cancelled:
		return Cancelled, true
	case o.FinishedBatches < o.BatchCount():
		return o.State, false
	case o.Failed == 0 && o.RefusalCode == "":
		return Succeeded, true
	case o.Succeeded == 0:
		return Failed, true
	}
	return PartiallyFailed, true
}
