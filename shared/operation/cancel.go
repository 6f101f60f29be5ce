package operation

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
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
		// ReadAccount reads an account, or nil if it does not exist.
		ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	}
	NewID func(prefix string) string
	Now   func() time.Time
}

// Cancel cancels an operation: batches that have not started will not start. Started batches finish first; if there are
// none, the operation ends at once, and releases the account that its acceptance has held. Cancelling a cancelled
// operation changes nothing. It returns fault.NotFound if the operation does not exist or the caller cannot see it, and
// fault.Conflict if the operation has ended.
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
		revision := Revision{Before: *o, After: after, Event: &entry}
		if after.State == Cancelled && o.Held != "" {
			if revision.Release, err = c.release(ctx, caller, o, now); err != nil {
				return edit.Outcome[OperationView]{}, err
			}
		}
		return edit.Outcome[OperationView]{
			Answer: newView(&after),
			Write: func(ctx context.Context, record *idempotency.Record) error {
				revision.Record = record
				return c.Store.UpdateOperation(ctx, revision)
			},
		}, nil
	})
}

// release returns the change that releases the account that the operation's acceptance has held. It returns nil if
// another operation works on the account now.
func (c Canceller) release(
	ctx context.Context, caller access.Caller, o *Operation, now time.Time,
) (*edit.AccountChange, error) {
	held, err := c.Store.ReadAccount(ctx, o.Held)
	if err != nil || held == nil || held.Operation != o.ID {
		return nil, err
	}
	editor := edit.AccountEditor{NewID: c.NewID, Now: c.Now}
	meta := request.Metadata{ID: o.ID}
	return editor.Change(*held, meta, caller.Account.ID, now, func(
		a *account.Account, now time.Time,
	) (edit.Effects, error) {
		effects := edit.Effects{Event: event.TransferEnded}
		if a.Lifecycle == account.Removing {
			effects = edit.Effects{Event: event.RemovalCancelled, Opens: a.Kind == account.Reseller}
		}
		a.Release(now)
		return effects, nil
	})
}

// cancelled returns the operation after its cancellation. It ends at once if no batch has started.
func (o *Operation) cancelled(now time.Time) Operation {
	after := *o
	after.Version++
	after.CancelledAt = &now
	if o.StartedBatches == 0 {
		after.Cancelled = o.Total
		after.end(Cancelled, now)
	}
	return after
}
