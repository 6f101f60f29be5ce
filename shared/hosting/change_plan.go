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

// subscriptionEdit is the result of an edit of a subscription, besides the subscription itself. Without changes,
// nothing is written.
type subscriptionEdit struct {
	event       event.Name
	changes     []account.FieldChange
	change      ObjectChange // without the subscription, the event and the record
	maxWebsites *int64       // the subscription must not have more
}

// update edits a subscription that the caller may change, and returns it as the caller sees it.
func (s Subscriptions) update(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string,
	change func(current *SubscriptionContext, now time.Time) (subscriptionEdit, error),
) (SubscriptionView, error) {
	read := func(ctx context.Context) (edit.Snapshot[SubscriptionContext], error) {
		current, err := s.find(ctx, caller, meta.Key, id)
		if err != nil || current.Record != nil {
			return edit.Snapshot[SubscriptionContext]{Record: current.Record}, err
		}
		snapshot := edit.Snapshot[SubscriptionContext]{
			Object: current, Version: current.Subscription.Version, Closed: current.Chain[0].CheckOpen(),
		}
		return snapshot, checkCanChangeHosting(caller, current.Chain)
	}
	return edit.Update(ctx, s.editor(), meta, read, func(
		current SubscriptionContext, now time.Time,
	) (edit.Outcome[SubscriptionView], error) {
		before := *current.Subscription
		result, err := change(&current, now)
		if err != nil {
			return edit.Outcome[SubscriptionView]{}, err
		}
		if len(result.changes) == 0 {
			return edit.Outcome[SubscriptionView]{
				Answer: viewSubscription(caller, &before, current.Chain, current.Plan, now),
			}, nil
		}
		customer := &current.Chain[0]
		current.Subscription.Version++
		current.Subscription.updateDueAt(now)
		c := result.change
		c.Subscription = &SubscriptionChange{
			Before: &before, After: current.Subscription, MaxWebsites: result.maxWebsites,
		}
		c.Customer.ID = before.Customer
		c.Event = newEvent(s.NewID, meta, caller.Account.ID, customer, result.event, id, now, result.changes...)
		return edit.Outcome[SubscriptionView]{
			Answer: viewSubscription(caller, current.Subscription, current.Chain, current.Plan, now), Write: s.write(c),
		}, nil
	})
}

// ChangePlan puts a subscription on another plan of the same owner, or on none. Without own resources it follows the
// plan. With them it is customised, and edits of the plan skip it. Errors: fault.NotFound, fault.Forbidden,
// fault.InvalidRequest, fault.LimitExceeded, fault.Busy, fault.VersionMismatch.
func (s Subscriptions) ChangePlan(
	ctx context.Context, caller access.Caller, meta request.Metadata, id, servicePlan string, own *resource.Set,
) (SubscriptionView, error) {
	return s.update(ctx, caller, meta, id, func(current *SubscriptionContext, _ time.Time) (subscriptionEdit, error) {
		subscription, oldPlan := current.Subscription, current.Plan
		before, oldUse := subscription.EffectiveResources(oldPlan), subscription.planUse(oldPlan, -1)
		next, err := s.Store.ReadForCreation(ctx, subscription.Customer, planID(servicePlan), idempotency.Key{})
		if err != nil {
			return subscriptionEdit{}, err
		}
		if err := checkCanChangeHosting(caller, next.Chain); err != nil {
			return subscriptionEdit{}, err // the customer has moved since the subscription was read
		}
		if err := next.Chain[0].CheckReady(); err != nil {
			return subscriptionEdit{}, err
		}
		oldPlanID := current.Subscription.Plan
		current.Plan, current.Chain = next.Plan, next.Chain
		if servicePlan == plan.Custom && own == nil {
			own = &before // keeps its resources, detached from the plan
		}
		if err := subscription.setPlan(*current, servicePlan, own); err != nil {
			return subscriptionEdit{}, err
		}
		after := subscription.EffectiveResources(current.Plan)
		limit := after.Allotment(resource.Websites)
		if limit != resource.Unlimited && subscription.Websites > limit {
			return subscriptionEdit{}, resource.Exceeded(resource.Websites, subscription.Websites, limit)
		}
		result := subscriptionEdit{
			event:   event.SubscriptionChanged,
			changes: []account.FieldChange{{Field: "servicePlan", Old: oldPlanID, New: subscription.Plan}},
		}
		if limit != resource.Unlimited {
			result.maxWebsites = &limit
		}
		demand := resource.DemandOf(after, 1).Plus(resource.DemandOf(before, -1))
		if result.change.Limits, err = s.reserve(ctx, current.Chain, demand); err != nil {
			return subscriptionEdit{}, err
		}
		result.change.Plans = mergeUses(oldUse, subscription.planUse(current.Plan, 1))
		result.change.Customer = CustomerChange{Expected: &next.Chain[0], Ready: true}
		return result, nil
	})
}

