package operation

import (
	"context"
	"time"

	"tenantry/shared/due"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// Resumer starts operations whose start time has come, and resumes operations that make no progress.
type Resumer struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time
}

// maxAttempts is how many attempts an operation gets before it is given up. An attempt is resumed after idleTimeout, so
// this takes at least four hours.
const maxAttempts = 24

// Due starts a new attempt of an operation that is due. It changes nothing if the operation has ended or has made
// progress since then, so it may be called late or twice. It implements due.Handler.
func (r Resumer) Due(ctx context.Context, item due.Item) error {
	o, _, err := r.Store.ReadOperation(ctx, item.ID, idempotency.Key{})
	if err != nil || o == nil {
		return err
	}
	now := r.Now()
	if o.State.HasEnded() || o.DueAt == nil || o.DueAt.After(now) || !o.DueAt.Equal(item.At) {
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
	entry := newEvent(r.NewID, event.OperationStarted, &after, originator, "", item.RequestID, now)
	err = r.Store.UpdateOperation(ctx, Update{Before: *o, After: after, Event: &entry})
	if fault.Is(err, fault.VersionMismatch) {
		return nil // the operation has made progress
	}
	return err
}
