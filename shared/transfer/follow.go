package transfer

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
)

// continueTransfer takes over the subscriptions of a customer that has changed, and lets it go. It may be done any number of times. The event of
// its end has the given id, or one of its own.
func (w processor) continueTransfer(ctx context.Context, job operation.Job, of *account.Account, kept *PendingTransfer, eventID string) error {
	f := &remainder{Mover: w.Mover, customer: of.ID, pending: kept, handover: hosting.Handover{Operation: kept.Operation, Kept: kept.PlanResources}}
	if kept.Plan != "" {
		// What it has matters no more: it counts them already.
		f.handover.Plan = &plan.Plan{ID: kept.Plan}
	}
	for after, more := "", kept.Moved < kept.Total; more; {
		if deadline.Near(ctx, w.Now(), reserve) {
			return tryAgain("More subscriptions remain to be moved.")
		}
		var rows []hosting.Subscription
		var err error
		if rows, more, err = w.Store.ListSubscriptions(ctx, of.ID, after, pageSize); err != nil {
			return err
		}
		if len(rows) > 0 {
			after = rows[len(rows)-1].ID
		}
		if err := f.add(ctx, rows, !more); err != nil {
			return err
		}
	}
	return w.endTransfer(ctx, job, of, kept, eventID)
}

// remainder is the subscriptions of one customer on their way, and what was read for them: a transaction holds only while that is so.
type remainder struct {
	Mover

	customer account.ID
	pending  *PendingTransfer
	handover hosting.Handover
	waiting  []hosting.Subscription
	plans    map[plan.ID]*plan.Plan // that they come from; nil when they are to be read
}

// add takes over more subscriptions in full transactions, and what is left in the last.
func (f *remainder) add(ctx context.Context, rows []hosting.Subscription, last bool) error {
	f.waiting = append(f.waiting, f.unmoved(rows)...)
	for len(f.waiting) > 0 {
		n := f.fitting(f.waiting)
		if n == len(f.waiting) && !last {
			return nil
		}
		if err := f.moveRows(ctx, f.waiting[:n]); err != nil {
			return err
		}
		f.waiting = f.waiting[n:]
	}
	return nil
}

// unmoved returns the subscriptions that have not been taken over.
func (f *remainder) unmoved(rows []hosting.Subscription) (left []hosting.Subscription) {
	for i := range rows {
		if !f.handover.Passed(&rows[i]) {
			left = append(left, rows[i])
		}
	}
	return left
}

// fitting is how many subscriptions have room in one transaction.
func (t Mover) fitting(rows []hosting.Subscription) (n int) {
	plans := map[plan.ID]bool{"": true}
	for n < len(rows) && n+len(plans) <= t.maxPerTransaction() {
		plans[rows[n].Plan] = true
		n++
	}
	return n
}

// moveRows takes over some subscriptions in one transaction, except those that have been taken over.
func (f *remainder) moveRows(ctx context.Context, rows []hosting.Subscription) error {
	isFirst := true
	return edit.Retry(func() (err error) {
		if !isFirst {
			f.plans = nil
			if rows, err = f.Store.ReadSubscriptions(ctx, idsOf(rows)); err != nil {
				return err
			}
			rows = f.unmoved(rows)
		}
		isFirst = false
		if len(rows) == 0 {
			return nil
		}
		change, err := f.change(ctx, rows)
		if err != nil {
			return err
		}
		return f.Store.WriteTransfer(ctx, change)
	})
}

// change is the transaction that takes subscriptions over.
func (f *remainder) change(ctx context.Context, rows []hosting.Subscription) (TransferChange, error) {
	if f.plans == nil {
		f.plans = map[plan.ID]*plan.Plan{}
	}
	if err := hosting.AddPlans(ctx, f.Store, rows, f.plans); err != nil {
		return TransferChange{}, err
	}
	handed := f.handover.Take(rows, f.plans)
	change := TransferChange{
		Step: &Step{Account: f.customer, Operation: f.pending.Operation, Moved: int64(len(rows))}, Subscriptions: handed.Subscriptions, Plans: handed.Plans,
	}
	if back := plan.GiveBack(f.pending.From, handed.Returned); back != nil {
		change.Limits = append(change.Limits, back)
	}
	return change, nil
}

// endTransfer releases a customer whose subscriptions have followed.
func (w processor) endTransfer(ctx context.Context, job operation.Job, of *account.Account, pending *PendingTransfer, eventID string) error {
	isFirst := true
	return edit.Retry(func() (err error) {
		left := pending
		if !isFirst {
			if of, left, err = w.Store.ReadTransfer(ctx, of.ID); err != nil {
				return err
			}
		}
		switch {
		case of == nil || left == nil || left.Operation != pending.Operation:
			return nil // another worker has ended it
		case !isFirst && left.Moved < left.Total:
			return operation.Waiting("Some recent subscriptions are not listed yet. Try again in a few seconds.")
		}
		isFirst = false
		return w.Store.WriteTransfer(ctx, w.ending(job, of, pending, eventID))
	})
}

// ending is the transaction that makes a customer ready again.
func (w processor) ending(job operation.Job, of *account.Account, pending *PendingTransfer, eventID string) TransferChange {
	now := w.Now()
	after := of.Clone()
	after.Lifecycle, after.Operation = account.Ready, ""
	after.Version++
	after.RefreshStatus(now)
	change := TransferChange{
		Account: &edit.AccountChange{Before: *of, After: after}, Step: &Step{Account: of.ID, Operation: pending.Operation, Ends: true},
	}
	w.addEvent(change.Account, job, event.TransferEnded, eventID, now)
	return change
}
