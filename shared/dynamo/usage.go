package dynamo

import (
	"context"
	"errors"
	"maps"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// ReadReseller reads what a reseller may give and has given. Round trips: 1, and 1 more for a reseller on a plan.
func (s *Store) ReadReseller(ctx context.Context, id account.ID) (plan.Reseller, error) {
	found, err := s.ReadResellers(ctx, []account.ID{id})
	return found[id], err
}

// ReadResellers reads what resellers may give and have given. Round trips: 1, and 1 more when some are on plans.
func (s *Store) ReadResellers(ctx context.Context, ids []account.ID) (map[account.ID]plan.Reseller, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = usageKey(id)
	}
	found, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	resellers := map[account.ID]plan.Reseller{}
	var onPlans []key
	for i, id := range ids {
		r, err := readReseller(found[keys[i]])
		if err != nil {
			return nil, err
		}
		if resellers[id] = r; r.Basis.Plan != "" {
			onPlans = append(onPlans, planKey(r.Basis.Plan))
		}
	}
	if len(onPlans) == 0 {
		return resellers, nil
	}
	plans, err := s.getAll(ctx, consistent, onPlans...)
	if err != nil {
		return nil, err
	}
	for id, r := range resellers {
		of, err := readPlan(plans[planKey(r.Basis.Plan)])
		if err != nil {
			return nil, err
		}
		if of != nil {
			r.Limits, r.Basis.PlanVersion = resource.Limits{Resources: of.Resources, Oversell: of.Oversell}, of.Version
			resellers[id] = r
		}
	}
	return resellers, nil
}

// reserve takes a demand from what a reseller has left. The limits that it was judged by must be the same still; what was
// given meanwhile may have changed, as long as there is room. What only gives back fits always.
func (t *transaction) reserve(r *plan.Reservation) {
	t.draw(r)
	if r.Basis.Plan != "" && r.Demand.Increases() {
		t.limitedBy(r.Basis.Plan, r.Basis.PlanVersion)
	}
}

// limitedBy demands that the plan that limits were judged by is the same still.
func (t *transaction) limitedBy(id plan.ID, version int64) {
	condition, names, values := atVersion(version)
	t.demand(planKey(id), condition, names, values, changedMeanwhile)
}

// draw is a reservation but for the plan that its limits are of.
func (t *transaction) draw(r *plan.Reservation) {
	room := maxCounters(r)
	counted := counting(usageCounters(r.Demand))
	condition, names, values := exists, maps.Clone(pkName), item{}
	if r.Demand.Increases() {
		condition += " AND (#limits = :limits OR attribute_not_exists(#limits) AND :limits = :zero) AND attribute_not_exists(#closed)"
		names["#limits"], names["#closed"] = "limitsVersion", "closed"
		values[":limits"], values[":zero"] = number(r.Basis.Version), number(0)
	}
	for attribute, most := range room {
		condition += " AND (attribute_not_exists(#" + attribute + ") OR #" + attribute + " <= :room_" + attribute + ")"
		names["#"+attribute], values[":room_"+attribute] = attribute, number(most)
	}
	refused := func(old item) error {
		if len(old) == 0 || old["closed"] != nil && r.Demand.Increases() {
			return ownerGone(old)
		}
		used := resource.Usage{Given: readCounters(old, givenCounterPrefix), Unlimited: readCounters(old, unlimitedCounterPrefix)}
		var stored usageItem
		if attributevalue.UnmarshalMap(old, &stored) == nil && stored.LimitsVersion == r.Basis.Version {
			used.Customers, used.Subscriptions = stored.Customers, stored.Subscriptions
			if err := r.Limits.Check(used, r.Demand); err != nil {
				return err
			}
		}
		return changedMeanwhile(old)
	}
	if counted.expression == "" {
		t.demand(usageKey(r.Reseller), condition, names, values, refused)
	} else {
		t.update(usageKey(r.Reseller), counted.provided(condition, names, values), refused)
	}
}

// give changes what a reseller was given: the copy beside its usage, and the counts of the plans that it leaves and comes to.
func (t *transaction) give(of account.ID, before, after *account.ResellerLimits) {
	stored, err := attributevalue.Marshal(newResellerLimitsItem(after))
	t.err = errors.Join(t.err, err)
	limits := updateExpression{
		expression: "SET #limits = :limits ADD #version :one", names: map[string]string{"#limits": "limits", "#version": "limitsVersion"},
		values: item{":limits": stored, ":one": number(1)},
	}
	t.update(usageKey(of), limits.provided(exists, pkName, nil), ownerGone)
	left, came := "", after.Plan
	if before != nil {
		left = before.Plan
	}
	if left == came {
		return
	}
	for id, by := range map[string]int64{left: -1, came: 1} {
		if id != "" {
			t.planUse(hosting.PlanUse{ID: plan.ID(id), Uses: by})
		}
	}
}

// planUse counts what is on a plan. Where it was judged by the plan, the plan must be the same still; it stays untouched where only
// that is asked.
func (t *transaction) planUse(use hosting.PlanUse) {
	condition, names, values := exists, maps.Clone(pkName), item(nil)
	if use.Version != nil {
		condition += " AND #version = :before"
		names["#version"], values = "version", item{":before": number(*use.Version)}
	}
	refused := func(old item) error {
		if len(old) > 0 {
			return changedMeanwhile(old)
		}
		pointer := "/servicePlan"
		if use.ID.IsReseller() {
			pointer = "/resellerPlan"
		}
		return fault.Invalid(fault.Field{Pointer: pointer, Code: "unknown-plan", Detail: "This plan no longer exists."})
	}
	if use.Uses == 0 && use.Synced == 0 {
		t.demand(planKey(use.ID), condition, names, values, refused)
		return
	}
	counted := updateExpression{
		expression: "ADD #uses :uses, #synced :synced", names: map[string]string{"#uses": "uses", "#synced": "synced"},
		values: item{":uses": number(use.Uses), ":synced": number(use.Synced)},
	}
	t.update(planKey(use.ID), counted.provided(condition, names, values), refused)
}
