package operation

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Canceller cancels operations.
type Canceller struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time
}

// Cancel cancels an operation: batches that have not started will not start. Started batches finish first; if there are
// none, the operation ends at once. Cancelling a cancelled operation changes nothing. It returns fault.NotFound if the
// operation does not exist or the caller cannot see it, and fault.Conflict if the operation has ended.
func (c Canceller) Cancel(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (View, error) {
	return retried(ctx, func() (View, error) {
		o, first, err := c.Store.ReadOperation(ctx, id, meta.Key)
		switch {
		case err != nil:
			return View{}, err
		case !canSee(caller, o):
			return View{}, access.NotInView()
		case first != nil:
			return idempotency.Replay[View](*first, meta.Key)
		case o.State.HasEnded() && o.State != Cancelled:
			return View{}, fault.New(fault.Conflict, "The operation has already ended. There is nothing left to cancel.")
		case o.CancelledAt != nil:
			return newView(o), nil
		}
		return c.cancel(ctx, caller, meta, o)
	})
}

func (c Canceller) cancel(
	ctx context.Context, caller access.Caller, meta request.Metadata, o *Operation,
) (response View, err error) {
	now := c.Now()
	after := *o
	after.Version++
	after.CancelledAt = &now
	if o.StartedBatches == 0 {
		after.State, after.Cancelled, after.FinishedAt, after.DueAt = Cancelled, o.Total, &now, nil
	}
	response = newView(&after)
	originator, err := readOriginator(ctx, c.Store, o)
	if err != nil {
		return response, err
	}
	entry := newEvent(c.NewID, event.OperationCancelled, o, originator, caller.Account.ID, meta.ID, now)
	record := idempotency.NewRecord(meta.Key, response, now)
	revision := Revision{Before: *o, After: after, Event: &entry, Record: record}
	return idempotency.Answer(response, meta.Key, c.Store.UpdateOperation(ctx, revision))
}
