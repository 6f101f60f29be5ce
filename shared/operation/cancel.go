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

// Desk is where callers see and cancel operations: those that they began, and the administrator all.
type Desk struct {
	Store   Store
	NewID   func(prefix string) string
	Cursors Cursors
	Now     func() time.Time
}

func sees(caller access.Caller, o *Operation) bool {
	return o != nil && (caller.IsAdministrator() || o.Originator == caller.Account.ID)
}

// Cancel sees to it that nothing of an operation begins that has not begun. What has begun is finished first; with nothing
// begun it ends at once. To cancel twice is to cancel once. Errors: NotFound; Conflict when it has ended.
func (d Desk) Cancel(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (View, error) {
	return retried(ctx, func() (View, error) {
		o, first, err := d.Store.ReadOperation(ctx, id, meta.Key)
		switch {
		case err != nil:
			return View{}, err
		case !sees(caller, o):
			return View{}, access.NotInView()
		case first != nil:
			return idempotency.Replay[View](*first, meta.Key)
		case o.State.Ended() && o.State != Cancelled:
			return View{}, fault.New(fault.Conflict, "The operation has already ended. There is nothing left to cancel.")
		case o.CancelledAt != nil:
			return view(o), nil
		}
		return d.cancel(ctx, caller, meta, o)
	})
}

func (d Desk) cancel(ctx context.Context, caller access.Caller, meta request.Metadata, o *Operation) (shown View, err error) {
	now := d.Now()
	after := *o
	after.Version++
	after.CancelledAt = &now
	if o.Begun == 0 {
		after.State, after.Cancelled, after.FinishedAt, after.DueAt = Cancelled, o.Total, &now, nil
	}
	shown = view(&after)
	originator, err := originatorOf(ctx, d.Store, o)
	if err != nil {
		return shown, err
	}
	happened := eventOf(d.NewID, event.OperationCancelled, o, originator, caller.Account.ID, meta.ID, now)
	record, err := idempotency.NewRecord(meta.Key, shown, now)
	if err != nil {
		return shown, err
	}
	return idempotency.Answer(shown, meta.Key, d.Store.ChangeOperation(ctx, Change{Before: *o, After: after, Event: &happened, Record: record}))
}
