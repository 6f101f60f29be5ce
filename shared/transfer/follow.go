package transfer

import (
	"context"
	"time"

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
	handover := hosting.Handover{Operation: kept.Operation, Kept: kept.Kept}
	if kept.Plan != "" {
		// What it has matters no more: it counts them already.
		handover.Plan = &plan.Plan{ID: kept.Plan}
	}
	for after, more := "", kept.Passed < kept.Total; more; {
		if deadline.Near(ctx, w.Now(), reserve) {
			return again("More subscriptions have to follow.")
		}
		var rows []hosting.Subscription
		var err error
		if rows, more, err = w.Store.ListSubscriptions(ctx, of.ID, after, pageSize); err != nil {
			return err
		}
		for len(rows) > 0 {
			after = rows[len(rows)-1].ID
			n := w.fitting(rows)
			if err := w.page(ctx, of.ID, kept, handover, rows[:n]); err != nil {
				return err
			}
			rows = rows[n:]
		}
	}
	return w.end(ctx, task, of, kept, eventID)
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

// page takes over some subscriptions, but for those that have been.
func (w work) page(ctx context.Context, of account.ID, kept *Transfer, handover hosting.Handover, rows []hosting.Subscription) error {
	for try := 1; ; try++ {
		var left []hosting.Subscription
		for i := range rows {
			if !handover.Passed(&rows[i]) {
				left = append(left, rows[i])
			}
		}
		if len(left) == 0 {
			return nil
		}
		plans := map[plan.ID]*plan.Plan{}
		if err := w.readPlans(ctx, left, plans); err != nil {
			return err
		}
		handed := handover.Take(left, plans)
		writing := Writing{
			Goes: &Follow{Account: of, Operation: kept.Operation, Passes: int64(len(left))}, Subscriptions: handed.Subscriptions, Plans: handed.Plans,
		}
		if back := plan.GiveBack(kept.From, handed.Returned); back != nil {
			writing.Limits = append(writing.Limits, back)
		}
		err := w.Store.WriteTransfer(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) {
			return err
		}
		if try == maxTries {
			return again("Too many change its subscriptions at once.")
		}
		if rows, err = w.Store.ReadSubscriptions(ctx, idsOf(rows)); err != nil {
			return err
		}
	}
}

// end lets a customer go whose subscriptions have followed.
func (w work) end(ctx context.Context, task operation.Task, of *account.Account, kept *Transfer, eventID string) error {
	for try := 1; ; try++ {
		now := w.Now().UTC().Truncate(time.Millisecond)
		after := of.Clone()
		after.Lifecycle, after.Operation = account.Ready, ""
		after.Version++
		after.Settle(now)
		writing := Writing{
			Account: &AccountChange{Before: *of, After: after}, Goes: &Follow{Account: of.ID, Operation: kept.Operation, Ends: true},
		}
		if err := w.describe(writing.Account, task, event.TransferEnded, eventID, now); err != nil {
			return err
		}
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
			return operation.Settling("Lists do not tell yet of all its subscriptions.")
		case try == maxTries:
			return again("Too many change this account at once.")
		}
	}
}
