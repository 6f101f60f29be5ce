package removal

import (
	"context"
	"sync"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
)

// customersInParallel is how many customers of a reseller are removed at the same time.
const customersInParallel = 8

// removeCustomers removes the customers of a reseller. An error of one customer does not stop the removal of the
// others. It returns the most serious error.
func (r Remover) removeCustomers(ctx context.Context, job operation.Job, reseller *account.Account) error {
	if reseller.Kind != account.Reseller {
		return nil
	}
	selection := directory.Selection{
		Kind: account.Customer, Owner: reseller.ID, Sort: directory.ByCreated, Limit: customersInParallel,
	}
	var worst error
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return err
		}
		errs := make([]error, len(rows.Accounts))
		var removals sync.WaitGroup
		for i := range rows.Accounts {
			removals.Go(func() { errs[i] = r.removeCustomer(ctx, job, reseller, rows.Accounts[i].ID) })
		}
		removals.Wait()
		for _, err := range errs {
			if err != nil && (worst == nil || operation.IsWaiting(worst) || fault.CodeOf(err) == "") {
				worst = err
			}
		}
		if selection.After = rows.Next; rows.Next == "" {
			return worst
		}
		if deadline.Near(ctx, r.Now(), hosting.ErasureReserve) {
			return tryAgain("More customers remain to be removed.")
		}
	}
}

// removeCustomer removes one customer of a reseller. The id of its event is derived from the event of the reseller's
// removal. A customer that has another owner now is left alone.
func (r Remover) removeCustomer(
	ctx context.Context,
	job operation.Job,
	reseller *account.Account,
	id account.ID,
) error {
	o := *job.Operation
	o.Parameters = operation.Parameters{}
	job.Operation, job.Item = &o, operation.Item{Customer: id}
	job.Caller = access.Caller{Account: *reseller} // the reseller cannot see customers that were moved to another owner
	job.EventID = operation.PartEventID(job.EventID, string(id))
	err := r.Process(ctx, job)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil
	case err != nil && !operation.IsWaiting(err) && fault.CodeOf(err) != "":
		return tryAgain("A customer has not been removed yet: " + string(fault.CodeOf(err)))
	}
	return err
}

// removePanelUsers removes the account's panel users and the backups that they created.
func (r Remover) removePanelUsers(ctx context.Context, job operation.Job, a *account.Account) error {
	selection := directory.Selection{Kind: account.PanelUser, Owner: a.ID, Sort: directory.ByCreated, Limit: pageSize}
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return err
		}
		for i := range rows.Accounts {
			user := rows.Accounts[i]
			if err := r.removeBackups(ctx, job, a, user.ID); err != nil {
				return err
			}
			removed := r.newEvent(job, event.PanelUserRemoved, a, string(user.ID))
			err := r.Store.RemovePanelUser(ctx, user, nil, removed, nil)
			if fault.Is(err, fault.VersionMismatch) {
				return tryAgain("Some backups of a panel user are not listed yet.")
			}
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		if selection.After = rows.Next; rows.Next == "" {
			return nil
		}
	}
}

// removeSubscriptions removes the account's subscriptions and their websites.
func (r Remover) removeSubscriptions(ctx context.Context, _ operation.Job, a *account.Account) error {
	owner := a.Owner
	if a.Kind == account.Reseller {
		owner = a.ID // a reseller's own subscriptions count towards its own limits
	}
	return hosting.SubscriptionEraser{Store: r.Store, Now: r.Now}.EraseAll(ctx, a.ID, owner)
}

// removePlans removes a reseller's service plans. No subscription uses them any more.
func (r Remover) removePlans(ctx context.Context, job operation.Job, a *account.Account) error {
	if a.Kind != account.Reseller {
		return nil
	}
	for after := plan.ID(""); ; {
		plans, more, err := r.Store.ListPlans(ctx, a.ID, plan.ServicePrefix, after, pageSize)
		if err != nil {
			return err
		}
		for i := range plans {
			after = plans[i].ID
			removed := r.newEvent(job, event.PlanRemoved, a, string(plans[i].ID))
			err := r.Store.WritePlan(ctx, plan.PlanChange{Before: &plans[i], Event: removed})
			if fault.Is(err, fault.VersionMismatch) || fault.Is(err, fault.Conflict) {
				return tryAgain("A plan has changed or was deleted, or a subscription that moved has left it only now.")
			}
			if err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
	}
}

// eraseLimit is how many rows are erased before the remaining time is checked again.
const eraseLimit = 500

// eraseTrail erases the rows that are stored with the account: notes, sessions, tokens, links and events. It keeps the
// event of the removal, which another worker may have written. The stream's consumer erases rows that are written later
// (ADR 24).
func (r Remover) eraseTrail(ctx context.Context, job operation.Job, a *account.Account) error {
	for {
		isDone, err := r.Store.EraseTrail(ctx, a.ID, job.EventID, eraseLimit)
		if err != nil || isDone {
			return err
		}
		if deadline.Near(ctx, r.Now(), hosting.ErasureReserve) {
			return tryAgain("More data remains to be erased.")
		}
	}
}
