package operation

import (
	"context"
	"time"

	"tenantry/shared/idempotency"
)

// maxRounds is how often one attempt goes through all batches. The next attempt comes when nothing was heard for a while.
const maxRounds = 10

// Ending tells the workflow whether it has come to its end.
type Ending struct {
	State   State `json:"state"`
	Again   bool  `json:"again"`   // some batches have not finished: go through all of them once more
	Stalled bool  `json:"stalled"` // some have not, however often this attempt has tried
}

// Finish ends operations.
type Finish struct {
	Store Store
	Now   func() time.Time
}

// Run ends an operation of which every item has an outcome. It may be called any number of times.
func (f Finish) Run(ctx context.Context, start Start) (Ending, error) {
	return retried(ctx, func() (Ending, error) {
		o, _, err := f.Store.ReadOperation(ctx, start.Operation, idempotency.Key{})
		switch {
		case err != nil || o == nil:
			return Ending{}, err
		case o.Attempt != start.Attempt || o.State.Ended():
			return Ending{State: o.State}, nil
		}
		now := f.Now()
		after := *o
		after.Version++
		ending := Ending{}
		if state, ended := o.ending(); ended {
			after.State, after.FinishedAt, after.DueAt = state, &now, nil
			after.Cancelled = o.Total - o.Succeeded - o.Failed
		} else {
			due := now.Add(patience)
			after.Rounds, after.DueAt = o.Rounds+1, &due
			ending.Again = after.Rounds < maxRounds
			ending.Stalled = !ending.Again
		}
		ending.State = after.State
		return ending, f.Store.ChangeOperation(ctx, Change{Before: *o, After: after})
	})
}

// ending tells in which state an operation ends whose batches have finished. One that was cancelled ends when what had begun
// has finished.
func (o *Operation) ending() (State, bool) {
	cancelled := o.CancelledAt != nil && (o.Begun < o.Batches() || !o.Planned || o.Cancelled > 0)
	switch {
	case o.Finished < o.Begun || !o.Planned && o.CancelledAt == nil:
		return o.State, false
	case cancelled:
		return Cancelled, true
	case o.Finished < o.Batches():
		return o.State, false
	case o.Failed == 0 && o.Refused == "":
		return Succeeded, true
	case o.Succeeded == 0:
		return Failed, true
	}
	return PartiallyFailed, true
}