// mergeUses merges the uses of the same plan, because a transaction may write an item only once. The merged use keeps
// the condition on the plan's version.
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

// Suspend places the caller's hold on a subscription. If the caller's level holds it already, the caller's input
// replaces that hold; the same input changes nothing. Errors: fault.InvalidRequest, fault.NotFound, fault.Forbidden,
// fault.VersionMismatch.
func (s Subscriptions) Suspend(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string, input account.HoldInput,
) (SubscriptionView, error) {
	return s.update(ctx, caller, meta, id, func(current *SubscriptionContext, now time.Time) (subscriptionEdit, error) {
		if err := input.Validate(now); err != nil {
			return subscriptionEdit{}, err
		}
		subscription, customer := current.Subscription, &current.Chain[0]
		heldBefore := subscription.HeldAt(customer)
		sequence := nextSequence(customer)
		hold := input.Hold(&caller.Account, now)
		// A replaced hold gets a new sequence too, so that an earlier activation of the customer does not void it.
		hold.Sequence = sequence.After
		holds, changes := subscription.Holds.WithoutVoid(customer.LiftMarks).Place(hold, now)
		subscription.Holds = holds
		change := ObjectChange{Customer: CustomerChange{Sequence: sequence}}
		change.Customer.recount(heldBefore, subscription.HeldAt(customer))
		return subscriptionEdit{event: event.SubscriptionSuspended, changes: changes, change: change}, nil
	})
}

// nextSequence raises the customer's hold sequence. The write fails if another write has raised it.
func nextSequence(customer *account.Account) *Sequence {
	return &Sequence{Before: customer.HoldSequence, After: customer.HoldSequence + 1}
}

// Activate lifts the holds on a subscription that the caller may lift. Errors: fault.HeldByHigherLevel if all holds
// were placed above the caller or the subscription has expired; fault.NotFound; fault.Forbidden; fault.VersionMismatch.
func (s Subscriptions) Activate(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string,
) (SubscriptionView, error) {
	level, _ := account.LevelOf(caller.Account.Kind)
	return s.update(ctx, caller, meta, id, func(current *SubscriptionContext, now time.Time) (subscriptionEdit, error) {
		subscription, customer := current.Subscription, &current.Chain[0]
		heldBefore := subscription.HeldAt(customer)
		remaining, lifted := subscription.Holds.WithoutVoid(customer.LiftMarks).Lift(level, now)
		subscription.Holds = remaining
		if len(lifted) == 0 {
			if subscription.OwnHolds(customer, now).Status(now) == account.Suspended {
				return subscriptionEdit{}, fault.New(fault.HeldByHigherLevel,
					"This subscription was suspended at a higher level, or has expired. Ask your provider to activate it.")
			}
			return subscriptionEdit{}, nil
		}
		subscription.LiftedAt = &now
		change := ObjectChange{Customer: CustomerChange{Sequence: nextSequence(customer)}}
		change.Customer.recount(heldBefore, subscription.HeldAt(customer))
		return subscriptionEdit{event: event.SubscriptionActivated, changes: lifted.Removals(), change: change}, nil
	})
}
