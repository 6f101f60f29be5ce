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

// Operations is where callers see and cancel operations: those that they began, and the administrator all.
type Operations struct {
	Store   Store
	NewID   func(prefix string) string
	Cursors Cursors
	Now     func() time.Time
}

func canSee(caller access.Caller, o *Operation) bool {
	return o != nil && (caller.IsAdministrator() || o.Originator == caller.Account.ID)
}

// Cancel sees to it that nothing of an operation begins that has not begun. What has begun is finished first; with nothing
// begun it ends at once. To cancel twice is to cancel once. Errors: NotFound; Conflict when it has ended.
func (d Operations) Cancel(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (View, error) {
	return retried(ctx, func() (View, error) {
		o, first, err := d.Store.ReadOperation(ctx, id, meta.Key)
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
		return d.cancel(ctx, caller, meta, o)
	})
}

func (d Operations) cancel(ctx context.Context, caller access.Caller, meta request.Metadata, o *Operation) (shown View, err error) {
	now := d.Now()
	after := *o
	after.Version++
	after.CancelledAt = &now
	if o.StartedBatches == 0 {
		after.State, after.Cancelled, after.FinishedAt, after.DueAt = Cancelled, o.Total, &now, nil
	}
	shown = newView(&after)
	originator, err := readOriginator(ctx, d.Store, o)
	if err != nil {
		return shown, err
	}
	happened := newEvent(d.NewID, event.OperationCancelled, o, originator, caller.Account.ID, meta.ID, now)
	record, err := idempotency.NewRecord(meta.Key, shown, now)
	if err != nil {
		return shown, err
	}
	return idempotency.Answer(shown, meta.Key, d.Store.UpdateOperation(ctx, Update{Before: *o, After: after, Event: &happened, Record: record}))
}
