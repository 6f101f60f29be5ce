package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// reserve adds a demand to the usage of a reseller. The limits must be the same as when the demand was checked. The
// usage may have changed, as long as the demand fits. A demand that only gives back always fits.
func (t *transaction) reserve(r *plan.Reservation) {
	t.changeUsage(r)
	if r.Basis.Plan != "" && r.Demand.Increases() {
		t.checkPlan(r.Basis.Plan, r.Basis.PlanVersion)
	}
}

// checkPlan adds the condition that a plan has the version.
func (t *transaction) checkPlan(id plan.ID, version int64) {
	t.check(planKey(id), atVersion(version), hasChanged)
}

// changeUsage adds a demand to the usage of a reseller. It does not check the reseller's plan.
func (t *transaction) changeUsage(r *plan.Reservation) {
	conditions := []condition{exists()}
	if r.Demand.Increases() {
		isOpen := attribute("closed").AttributeNotExists()
		conditions = append(conditions, counterEquals("limitsVersion", r.Basis.Version), isOpen)
	}
	change := count{
		key: usageKey(r.Reseller), changes: raiseRevision(usageCounters(r.Demand)), greatest: maxCounters(r),
		c: allOf(conditions...),
	}
	t.count(change, func(found item) error { return usageFailure(r, found) })
	if t.counters.sort != change.key.sort { // the usage of the first reseller, rather than a plan
		t.counters = change.key
	}
}

// usageFailure returns the error of a reservation whose condition has failed on the usage item.
func usageFailure(r *plan.Reservation, found item) error {
	if len(found) == 0 || found["closed"] != nil && r.Demand.Increases() {
		return unknownOwner(found)
	}
	var stored usageItem
	if attributevalue.UnmarshalMap(found, &stored) == nil && stored.LimitsVersion == r.Basis.Version {
		used := resource.Usage{
			Customers: stored.Customers, Subscriptions: stored.Subscriptions,
			Given: readCounters(found, givenCounterPrefix), Unlimited: readCounters(found, unlimitedCounterPrefix),
		}
		if err := r.Limits.Check(used, r.Demand); err != nil {
			return err
		}
	}
	return hasChanged(found)
}

// changePlanUse adds to the use counts of a plan. If the use names a version, the plan must have this version.
func (t *transaction) changePlanUse(use hosting.PlanUse) {
	c := exists()
	if use.Version != nil {
		c = c.And(atVersion(*use.Version))
	}
	change := count{key: planKey(use.ID), changes: map[string]int64{"uses": use.Uses, "synced": use.Synced}, c: c}
	if t.counters == (key{}) {
		t.counters = change.key
	}
	t.count(change, func(found item) error {
		if len(found) > 0 {
			return hasChanged(found)
		}
		pointer := "/servicePlan"
		if use.ID.IsReseller() {
			pointer = "/resellerPlan"
		}
		return fault.Invalid(fault.Field{Pointer: pointer, Code: "unknown-plan", Detail: "This plan no longer exists."})
	})
}
