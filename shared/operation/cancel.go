package operation

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Canceller cancels operations.
type Canceller struct {
	Store interface {
		edit.Records
		Store
	}
	NewID func(prefix string) string
	Now   func() time.Time
}

// Cancel cancels an operation: batches that have not started will not start. Started batches finish first; if there are
// none, the operation ends at once. Cancelling a cancelled operation changes nothing. It returns fault.NotFound if the
// operation does not exist or the caller cannot see it, and fault.Conflict if the operation has ended.
func (c Canceller) Cancel(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id string,
) (OperationView, error) {
	read := func(ctx context.Context) (edit.Snapshot[*Operation], error) {
		o, record, err := c.Store.ReadOperation(ctx, id, meta.Key)
		if err == nil && !canSee(caller, o) {
			err = fault.NotInView()
		}
		return edit.Snapshot[*Operation]{Object: o, Record: record}, err
	}
	editor := edit.Editor{Records: c.Store, Now: c.Now}
	return edit.Update(ctx, editor, meta, read, func(o *Operation, now time.Time) (edit.Outcome[OperationView], error) {
		switch {
		case o.State.HasEnded() && o.State != Cancelled:
			return edit.Outcome[OperationView]{}, fault.New(
				fault.Conflict,
				"The operation has already ended. There is nothing left to cancel.",
			)
		case o.CancelledAt != nil:
			return edit.Outcome[OperationView]{Answer: newView(o)}, nil
		}
		originator, err := readOriginator(ctx, c.Store, o)
		if err != nil {
			return edit.Outcome[OperationView]{}, err
		}
		after := o.cancelled(now)
		entry := newEvent(c.NewID, event.OperationCancelled, o, originator, caller.Account.ID, meta.ID, now)
		return edit.Outcome[OperationView]{
			Answer: newView(&after),
			Write: func(ctx context.Context, record *idempotency.Record) error {
				return c.Store.UpdateOperation(ctx, Revision{Before: *o, After: after, Event: &entry, Record: record})
			},
		}, nil
	})
}

// cancelled returns the operation after its cancellation. It ends at once if no batch has started.
func (o *Operation) cancelled(now time.Time) Operation {
	after := *o
	after.Version++
	after.CancelledAt = &now
	if o.StartedBatches == 0 {
		after.State, after.Cancelled, after.FinishedAt, after.DueAt = Cancelled, o.Total, &now, nil
	}
	return after
}
