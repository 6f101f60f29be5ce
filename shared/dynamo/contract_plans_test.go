package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// createServicePlan creates a service plan of an owner.
func (f *fixture) createServicePlan(t reporter, owner account.ID, allotments map[string]int64) plan.Plan {
	t.Helper()
	p := plan.Plan{
		ID:        plan.ID(f.id(plan.ServicePrefix)),
		Owner:     owner,
		Name:      "plan",
		CreatedAt: f.now(),
		Version:   1,
		Resources: resource.Set{
			Allotments:   allotments,
			Permissions:  map[string]bool{"manage_dns": true},
			Applications: []string{"joomla"},
		},
	}
	if err := f.WritePlan(
		f.ctx,
		plan.PlanChange{After: &p, Event: f.event(event.PlanCreated, &account.Account{ID: owner})},
	); err != nil {
		t.Fatalf("create a service plan: %v", err)
	}
	return p
}

var plans = map[string]func(*testing.T, *fixture){
	"a plan is created, changed and deleted": func(t *testing.T, f *fixture) {
		p := f.createServicePlan(t, account.AdministratorOwner, map[string]int64{"disk_space": 5})
		found, _, err := f.ReadPlan(f.ctx, p.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "plan", *found, p)
		after := p
		after.Name, after.Version = "renamed", 2
		newEvent := func(name event.Name) event.Event { return f.event(name, &account.Account{ID: p.Owner}) }
		expectNoError(t, f.WritePlan(f.ctx, plan.PlanChange{Before: &p, After: &after, Event: newEvent(event.PlanChanged)}))
		expectFault(
			t,
			f.WritePlan(f.ctx, plan.PlanChange{Before: &p, After: &after, Event: newEvent(event.PlanChanged)}),
			fault.VersionMismatch,
		)
		listed, more, err := f.ListPlans(f.ctx, account.AdministratorOwner, plan.ServicePrefix, "", 10)
		expectNoError(t, err)
		expectEqual(t, "plans", listed, []plan.Plan{after})
		expectEqual(t, "more", more, false)
		expectNoError(t, f.WritePlan(f.ctx, plan.PlanChange{Before: &after, Event: newEvent(event.PlanRemoved)}))
		found, _, err = f.ReadPlan(f.ctx, p.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "plan", found, nil)
	},
	"a plan in use is not deleted, and its changes depend on its use": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		p := f.createServicePlan(t, account.AdministratorOwner, nil)
		expectNoError(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, &p, "a.example")))
		removed := f.event(event.PlanRemoved, &account.Account{ID: p.Owner})
		expectFault(t, f.WritePlan(f.ctx, plan.PlanChange{Before: &p, Event: removed}), fault.Conflict)
		// A change that was computed before a subscription followed the plan is rejected.
		after := p
		after.Version = 2
		expectFault(
			t,
			f.WritePlan(
				f.ctx,
				plan.PlanChange{Before: &p, After: &after, Event: f.event(event.PlanChanged, &account.Account{ID: p.Owner})},
			),
			fault.VersionMismatch,
		)
		found, _, err := f.ReadPlan(f.ctx, p.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "uses", found.Uses, int64(1))
		expectEqual(t, "synced", found.Synced, int64(1))
		// A subscription that was computed from an older version of the plan is rejected.
		stale := p
		expectNoError(
			t,
			f.WritePlan(
				f.ctx,
				plan.PlanChange{
					Before: found,
					After:  new(withVersion(*found, 2)),
					Event:  f.event(event.PlanChanged, &account.Account{ID: p.Owner}),
				},
			),
		)
		expectFault(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, &stale, "b.example")), fault.VersionMismatch)
	},
}

func withVersion(p plan.Plan, version int64) plan.Plan {
	p.Version = version
	return p
}
