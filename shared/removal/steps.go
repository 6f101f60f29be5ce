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

// customersInParallel is how many customers of a reseller that goes are removed side by side.
const customersInParallel = 8

// removeCustomers removes the customers of a reseller, which go with it. What is to be tried again of one keeps none of the others from
// its turn.
func (r Remover) removeCustomers(ctx context.Context, task operation.Job, of *account.Account) error {
	if of.Kind != account.Reseller {
		return nil
	}
	selection := directory.Selection{Kind: account.Customer, Owner: of.ID, Sort: directory.ByCreated, Limit: customersInParallel}
	var left error
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return err
		}
		errs := make([]error, len(rows.Accounts))
		var each sync.WaitGroup
		for i := range rows.Accounts {
			each.Go(func() { errs[i] = r.removeCustomer(ctx, task, of, rows.Accounts[i].ID) })
		}
		each.Wait()
		for _, err := range errs {
			if err != nil && (left == nil || operation.IsWaiting(left) || fault.CodeOf(err) == "") {
				left = err
			}
		}
		if selection.After = rows.Next; rows.Next == "" {
			return left
		}
		if deadline.Near(ctx, r.Now(), hosting.WipeReserve) {
			return tryAgain("More customers remain to be removed.")
		}
	}
}

// removeCustomer removes one of them. Its event's id is made from that of its reseller's removal.
func (r Remover) removeCustomer(ctx context.Context, task operation.Job, of *account.Account, id account.ID) error {
	alone := *task.Operation
	alone.Parameters = operation.Parameters{}
	task.Operation, task.Item = &alone, operation.Item{Customer: id}
	task.Caller = access.Caller{Account: *of} // who may remove the reseller, removes what is the reseller's: what was moved away stays
	task.EventID = operation.PartEventID(task.EventID, string(id))
	err := r.Process(ctx, task)
	if err != nil && !operation.IsWaiting(err) && !fault.Is(err, fault.NotFound) && fault.CodeOf(err) != "" {
		return tryAgain("A customer has not been removed yet: " + string(fault.CodeOf(err)))
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// removePanelUsers forgets the account's panel users with the backups that they made.
func (r Remover) removePanelUsers(ctx context.Context, task operation.Job, of *account.Account) error {
	selection := directory.Selection{Kind: account.PanelUser, Owner: of.ID, Sort: directory.ByCreated, Limit: pageSize}
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return err
		}
		for i := range rows.Accounts {
			user := rows.Accounts[i]
			if err := r.removeBackups(ctx, task, of, user.ID); err != nil {
				return err
			}
			happened := r.newEvent(task, event.PanelUserRemoved, of, string(user.ID))
			if err := r.Store.RemovePanelUser(ctx, user, nil, happened, nil); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		if selection.After = rows.Next; rows.Next == "" {
			return nil
		}
	}
}

// removeSubscriptions wipes the account's subscriptions with their websites.
func (r Remover) removeSubscriptions(ctx context.Context, _ operation.Job, of *account.Account) error {
	host := of.Owner
	if of.Kind == account.Reseller {
		host = of.ID // it does not go before all that it has given is back
	}
	return hosting.Wiper{Store: r.Store, Now: r.Now}.All(ctx, of.ID, host)
}

// removePlans deletes a reseller's service plans, which nothing is on any more.
func (r Remover) removePlans(ctx context.Context, task operation.Job, of *account.Account) error {
	if of.Kind != account.Reseller {
		return nil
	}
	for after := plan.ID(""); ; {
		found, more, err := r.Store.ListPlans(ctx, of.ID, plan.ServicePrefix, after, pageSize)
		if err != nil {
			return err
		}
		for i := range found {
			after = found[i].ID
			happened := r.newEvent(task, event.PlanRemoved, of, string(found[i].ID))
			if err := r.Store.WritePlan(ctx, plan.Writing{Before: &found[i], Event: happened}); fault.Is(err, fault.VersionMismatch) || fault.Is(err, fault.Conflict) {
				return tryAgain("A plan has changed or was deleted, or a subscription that moved has left it only now.")
			} else if err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
	}
}

// eraseBatch is how many rows are erased between two looks at the time.
const eraseBatch = 500

// eraseTrail erases what is kept with the account: notes, sessions, tokens, links, events, but for the event that stays, which another
// worker on the same item may have written. What comes after that is erased by the consumer of the stream.
func (r Remover) eraseTrail(ctx context.Context, task operation.Job, of *account.Account) error {
	for {
		done, err := r.Store.EraseTrail(ctx, of.ID, task.EventID, eraseBatch)
		if err != nil || done {
			return err
		}
		if deadline.Near(ctx, r.Now(), hosting.WipeReserve) {
			return tryAgain("More data remains to be erased.")
		}
	}
}
