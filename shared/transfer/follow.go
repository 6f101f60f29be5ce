package transfer

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/event"
	"tenantry/shared/fault"
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

// moveRows takes over some subscriptions in one transaction, but for those that have been.
func (f *remainder) moveRows(ctx context.Context, rows []hosting.Subscription) error {
	for try := 1; len(rows) > 0; try++ {
		writing, err := f.transaction(ctx, rows)
		if err != nil {
			return err
		}
		err = f.Store.WriteTransfer(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) {
			return err
		}
		if try == maxTries {
			return tryAgain("Too many requests changed these subscriptions at the same time.")
		}
		f.plans = nil
		if rows, err = f.Store.ReadSubscriptions(ctx, idsOf(rows)); err != nil {
			return err
		}
		rows = f.unmoved(rows)
	}
	return nil
}

// transaction is the transaction that takes subscriptions over.
func (f *remainder) transaction(ctx context.Context, rows []hosting.Subscription) (Transaction, error) {
	if f.plans == nil {
		f.plans = map[plan.ID]*plan.Plan{}
	}
	if err := hosting.AddPlans(ctx, f.Store, rows, f.plans); err != nil {
		return Transaction{}, err
	}
	handed := f.handover.Take(rows, f.plans)
	writing := Transaction{
		Step: &Step{Account: f.customer, Operation: f.pending.Operation, Moved: int64(len(rows))}, Subscriptions: handed.Subscriptions, Plans: handed.Plans,
	}
	if back := plan.GiveBack(f.pending.From, handed.Returned); back != nil {
		writing.Limits = append(writing.Limits, back)
	}
	return writing, nil
}

// endTransfer lets a customer go whose subscriptions have followed.
func (w processor) endTransfer(ctx context.Context, job operation.Job, of *account.Account, kept *PendingTransfer, eventID string) error {
	for try := 1; ; try++ {
		now := w.Now()
		after := of.Clone()
		after.Lifecycle, after.Operation = account.Ready, ""
		after.Version++
		after.RefreshStatus(now)
		writing := Transaction{
			Account: &AccountChange{Before: *of, After: after}, Step: &Step{Account: of.ID, Operation: kept.Operation, Ends: true},
		}
		w.addEvent(writing.Account, job, event.TransferEnded, eventID, now)
		err := w.Store.WriteTransfer(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) {
			return err
		}
		var left *PendingTransfer
		if of, left, err = w.Store.ReadTransfer(ctx, of.ID); err != nil {
			return err
		}
		switch {
		case of == nil || left == nil || left.Operation != kept.Operation:
			return nil // somebody else has ended it
		case left.Moved < left.Total:
			return operation.Waiting("Some recent subscriptions are not listed yet. Try again in a few seconds.")
		case try == maxTries:
			return tryAgain("Too many requests changed this account at the same time.")
		}
	}
}
