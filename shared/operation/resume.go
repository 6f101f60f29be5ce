package operation

import (
	"context"
	"time"

	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/sweep"
)

// Resumer starts operations at their time, and starts a new attempt of operations that have made no progress for too
// long.
type Resumer struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time
}

// maxAttempts is the number of attempts after which an operation is given up: four hours, at ten minutes without
// progress each.
const maxAttempts = 24

// HandleDue implements sweep.Handler. It starts a new attempt unless the operation has ended or made progress
// meanwhile.
func (r Resumer) HandleDue(ctx context.Context, entry sweep.DueEntry) error {
	o, _, err := r.Store.ReadOperation(ctx, entry.ID, idempotency.Key{})
	if err != nil || o == nil {
		return err
	}
	now := r.Now()
	if o.State.HasEnded() || o.DueAt == nil || o.DueAt.After(now) || !o.DueAt.Equal(entry.At) {
		return nil
	}
	originator, err := readOriginator(ctx, r.Store, o)
	if err != nil {
		return err
	}
	after := *o
	due := now.Add(idleTimeout)
	after.Attempt, after.Rounds, after.DueAt = o.Attempt+1, 0, &due
	after.GivenUp = after.Attempt > maxAttempts
	after.Version++
	started := newEvent(r.NewID, event.OperationStarted, &after, originator, "", entry.RequestID, now)
	err = r.Store.UpdateOperation(ctx, Revision{Before: *o, After: after, Event: &started})
	if fault.Is(err, fault.VersionMismatch) {
		return nil // the operation has made progress
	}
	return err
}
