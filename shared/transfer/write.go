package transfer

import (
	"cmp"
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// transferAtOnce moves or converts a customer with all its subscriptions in one transaction.
func (p processor) transferAtOnce(
	ctx context.Context, job operation.Job, customer *account.Account, target *transferTarget, totals *subscriptionTotals,
) error {
	transaction := p.accountTransaction(job, customer, target, totals, job.EventID)
	transaction.Account.After.Release(p.Now())
	ownerChange := hosting.OwnerChange{Operation: job.Operation.ID, Plan: target.servicePlan}
	moved := ownerChange.Apply(totals.rows, totals.plans)
	transaction.Subscriptions = moved.Subscriptions
	transaction.Plans = append(moved.Plans, target.planUses(totals)...)
	if err := addReservations(&transaction, customer, target, totals, moved.Released); err != nil {
		return err
	}
	return p.Store.WriteTransfer(ctx, transaction)
}

// startTransfer moves or converts a customer that the operation holds, and reserves everything that its subscriptions
// need. The subscriptions follow in later transactions. It returns the pending transfer and the changed account.
func (p processor) startTransfer(
	ctx context.Context, job operation.Job, customer *account.Account, target *transferTarget, totals *subscriptionTotals,
) (*PendingTransfer, *account.Account, error) {
	transaction := p.accountTransaction(job, customer, target, totals, "")
	pending := &PendingTransfer{
		Operation: job.Operation.ID, From: customer.Owner, To: target.limitsOwner, Total: totals.subscriptions,
	}
	transaction.Plans = target.planUses(totals)
	if target.servicePlan != nil {
		pending.Plan = target.servicePlan.ID
	} else {
		if len(totals.plans) > maxPlanResources {
			return nil, nil, fault.New(fault.Conflict,
				"The customer's subscriptions use more than %d plans. Reduce the number of plans first.", maxPlanResources)
		}
		pending.PlanResources = map[plan.ID]resource.Set{}
		for id, present := range totals.plans {
			if present == nil {
				continue
			}
			pending.PlanResources[id] = present.Resources
			if len(transaction.Plans) < maxPlanChecks {
				transaction.Plans = append(transaction.Plans, hosting.PlanUse{ID: id, Version: &present.Version})
			}
		}
	}
	transaction.Starts = pending
	if err := addReservations(&transaction, customer, target, totals, resource.Demand{}); err != nil {
		return nil, nil, err
	}
	return pending, &transaction.Account.After, p.Store.WriteTransfer(ctx, transaction)
}

// maxPlanResources is how many plans' resources a pending transfer can store (AWS limit: an item of the table has at
// most 400 KB; the resources of a plan take about half a KB).
const maxPlanResources = 500

// maxPlanChecks is how many plans the transaction may check for changes since the totals were computed (AWS limit: a
// transaction has at most 100 items).
const maxPlanChecks = 80

// accountTransaction returns a transaction with the change of the account. If the event id is not empty, the event has
// this id.
func (p processor) accountTransaction(
	job operation.Job, customer *account.Account, target *transferTarget, totals *subscriptionTotals, eventID string,
) Transaction {
	now := p.Now()
	after := customer.Clone()
	changes := target.apply(&after, totals.resources, now)
	after.Version++
	after.RefreshStatus(now)
	transaction := Transaction{Account: &edit.AccountChange{Before: *customer, After: after}}
	p.addEvent(transaction.Account, job, target.event, eventID, now)
	transaction.Account.Event.Changes = changes
	return transaction
}

// addEvent adds an event to a change of an account. If the event id is empty, it is that of a step before the item's
// event.
func (p processor) addEvent(
	change *edit.AccountChange, job operation.Job, name event.Name, eventID string, now time.Time,
) {
	change.Event = event.New(p.NewID, name, &change.After, job.Operation.Originator, job.Operation.ID, now)
	change.Token = change.Event.ID
	change.Event.ID = cmp.Or(eventID, operation.StepEventID(job.EventID, change.After.Version), change.Event.ID)
}

// planUses returns how the new plans count the customer: the service plan counts the subscriptions, the reseller plan
// the customer itself.
func (t *transferTarget) planUses(totals *subscriptionTotals) (uses []hosting.PlanUse) {
	if t.servicePlan != nil {
		uses = append(uses, hosting.PlanUse{
			ID: t.servicePlan.ID, Uses: totals.subscriptions, Synced: totals.subscriptions, Version: &t.servicePlan.Version,
		})
	}
	if t.resellerPlan != nil {
		uses = append(uses, hosting.PlanUse{ID: t.resellerPlan.ID, Uses: 1, Version: &t.resellerPlan.Version})
	}
	return uses
}

// addReservations moves the customer's usage from the old owner's limits to the new limits. The old owner gets back the
// customer itself, and what the subscriptions in this transaction return. It returns fault.LimitExceeded if the new
// limits do not allow the usage.
func addReservations(
	transaction *Transaction, customer *account.Account, target *transferTarget, totals *subscriptionTotals,
	returned resource.Demand,
) error {
	reservation, err := target.reserve(totals)
	if err != nil {
		return err
	}
	if target.isConversion() {
		transaction.InitialUsage = &totals.demand
	} else if reservation != nil {
		transaction.Limits = append(transaction.Limits, reservation)
	}
	returned.Customers = -1
	if release := plan.GiveBack(customer.Owner, returned); release != nil {
		transaction.Limits = append(transaction.Limits, release)
	}
	return nil
}

// reserve returns the reservation of what the customer needs from the new limits, or nil if there are no limits. It
// returns fault.LimitExceeded if the limits do not allow it.
func (t *transferTarget) reserve(totals *subscriptionTotals) (*plan.Reservation, error) {
	if t.limits == nil {
		return nil, nil
	}
	return t.limits.Reserve(t.limitsOwner, t.demand(totals))
}
