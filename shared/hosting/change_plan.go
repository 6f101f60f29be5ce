package hosting

import (
	"context"
	"slices"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// subscriptionEdit is what an edit of a subscription writes besides the subscription. Without changes nothing is written.
type subscriptionEdit struct {
	event       event.Name
	changes     []account.FieldChange
	change      HostingChange // without the subscription, the event and the record
	maxWebsites *int64        // that the subscription may have for the edit
}

// update edits a subscription that the caller may change, and returns it as the caller sees it.
func (s Subscriptions) update(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string,
	change func(found *SubscriptionContext, now time.Time) (subscriptionEdit, error),
) (SubscriptionView, error) {
	read := func(ctx context.Context) (edit.Snapshot[SubscriptionContext], error) {
		found, err := s.find(ctx, caller, meta.Key, id)
		if err != nil || found.Record != nil {
			return edit.Snapshot[SubscriptionContext]{Record: found.Record}, err
		}
		return edit.Snapshot[SubscriptionContext]{Object: found, Version: found.Subscription.Version}, checkCanChangeHosting(caller, found.Chain)
	}
	return edit.Update(ctx, s.editor(), meta, read, func(found SubscriptionContext, now time.Time) (edit.Result[SubscriptionView], error) {
		before := *found.Subscription
		made, err := change(&found, now)
		if err != nil {
			return edit.Result[SubscriptionView]{}, err
		}
		if len(made.changes) == 0 {
			return edit.Result[SubscriptionView]{Answer: viewSubscription(caller, &before, found.Chain, found.Plan, now)}, nil
		}
		customer := &found.Chain[0]
		found.Subscription.Version++
		found.Subscription.updateDueAt(now)
		c := made.change
		c.Subscription = &SubscriptionChange{Before: &before, After: found.Subscription, MaxWebsites: made.maxWebsites}
		c.Customer.ID = before.Customer
		c.Event = newEvent(s.NewID, meta, caller.Account.ID, customer, made.event, id, now, made.changes...)
		return edit.Result[SubscriptionView]{
			Answer: viewSubscription(caller, found.Subscription, found.Chain, found.Plan, now), Write: s.write(c),
		}, nil
	})
}

// Replan puts a subscription on another plan of the same owner or on none. Without resources it follows the plan; with them it
// is customised, and edits of the plan skip it. Errors: NotFound, Forbidden, InvalidRequest, LimitExceeded, Busy, VersionMismatch.
func (s Subscriptions) ChangePlan(
	ctx context.Context, caller access.Caller, meta request.Metadata, id, servicePlan string, own *resource.Set,
) (SubscriptionView, error) {
	return s.update(ctx, caller, meta, id, func(found *SubscriptionContext, _ time.Time) (subscriptionEdit, error) {
		of, oldPlan := found.Subscription, found.Plan
		before, gone := of.EffectiveResources(oldPlan), of.planUse(oldPlan, -1)
		next, err := s.Store.ReadForCreation(ctx, of.Customer, planID(servicePlan), idempotency.Key{})
		if err != nil {
			return subscriptionEdit{}, err
		}
		if err := checkCanChangeHosting(caller, next.Chain); err != nil {
			return subscriptionEdit{}, err // moved away since the subscription was read
		}
		if err := next.Chain[0].CheckReady(); err != nil {
			return subscriptionEdit{}, err
		}
		oldShown := found.Subscription.Plan
		found.Plan, found.Chain = next.Plan, next.Chain
		if servicePlan == plan.Custom && own == nil {
			own = &before // to keep what it has, detached from the plan
		}
		if err := of.setPlan(*found, servicePlan, own); err != nil {
			return subscriptionEdit{}, err
		}
		after := of.EffectiveResources(found.Plan)
		most := after.Allotment(resource.Websites)
		if most != resource.Unlimited && of.Websites > most {
			return subscriptionEdit{}, fault.New(fault.LimitExceeded, "The limit does not allow this. %s: requested %d, available %d.", resource.Websites, of.Websites, most)
		}
		made := subscriptionEdit{event: event.SubscriptionChanged, changes: []account.FieldChange{{Field: "servicePlan", Old: oldShown, New: of.Plan}}}
		if most != resource.Unlimited {
			made.maxWebsites = &most
		}
		demand := resource.DemandOf(after, 1).Plus(resource.DemandOf(before, -1))
		if made.change.Limits, err = s.reserve(ctx, found.Chain, demand); err != nil {
			return subscriptionEdit{}, err
		}
		made.change.Plans = mergeUses(gone, of.planUse(found.Plan, 1))
		made.change.Customer = CustomerChange{Expected: &next.Chain[0], Ready: true}
		return made, nil
	})
}

// mergeUses brings together what changes on one and the same plan: a transaction touches an item once. The plan must be the
// same still if either was judged by it.
func mergeUses(uses ...*PlanUse) []PlanUse {
	var merged []PlanUse
	for _, use := range uses {
		if use == nil {
			continue
		}
		at := slices.IndexFunc(merged, func(other PlanUse) bool { return other.ID == use.ID })
		if at < 0 {
			merged = append(merged, *use)
			continue
		}
		merged[at].Uses += use.Uses
		merged[at].Synced += use.Synced
		if merged[at].Version == nil {
			merged[at].Version = use.Version
		}
	}
	return merged
}

// Suspend places the caller's hold on a subscription. Where the caller's hold is there already, it says from now on what
// the caller says; to say the same again changes nothing. Errors: InvalidRequest, NotFound, Forbidden, VersionMismatch.
func (s Subscriptions) Suspend(ctx context.Context, caller access.Caller, meta request.Metadata, id string, input account.HoldInput) (SubscriptionView, error) {
	return s.update(ctx, caller, meta, id, func(found *SubscriptionContext, now time.Time) (subscriptionEdit, error) {
		if err := input.Validate(now); err != nil {
			return subscriptionEdit{}, err
		}
		of, customer := found.Subscription, &found.Chain[0]
		heldBefore := of.HeldAt(customer)
		sequence := &Sequence{Before: customer.HoldSequence, After: customer.HoldSequence + 1}
		hold := input.Hold(&caller.Account, now)
		hold.Sequence = sequence.After // also when it replaces another, so that an earlier activation of the customer does not void it
		holds, changes := of.Holds.WithoutVoid(customer.LiftMarks).Place(hold, now)
		of.Holds = holds
		return subscriptionEdit{
			event: event.SubscriptionSuspended, changes: changes,
			change: HostingChange{Customer: CustomerChange{Sequence: sequence, Held: heldDifference(heldBefore, of.HeldAt(customer))}},
		}, nil
	})
}

// moved is how the customer's counts of held subscriptions change when one goes from one level to another.
func heldDifference(from, to account.Level) map[account.Level]int64 {
	if from == to {
		return nil
	}
	held := map[account.Level]int64{}
	if from != "" {
		held[from]--
	}
	if to != "" {
		held[to]++
	}
	return held
}

// Activate lifts the holds on a subscription that the caller may lift. Errors: HeldByHigherLevel when all were placed above it
// or the subscription has expired; NotFound; Forbidden; VersionMismatch.
func (s Subscriptions) Activate(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (SubscriptionView, error) {
	level, _ := account.LevelOf(caller.Account.Kind)
	return s.update(ctx, caller, meta, id, func(found *SubscriptionContext, now time.Time) (subscriptionEdit, error) {
		of, customer := found.Subscription, &found.Chain[0]
		heldBefore := of.HeldAt(customer)
		remaining, lifted := of.Holds.WithoutVoid(customer.LiftMarks).Lift(level, now)
		of.Holds = remaining
		if len(lifted) == 0 {
			if of.OwnHolds(customer, now).Status(now) == account.Suspended {
				return subscriptionEdit{}, fault.New(fault.HeldByHigherLevel, "This subscription was suspended at a higher level, or has expired. Ask your provider to activate it.")
			}
			return subscriptionEdit{}, nil
		}
		of.LiftedAt = &now
		sequence := &Sequence{Before: customer.HoldSequence, After: customer.HoldSequence + 1}
		return subscriptionEdit{
			event: event.SubscriptionActivated, changes: lifted.Removals(),
			change: HostingChange{Customer: CustomerChange{Sequence: sequence, Held: heldDifference(heldBefore, of.HeldAt(customer))}},
		}, nil
	})
}
