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

// continueTransfer moves the subscriptions of a customer that has changed, and then releases the customer. It may be
// called any number of times. If the event id is not empty, the event of the end has this id.
func (p processor) continueTransfer(
	ctx context.Context, job operation.Job, customer *account.Account, pending *PendingTransfer, eventID string,
) error {
	r := &remainder{
		Mover: p.Mover, customer: customer.ID, pending: pending,
		ownerChange: hosting.OwnerChange{Operation: pending.Operation, KeptResources: pending.PlanResources},
	}
	if pending.Plan != "" {
		// The resources of the plan do not matter any more: startTransfer has reserved them.
		r.ownerChange.Plan = &plan.Plan{ID: pending.Plan}
	}
	for after, more := "", pending.Moved < pending.Total; more; {
		if deadline.Near(ctx, p.Now(), reserve) {
			return tryAgain("More subscriptions remain to be moved.")
		}
		var rows []hosting.Subscription
		var err error
		if rows, more, err = p.Store.ListSubscriptions(ctx, customer.ID, after, pageSize); err != nil {
			return err
		}
		if len(rows) > 0 {
			after = rows[len(rows)-1].ID
		}
		if err := r.add(ctx, rows, !more); err != nil {
			return err
		}
	}
	return p.endTransfer(ctx, job, customer, pending, eventID)
}

// remainder are the subscriptions of one customer that have not moved yet.
type remainder struct {
	Mover

	customer    account.ID
	pending     *PendingTransfer
	ownerChange hosting.OwnerChange
	waiting     []hosting.Subscription // for a full transaction
	plans       map[plan.ID]*plan.Plan // the old plans; nil if they must be read again
}

// add adds subscriptions and moves as many as fill whole transactions. If they are the last ones, it moves all of them.
func (r *remainder) add(ctx context.Context, rows []hosting.Subscription, isLast bool) error {
	r.waiting = append(r.waiting, r.unmoved(rows)...)
	for len(r.waiting) > 0 {
		n := r.fitting(r.waiting)
		if n == len(r.waiting) && !isLast {
			return nil
		}
		if err := r.moveRows(ctx, r.waiting[:n]); err != nil {
			return err
		}
		r.waiting = r.waiting[n:]
	}
	return nil
}

// unmoved returns the subscriptions that have not moved yet.
func (r *remainder) unmoved(rows []hosting.Subscription) (unmoved []hosting.Subscription) {
	for i := range rows {
		if !r.ownerChange.HasMoved(&rows[i]) {
			unmoved = append(unmoved, rows[i])
		}
	}
	return unmoved
}

// fitting returns how many of the subscriptions fit into one transaction, together with their old plans.
func (m Mover) fitting(rows []hosting.Subscription) (n int) {
	plans := map[plan.ID]bool{"": true}
	for n < len(rows) && n+len(plans) <= m.maxPerTransaction() {
		plans[rows[n].Plan] = true
		n++
	}
	return n
}

// moveRows moves subscriptions in one transaction. If some of them have changed, it reads them again and leaves out
// those that have moved.
func (r *remainder) moveRows(ctx context.Context, rows []hosting.Subscription) error {
	isFirst := true
	return edit.Retry(func() (err error) {
		if !isFirst {
			r.plans = nil
			if rows, err = r.Store.ReadSubscriptions(ctx, idsOf(rows)); err != nil {
				return err
			}
			rows = r.unmoved(rows)
		}
		isFirst = false
		if len(rows) == 0 {
			return nil
		}
		transaction, err := r.transaction(ctx, rows)
		if err != nil {
			return err
		}
		return r.Store.WriteTransfer(ctx, transaction)
	})
}

// transaction returns the transaction that moves subscriptions.
func (r *remainder) transaction(ctx context.Context, rows []hosting.Subscription) (Transaction, error) {
	if r.plans == nil {
		r.plans = map[plan.ID]*plan.Plan{}
	}
	if err := hosting.AddPlans(ctx, r.Store, rows, r.plans); err != nil {
		return Transaction{}, err
	}
	moved := r.ownerChange.Apply(rows, r.plans)
	transaction := Transaction{
		Step:          &Step{Account: r.customer, Operation: r.pending.Operation, Moved: int64(len(rows))},
		Subscriptions: moved.Subscriptions, Plans: moved.Plans,
	}
	if release := plan.GiveBack(r.pending.From, moved.Released); release != nil {
		transaction.Limits = append(transaction.Limits, release)
	}
	return transaction, nil
}

// endTransfer releases a customer whose subscriptions have all moved. It returns the fault of operation.Waiting if some
// have not.
func (p processor) endTransfer(
	ctx context.Context, job operation.Job, customer *account.Account, pending *PendingTransfer, eventID string,
) error {
	isFirst := true
	return edit.Retry(func() (err error) {
		newest := pending
		if !isFirst {
			if customer, newest, err = p.Store.ReadTransfer(ctx, customer.ID); err != nil {
				return err
			}
		}
		switch {
		case customer == nil || newest == nil || newest.Operation != pending.Operation:
			return nil // another worker has ended the transfer
		case !isFirst && newest.Moved < newest.Total:
			return operation.Waiting("Some recent subscriptions are not listed yet. Try again in a few seconds.")
		}
		isFirst = false
		return p.Store.WriteTransfer(ctx, p.ending(job, customer, pending, eventID))
	})
}

// ending returns the transaction that ends a pending transfer and releases the customer.
func (p processor) ending(
	job operation.Job, customer *account.Account, pending *PendingTransfer, eventID string,
) Transaction {
	now := p.Now()
	after := customer.Clone()
	after.Lifecycle, after.Operation = account.Ready, ""
	after.Version++
	after.RefreshStatus(now)
	transaction := Transaction{
		Account: &edit.AccountChange{Before: *customer, After: after},
		Step:    &Step{Account: customer.ID, Operation: pending.Operation, Ends: true, From: pending.From},
	}
	p.addEvent(transaction.Account, job, event.TransferEnded, eventID, now)
	return transaction
}
