package operation

import (
	"context"
	"time"

	"tenantry/shared/due"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// Resumer has operations go on whose time has come: to begin, or because nothing has been heard of them.
type Resumer struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time
}

// maxAttempts is after how many attempts what cannot be done is given up: four hours, as nothing is heard of one for ten minutes.
const maxAttempts = 24

// Due gives an operation that is due a new attempt. One that has been heard of since, or has ended, stays as it is: to be late
// or called twice does nothing twice. It is a due.Handler.
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
	happened := newEvent(r.NewID, event.OperationStarted, &after, originator, "", item.RequestID, now)
	err = r.Store.UpdateOperation(ctx, Update{Before: *o, After: after, Event: &happened})
	if fault.Is(err, fault.VersionMismatch) {
		return nil // something has been heard of it
	}
	return err
}
