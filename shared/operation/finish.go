package operation

import (
	"context"
	"time"

	"tenantry/shared/edit"
	"tenantry/shared/idempotency"
)

// maxRounds is how often one attempt goes through all batches. After that, the sweep starts the next attempt.
const maxRounds = 10

// maxRoundPause is the longest pause between two rounds, in seconds.
const maxRoundPause = 10

// roundPause returns how many seconds to wait after a round. The first pauses are short: most items wait for something
// small, such as the moves of a few customers.
func roundPause(rounds int) int { return min(1<<min(rounds-1, maxRounds), maxRoundPause) }

// FinishResult tells the workflow whether the operation has ended.
type FinishResult struct {
	State   RunState `json:"state"`
	Again   bool     `json:"again"`   // some batches have not finished: start another round
	Stalled bool     `json:"stalled"` // some batches have not finished in the last round of this attempt
	Pause   int      `json:"pause"`   // seconds before another round
}

// Finisher ends operations.
type Finisher struct {
	Store Store
	Now   func() time.Time
}

// Finish ends an operation if every item has a result. It may be called any number of times.
func (f Finisher) Finish(ctx context.Context, input ExecutionInput) (result FinishResult, err error) {
	err = edit.Retry(func() error {
		o, _, err := f.Store.ReadOperation(ctx, input.Operation, idempotency.Key{})
		switch {
		case err != nil || o == nil:
			return err
		case o.Attempt != input.Attempt || o.State.HasEnded():
			result = FinishResult{State: o.State}
			return nil
		}
		var after Operation
		after, result = o.finished(f.Now())
		return f.Store.UpdateOperation(ctx, Revision{Before: *o, After: after})
	})
	if err != nil {
		return FinishResult{}, err
	}
	return result, nil
}

// finished returns the operation after a round: it has ended, or another round or attempt must follow.
func (o *Operation) finished(now time.Time) (after Operation, result FinishResult) {
	after = *o
	after.Version++
	after.heard(now)
	if state, hasEnded := o.finalState(); hasEnded {
		after.end(state, now)
		after.Cancelled = o.Total - o.Succeeded - o.Failed
	} else {
		after.Rounds = o.Rounds + 1
		result.Again = after.Rounds < maxRounds
		result.Stalled, result.Pause = !result.Again, roundPause(after.Rounds)
	}
	result.State = after.State
	return after, result
}

// finalState returns the state in which the operation ends, and whether it has ended. A cancelled operation ends when
// its started batches have finished.
func (o *Operation) finalState() (state RunState, hasEnded bool) {
	isCancelled := o.CancelledAt != nil && (o.StartedBatches < o.BatchCount() || !o.ListComplete || o.Cancelled > 0)
	switch {
	case o.FinishedBatches < o.StartedBatches || !o.ListComplete && o.CancelledAt == nil:
		return o.State, false
	case isCancelled:
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
