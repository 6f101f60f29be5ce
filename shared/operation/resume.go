package operation

import (
	"context"
	"errors"
	"time"

	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/sweep"
)

// Resumer starts operations at their time. It also checks the running operations that have been silent for some seconds
// (ADR 37): it ends an operation whose items are all done, starts an execution that was lost, and starts the next
// attempt after an execution that has ended too early.
type Resumer struct {
	Store     Store
	Workflows Workflows
	NewID     func(prefix string) string
	Now       func() time.Time
}

const (
	// silenceTimeout is how long an operation may be silent although its execution runs, or although nobody knows whether
	// it runs, before the next attempt starts. It is longer than the timeout of every task in the state machines.
	silenceTimeout = 10 * time.Minute
	// quickAttempts is the number of attempts that are followed by the next one without a pause.
	quickAttempts = 3
	firstPause    = time.Minute
	maxPause      = 10 * time.Minute
	// maxAttempts is the number of attempts after which an operation is given up. The pauses between them add up to four
	// hours.
	maxAttempts = 30
)

// attemptPause returns how long an operation must have been silent before the next attempt starts after one that has
// ended. A cause that persists, such as a missing permission, does not use up all attempts at once.
func attemptPause(attempt int) time.Duration {
	if attempt <= quickAttempts {
		return 0
	}
	pause := firstPause
	for range attempt - quickAttempts - 1 {
		if pause *= 2; pause >= maxPause {
			return maxPause
		}
	}
	return pause
}

// HandleDue implements sweep.Handler. It does nothing if the operation has made progress meanwhile. If the operation has
// ended, it deletes its texts.
func (r Resumer) HandleDue(ctx context.Context, entry sweep.DueEntry) error {
	o, _, err := r.Store.ReadOperation(ctx, entry.ID, idempotency.Key{})
	if err != nil || o == nil {
		return err
	}
	now := r.Now()
	if o.DueAt == nil || o.DueAt.After(now) || !o.DueAt.Equal(entry.At) {
		return nil
	}
	if o.State.HasEnded() {
		after := *o
		after.forgetTexts()
		after.Version++
		return r.update(ctx, Revision{Before: *o, After: after})
	}
	if o.Attempt == 0 {
		return r.startAttempt(ctx, o, entry.RequestID, now)
	}
	if after, result := o.finished(now); result.State.HasEnded() {
		return r.update(ctx, Revision{Before: *o, After: after})
	}
	return r.check(ctx, o, entry.RequestID, now)
}

// check starts the execution of the current attempt if the workflow service does not know it, or the next attempt if it
// is time. Otherwise it postpones the next check. If the workflow service is unavailable, it returns its error.
func (r Resumer) check(ctx context.Context, o *Operation, requestID string, now time.Time) error {
	input := ExecutionInput{Operation: o.ID, Attempt: o.Attempt}
	state, err := r.Workflows.State(ctx, o.Kind, input)
	if err == nil && state == ExecutionMissing {
		if err = r.Workflows.Start(ctx, o.Kind, input); err == nil {
			return r.postpone(ctx, o, NextCheck(now))
		}
	}
	due, pause := NextCheck(now), silenceTimeout
	if err == nil && state == ExecutionEnded {
		pause = attemptPause(o.Attempt)
		due = o.HeardAt.Add(pause)
	}
	if now.Sub(o.HeardAt) >= pause {
		return errors.Join(err, r.startAttempt(ctx, o, requestID, now))
	}
	return errors.Join(err, r.postpone(ctx, o, due))
}

// startAttempt starts the next attempt. The event starts its execution (stream.StartWorkflows).
func (r Resumer) startAttempt(ctx context.Context, o *Operation, requestID string, now time.Time) error {
	originator, err := readOriginator(ctx, r.Store, o)
	if err != nil {
		return err
	}
	after := *o
	after.Attempt, after.Rounds = o.Attempt+1, 0
	after.GivenUp = after.Attempt > maxAttempts
	after.heard(now)
	after.Version++
	started := newEvent(r.NewID, event.OperationStarted, &after, originator, "", requestID, now)
	return r.update(ctx, Revision{Before: *o, After: after, Event: &started})
}

// postpone makes the operation due at another time.
func (r Resumer) postpone(ctx context.Context, o *Operation, due time.Time) error {
	after := *o
	after.DueAt = &due
	after.Version++
	return r.update(ctx, Revision{Before: *o, After: after})
}

// update writes a revision, unless the operation has made progress meanwhile.
func (r Resumer) update(ctx context.Context, revision Revision) error {
	err := r.Store.UpdateOperation(ctx, revision)
	if fault.Is(err, fault.VersionMismatch) {
		return nil
	}
	return err
}
