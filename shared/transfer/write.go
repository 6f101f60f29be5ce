package transfer

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// whole takes a customer over in one transaction.
func (w work) whole(ctx context.Context, task operation.Task, of *account.Account, to *aim, all *found) error {
	writing := w.changed(task, of, to, all, task.EventID)
	handover := hosting.Handover{Operation: task.Operation.ID, Plan: to.service}
	handed := handover.Take(all.few, all.plans)
	writing.Subscriptions = handed.Subscriptions
	writing.Plans = append(handed.Plans, to.uses(all)...)
	if err := limits(&writing, of, to, all, handed.Returned); err != nil {
		return err
	}
	return w.Store.WriteTransfer(ctx, writing)
}

// begin changes a customer that is held, with all that its new host counts. Its subscriptions follow.
func (w work) begin(ctx context.Context, task operation.Task, of *account.Account, to *aim, all *found) (*Transfer, *account.Account, error) {
	writing := w.changed(task, of, to, all, "")
	kept := &Transfer{Operation: task.Operation.ID, From: of.Owner, To: to.host, Total: all.count}
	writing.Plans = to.uses(all)
	if to.service != nil {
		kept.Plan = to.service.ID
	} else {
		if len(all.plans) > mostKept {
			return nil, nil, fault.New(fault.Conflict, "The customer's subscriptions use more than %d plans. Reduce the number of plans first.", mostKept)
		}
		kept.Kept = map[plan.ID]resource.Set{}
		for id, on := range all.plans {
			if on == nil {
				continue
			}
			kept.Kept[id] = on.Resources
			if len(writing.Plans) < mostPlans {
				writing.Plans = append(writing.Plans, hosting.PlanUse{ID: id, Version: &on.Version})
			}
		}
	}
	writing.Begins = kept
	if err := limits(&writing, of, to, all, resource.Demand{}); err != nil {
		return nil, nil, err
	}
	return kept, &writing.Account.After, w.Store.WriteTransfer(ctx, writing)
}

// mostKept is of how many plans it can be kept what they gave: an item has 400 KB, and each takes half of one.
const mostKept = 500

// mostPlans is of how many plans a customer's change demands that they are as they were when its subscriptions were measured.
const mostPlans = 80

// changed is the change of the account. Where all of it is one transaction, its event has the given id.
func (w work) changed(task operation.Task, of *account.Account, to *aim, all *found, eventID string) Writing {
	now := w.Now()
	after := of.Clone()
	changes := to.apply(&after, all.sum)
	after.Version++
	after.RefreshStatus(now)
	writing := Writing{Account: &AccountChange{Before: *of, After: after}}
	w.describe(writing.Account, task, to.event, eventID, now)
	writing.Account.Event.Changes = changes
	return writing
}

// describe gives a change of an account its event.
func (w work) describe(changed *AccountChange, task operation.Task, name event.Name, eventID string, now time.Time) {
	changed.Event = event.New(w.NewID, name, &changed.After, task.Operation.Originator, task.Operation.ID, now)
	changed.Token = changed.Event.ID
	if eventID != "" {
		changed.Event.ID = eventID
	}
}

// uses is how the plans that a customer comes to count it: its subscriptions on their new service plan, itself on its reseller plan.
func (to *aim) uses(all *found) (uses []hosting.PlanUse) {
	if to.service != nil {
		uses = append(uses, hosting.PlanUse{ID: to.service.ID, Uses: all.count, Synced: all.count, Version: &to.service.Version})
	}
	if to.reseller != nil {
		uses = append(uses, hosting.PlanUse{ID: to.reseller.ID, Uses: 1, Version: &to.reseller.Version})
	}
	return uses
}

// limits asks the new host for what a customer brings, and gives back to the old one that is left by it, with what of its
// subscriptions goes at once. Errors: LimitExceeded.
func limits(writing *Writing, of *account.Account, to *aim, all *found, returned resource.Demand) error {
	asked, err := to.reserve(all)
	if err != nil {
		return err
	}
	if to.converts() {
		writing.Founds = &all.asked
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
func (to *aim) reserve(all *found) (*plan.Reservation, error) {
	if to.limits == nil {
		return nil, nil
	}
	return to.limits.Reserve(to.host, to.demand(all))
}
