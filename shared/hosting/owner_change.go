package hosting

import (
	"tenantry/shared/fault"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// OwnerChange moves the subscriptions of a customer to another owner: onto its plans, and against its limits.
type OwnerChange struct {
	Operation     string                   // its id; an operation moves a subscription once
	Plan          *plan.Plan               // the target plan; nil if subscriptions keep their resources
	KeptResources map[plan.ID]resource.Set // without Plan: the resources of the old plans at the start; nil for the present
}

// HasMoved reports whether the operation has moved a subscription.
func (c OwnerChange) HasMoved(subscription *Subscription) bool {
	return subscription.Transfer == c.Operation
}

// NewResources returns the resources of a subscription after the move. servicePlan is the subscription's present plan,
// or nil without one. It returns fault.LimitExceeded if the subscription has more websites than the target plan allows.
func (c OwnerChange) NewResources(subscription *Subscription, servicePlan *plan.Plan) (resource.Set, error) {
	if c.Plan != nil {
		limit := c.Plan.Resources.Allotment(resource.Websites)
		if limit != resource.Unlimited && subscription.Websites > limit {
			return c.Plan.Resources, fault.New(fault.LimitExceeded,
				"The limit does not allow this. %s of %s: requested %d, available %d.",
				resource.Websites, DisplayDomain(subscription.Domain), subscription.Websites, limit)
		}
		return c.Plan.Resources, nil
	}
	if kept, known := c.KeptResources[subscription.Plan]; known && subscription.Link == Synced {
		return kept, nil
	}
	return subscription.EffectiveResources(servicePlan), nil
}

// OwnerChangeResult is what a move of subscriptions writes on the side of the old owner.
type OwnerChangeResult struct {
	Subscriptions []SubscriptionChange
	Plans         []PlanUse       // uses of the old plans
	Released      resource.Demand // from the old owner's usage; negative
}

// Apply moves subscriptions and returns what to write. plans are the subscriptions' present plans.
func (c OwnerChange) Apply(subscriptions []Subscription, plans map[plan.ID]*plan.Plan) (result OwnerChangeResult) {
	for i := range subscriptions {
		before := &subscriptions[i]
		servicePlan := plans[before.Plan]
		after := *before
		after.Version++
		after.Transfer = c.Operation
		changed := SubscriptionChange{Before: before, After: &after}
		if c.Plan != nil {
			after.Plan, after.Link, after.Resources = c.Plan.ID, Synced, resource.Set{}
			if limit := c.Plan.Resources.Allotment(resource.Websites); limit != resource.Unlimited {
				changed.MaxWebsites = &limit
			}
		} else {
			after.Resources, _ = c.NewResources(before, servicePlan) // without a plan there is no error
			after.Plan, after.Link = "", CustomLink
		}
		result.Subscriptions = append(result.Subscriptions, changed)
	}
	result.Plans, result.Released = releasedBy(subscriptions, plans)
	return result
}

// releasedBy returns what subscriptions release when they leave their owner or are removed: their uses of plans, and
// their demand, which is negative.
func releasedBy(subscriptions []Subscription, plans map[plan.ID]*plan.Plan) ([]PlanUse, resource.Demand) {
	var uses []*PlanUse
	returned := resource.Demand{}
	for i := range subscriptions {
		subscription := &subscriptions[i]
		uses = append(uses, subscription.planUse(plans[subscription.Plan], -1))
		returned = returned.Plus(DemandOf(subscription, plans[subscription.Plan], -1))
	}
	return mergeUses(uses...), returned
}

// DemandOf returns what subscriptions like this one demand from their owner's limits. The count is negative to release.
func DemandOf(subscription *Subscription, servicePlan *plan.Plan, times int64) resource.Demand {
	demand := resource.DemandOf(subscription.EffectiveResources(servicePlan), times)
	demand.Subscriptions = times
	return demand
}
