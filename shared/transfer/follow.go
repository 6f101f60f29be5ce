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

// follow takes over the subscriptions of a customer that has changed, and lets it go. It may be done any number of times. The event of
// its end has the given id, or one of its own.
func (w work) follow(ctx context.Context, task operation.Task, of *account.Account, kept *Transfer, eventID string) error {
	f := &following{Accounts: w.Accounts, of: of.ID, kept: kept, handover: hosting.Handover{Operation: kept.Operation, Kept: kept.Kept}}
	if kept.Plan != "" {
		// What it has matters no more: it counts them already.
		f.handover.Plan = &plan.Plan{ID: kept.Plan}
	}
	for after, more := "", kept.Passed < kept.Total; more; {
		if deadline.Near(ctx, w.Now(), reserve) {
			return again("More subscriptions remain to be moved.")
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
	return w.end(ctx, task, of, kept, eventID)
}

// following is the subscriptions of one customer on their way, and what was read for them: a transaction holds only while that is so.
type following struct {
	Accounts

	of       account.ID
	kept     *Transfer
	handover hosting.Handover
	waiting  []hosting.Subscription
	plans    map[plan.ID]*plan.Plan // that they come from; nil when they are to be read
}

// add takes over more subscriptions in full transactions, and what is left in the last.
func (f *following) add(ctx context.Context, rows []hosting.Subscription, last bool) error {
	f.waiting = append(f.waiting, f.left(rows)...)
	for len(f.waiting) > 0 {
		n := f.fitting(f.waiting)
		if n == len(f.waiting) && !last {
			return nil
		}
		if err := f.pass(ctx, f.waiting[:n]); err != nil {
			return err
		}
		f.waiting = f.waiting[n:]
	}
	return nil
}

// left returns the subscriptions that have not been taken over.
func (f *following) left(rows []hosting.Subscription) (left []hosting.Subscription) {
	for i := range rows {
		if !f.handover.Passed(&rows[i]) {
			left = append(left, rows[i])
		}
	}
	return left
}

// fitting is how many subscriptions have room in one transaction.
func (t Accounts) fitting(rows []hosting.Subscription) (n int) {
	plans := map[plan.ID]bool{"": true}
	for n < len(rows) && n+len(plans) <= t.room() {
		plans[rows[n].Plan] = true
		n++
	}
	return n
}

// pass takes over some subscriptions in one transaction, but for those that have been.
func (f *following) pass(ctx context.Context, rows []hosting.Subscription) error {
	for try := 1; len(rows) > 0; try++ {
		writing, err := f.writing(ctx, rows)
		if err != nil {
			return err
		}
		err = f.Store.WriteTransfer(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) {
			return err
		}
		if try == maxTries {
			return again("Too many requests changed these subscriptions at the same time.")
		}
		f.plans = nil
		if rows, err = f.Store.ReadSubscriptions(ctx, idsOf(rows)); err != nil {
			return err
		}
		rows = f.left(rows)
	}
	return nil
}

// writing is the transaction that takes subscriptions over.
func (f *following) writing(ctx context.Context, rows []hosting.Subscription) (Writing, error) {
	if f.plans == nil {
		f.plans = map[plan.ID]*plan.Plan{}
	}
	if err := hosting.AddPlans(ctx, f.Store, rows, f.plans); err != nil {
		return Writing{}, err
	}
	handed := f.handover.Take(rows, f.plans)
	writing := Writing{
		Goes: &Follow{Account: f.of, Operation: f.kept.Operation, Passes: int64(len(rows))}, Subscriptions: handed.Subscriptions, Plans: handed.Plans,
	}
	if back := plan.GiveBack(f.kept.From, handed.Returned); back != nil {
		writing.Limits = append(writing.Limits, back)
	}
	return writing, nil
}

// end lets a customer go whose subscriptions have followed.
func (w work) end(ctx context.Context, task operation.Task, of *account.Account, kept *Transfer, eventID string) error {
	for try := 1; ; try++ {
		now := w.Now()
		after := of.Clone()
		after.Lifecycle, after.Operation = account.Ready, ""
		after.Version++
		after.RefreshStatus(now)
		writing := Writing{
			Account: &AccountChange{Before: *of, After: after}, Goes: &Follow{Account: of.ID, Operation: kept.Operation, Ends: true},
		}
		w.describe(writing.Account, task, event.TransferEnded, eventID, now)
		err := w.Store.WriteTransfer(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) {
			return err
		}
		var left *Transfer
		if of, left, err = w.Store.ReadTransfer(ctx, of.ID); err != nil {
			return err
		}
		switch {
		case of == nil || left == nil || left.Operation != kept.Operation:
			return nil // somebody else has ended it
		case left.Passed < left.Total:
			return operation.Settling("Some recent subscriptions are not listed yet. Try again in a few seconds.")
		case try == maxTries:
			return again("Too many requests changed this account at the same time.")
		}
	}
}
