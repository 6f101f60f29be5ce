package transfer

import (
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

// transferAtOnce takes a customer over in one transaction.
func (w processor) transferAtOnce(ctx context.Context, job operation.Job, of *account.Account, to *target, all *usage) error {
	writing := w.accountTransaction(job, of, to, all, job.EventID)
	handover := hosting.Handover{Operation: job.Operation.ID, Plan: to.servicePlan}
	handed := handover.Take(all.rows, all.plans)
	writing.Subscriptions = handed.Subscriptions
	writing.Plans = append(handed.Plans, to.planUses(all)...)
	if err := addReservations(&writing, of, to, all, handed.Returned); err != nil {
		return err
	}
	return w.Store.WriteTransfer(ctx, writing)
}

// startTransfer changes a customer that is held, with all that its new host counts. Its subscriptions follow.
func (w processor) startTransfer(ctx context.Context, job operation.Job, of *account.Account, to *target, all *usage) (*PendingTransfer, *account.Account, error) {
	writing := w.accountTransaction(job, of, to, all, "")
	kept := &PendingTransfer{Operation: job.Operation.ID, From: of.Owner, To: to.host, Total: all.subscriptions}
	writing.Plans = to.planUses(all)
	if to.servicePlan != nil {
		kept.Plan = to.servicePlan.ID
	} else {
		if len(all.plans) > maxPlanResources {
			return nil, nil, fault.New(fault.Conflict, "The customer's subscriptions use more than %d plans. Reduce the number of plans first.", maxPlanResources)
		}
		kept.PlanResources = map[plan.ID]resource.Set{}
		for id, on := range all.plans {
			if on == nil {
				continue
			}
			kept.PlanResources[id] = on.Resources
			if len(writing.Plans) < maxPlanChecks {
				writing.Plans = append(writing.Plans, hosting.PlanUse{ID: id, Version: &on.Version})
			}
		}
	}
	writing.Starts = kept
	if err := addReservations(&writing, of, to, all, resource.Demand{}); err != nil {
		return nil, nil, err
	}
	return kept, &writing.Account.After, w.Store.WriteTransfer(ctx, writing)
}

// maxPlanResources is of how many plans it can be kept what they gave: an item has 400 KB, and each takes half of one.
const maxPlanResources = 500

// maxPlanChecks is of how many plans a customer's change demands that they are as they were when its subscriptions were measured.
const maxPlanChecks = 80

// accountTransaction is the change of the account. Where all of it is one transaction, its event has the given id.
func (w processor) accountTransaction(job operation.Job, of *account.Account, to *target, all *usage, eventID string) TransferChange {
	now := w.Now()
	after := of.Clone()
	changes := to.apply(&after, all.resources)
	after.Version++
	after.RefreshStatus(now)
	writing := TransferChange{Account: &edit.AccountChange{Before: *of, After: after}}
	w.addEvent(writing.Account, job, to.event, eventID, now)
	writing.Account.Event.Changes = changes
	return writing
}

// addEvent gives a change of an account its event.
func (w processor) addEvent(changed *edit.AccountChange, job operation.Job, name event.Name, eventID string, now time.Time) {
	changed.Event = event.New(w.NewID, name, &changed.After, job.Operation.Originator, job.Operation.ID, now)
	changed.Token = changed.Event.ID
	if eventID != "" {
		changed.Event.ID = eventID
	}
}

// planUses is how the plans that a customer comes to count it: its subscriptions on their new service plan, itself on its reseller plan.
func (to *target) planUses(all *usage) (uses []hosting.PlanUse) {
	if to.servicePlan != nil {
		uses = append(uses, hosting.PlanUse{ID: to.servicePlan.ID, Uses: all.subscriptions, Synced: all.subscriptions, Version: &to.servicePlan.Version})
	}
	if to.resellerPlan != nil {
		uses = append(uses, hosting.PlanUse{ID: to.resellerPlan.ID, Uses: 1, Version: &to.resellerPlan.Version})
	}
	return uses
}

// addReservations asks the new host for what a customer brings, and gives back to the old one that is left by it, with what of its
// subscriptions goes at once. Errors: LimitExceeded.
func addReservations(writing *TransferChange, of *account.Account, to *target, all *usage, returned resource.Demand) error {
	asked, err := to.reserve(all)
	if err != nil {
		return err
	}
	if to.isConversion() {
		writing.InitialUsage = &all.demand
	} else if asked != nil {
		writing.Limits = append(writing.Limits, asked)
	}
	returned.Customers = -1
	if back := plan.GiveBack(of.Owner, returned); back != nil {
		writing.Limits = append(writing.Limits, back)
	}
	return nil
}

// reserve asks the limits of the new host; nil where there are none. Errors: LimitExceeded.
func (to *target) reserve(all *usage) (*plan.Reservation, error) {
	if to.limits == nil {
		return nil, nil
	}
	return to.limits.Reserve(to.host, to.demand(all))
}
