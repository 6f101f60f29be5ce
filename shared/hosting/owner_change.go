package hosting

import (
	"tenantry/shared/fault"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// Handover is how the subscriptions of a customer come to another host: whose plans they are on, and whose limits they count
// against.
type OwnerChange struct {
	Operation     string                   // by which; each takes a subscription over once
	Plan          *plan.Plan               // of the new host, that they come to; nil where each keeps what it has
	KeptResources map[plan.ID]resource.Set // without Plan, what each plan gave at the time that counts; nil for now
}

// Passed tells whether a subscription has been taken over.
func (h OwnerChange) HasMoved(of *Subscription) bool { return of.Transfer == h.Operation }

// Keeps is what a subscription that is on a plan, nil for none, has with its new host. Errors: LimitExceeded when it has more
// websites than the plan that it comes to allows.
func (h OwnerChange) NewResources(of *Subscription, on *plan.Plan) (resource.Set, error) {
	if h.Plan != nil {
		most := h.Plan.Resources.Allotment(resource.Websites)
		if most != resource.Unlimited && of.Websites > most {
			return h.Plan.Resources, fault.New(fault.LimitExceeded, "The limit does not allow this. %s of %s: requested %d, available %d.", resource.Websites, DisplayDomain(of.Domain), of.Websites, most)
		}
		return h.Plan.Resources, nil
	}
	if kept, known := h.KeptResources[of.Plan]; known && of.Link == Synced {
		return kept, nil
	}
	return of.EffectiveResources(on), nil
}

// Handed is what a handover of some subscriptions writes where they come from.
type OwnerChangeResult struct {
	Subscriptions []SubscriptionChange
	Plans         []PlanUse       // of the old host
	Released      resource.Demand // to the old host, so less than nothing
}

// Take returns what is to be written of subscriptions, by the plans that they are on.
func (h OwnerChange) Apply(subscriptions []Subscription, plans map[plan.ID]*plan.Plan) (handed OwnerChangeResult) {
	for i := range subscriptions {
		before := &subscriptions[i]
		on := plans[before.Plan]
		after := *before
		after.Version++
		after.Transfer = h.Operation
		changed := SubscriptionChange{Before: before, After: &after}
		if h.Plan != nil {
			after.Plan, after.Link, after.Resources = h.Plan.ID, Synced, resource.Set{}
			if most := h.Plan.Resources.Allotment(resource.Websites); most != resource.Unlimited {
				changed.MaxWebsites = &most
			}
		} else {
			after.Resources, _ = h.NewResources(before, on) // without a plan there is no error
			after.Plan, after.Link = "", CustomLink
		}
		handed.Subscriptions = append(handed.Subscriptions, changed)
	}
	handed.Plans, handed.Released = releasedBy(subscriptions, plans)
	return handed
}

// left is what subscriptions that leave their host, or go, mean to their plans, and give back of what they had.
func releasedBy(subscriptions []Subscription, plans map[plan.ID]*plan.Plan) ([]PlanUse, resource.Demand) {
	var uses []*PlanUse
	returned := resource.Demand{}
	for i := range subscriptions {
		of := &subscriptions[i]
		uses = append(uses, of.planUse(plans[of.Plan], -1))
		returned = returned.Plus(DemandOf(of, plans[of.Plan], -1))
	}
	return mergeUses(uses...), returned
}

// DemandOf is what a subscription asks of its host, so many times.
func DemandOf(of *Subscription, on *plan.Plan, times int64) resource.Demand {
	demand := resource.DemandOf(of.EffectiveResources(on), times)
	demand.Subscriptions = times
	return demand
}
