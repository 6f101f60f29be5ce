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

// customersAtOnce is how many customers of a reseller that goes are removed side by side.
const customersAtOnce = 8

// customers removes the customers of a reseller, which go with it. What is to be tried again of one keeps none of the others from
// its turn.
func (r Accounts) customers(ctx context.Context, task operation.Task, of *account.Account) error {
	if of.Kind != account.Reseller {
		return nil
	}
	selection := directory.Selection{Kind: account.Customer, Owner: of.ID, Sort: directory.ByCreated, Limit: customersAtOnce}
	var left error
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return err
		}
		errs := make([]error, len(rows.Accounts))
		var each sync.WaitGroup
		for i := range rows.Accounts {
			each.Go(func() { errs[i] = r.customer(ctx, task, of, rows.Accounts[i].ID) })
		}
		each.Wait()
		for _, err := range errs {
			if err != nil && (left == nil || operation.Settles(left) || fault.CodeOf(err) == "") {
				left = err
			}
		}
		if selection.After = rows.Next; rows.Next == "" {
			return left
		}
		if deadline.Near(ctx, r.Now(), hosting.WipeReserve) {
			return again("More customers remain to be removed.")
		}
	}
}

// customer removes one of them. Its event's id is made from that of its reseller's removal.
func (r Accounts) customer(ctx context.Context, task operation.Task, of *account.Account, id account.ID) error {
	alone := *task.Operation
	alone.Order = operation.Order{}
	task.Operation, task.Item = &alone, operation.Item{Customer: id}
	task.Caller = access.Caller{Account: *of} // who may remove the reseller, removes what is the reseller's: what was moved away stays
	task.EventID = operation.EventIDBelow(task.EventID, string(id))
	err := r.Do(ctx, task)
	if err != nil && !operation.Settles(err) && !fault.Is(err, fault.NotFound) && fault.CodeOf(err) != "" {
		return again("A customer has not been removed yet: " + string(fault.CodeOf(err)))
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// panelUsers forgets the account's panel users with the backups that they made.
func (r Accounts) panelUsers(ctx context.Context, task operation.Task, of *account.Account) error {
	selection := directory.Selection{Kind: account.PanelUser, Owner: of.ID, Sort: directory.ByCreated, Limit: pageSize}
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return err
		}
		for i := range rows.Accounts {
			user := rows.Accounts[i]
			if err := r.backupsOf(ctx, task, of, user.ID); err != nil {
				return err
			}
			happened := r.event(task, event.PanelUserRemoved, of, string(user.ID))
			if err := r.Store.RemovePanelUser(ctx, user, nil, happened, nil); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		if selection.After = rows.Next; rows.Next == "" {
			return nil
		}
	}
}

// subscriptions wipes the account's subscriptions with their websites.
func (r Accounts) subscriptions(ctx context.Context, _ operation.Task, of *account.Account) error {
	host := of.Owner
	if of.Kind == account.Reseller {
		host = of.ID // it does not go before all that it has given is back
	}
	return hosting.Wiper{Store: r.Store, Now: r.Now}.All(ctx, of.ID, host)
}

// plans deletes a reseller's service plans, which nothing is on any more.
func (r Accounts) plans(ctx context.Context, task operation.Task, of *account.Account) error {
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
			happened := r.event(task, event.PlanRemoved, of, string(found[i].ID))
			if err := r.Store.WritePlan(ctx, plan.Writing{Before: &found[i], Event: happened}); fault.Is(err, fault.VersionMismatch) || fault.Is(err, fault.Conflict) {
				return again("A plan has changed or was deleted, or a subscription that moved has left it only now.")
			} else if err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
	}
}

// erasedAtOnce is how many rows are erased between two looks at the time.
const erasedAtOnce = 500

// trail erases what is kept with the account: notes, sessions, tokens, links, events, but for the event that stays, which another
// worker on the same item may have written. What comes after that is erased by the consumer of the stream.
func (r Accounts) trail(ctx context.Context, task operation.Task, of *account.Account) error {
	for {
		done, err := r.Store.EraseTrail(ctx, of.ID, task.EventID, erasedAtOnce)
		if err != nil || done {
			return err
		}
		if deadline.Near(ctx, r.Now(), hosting.WipeReserve) {
			return again("More data remains to be erased.")
		}
	}
}
