package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
	"tenantry/shared/transfer"
)

// createResellerPlan creates a reseller plan.
func (f *fixture) createResellerPlan(t reporter) plan.Plan {
	t.Helper()
	p := plan.Plan{
		ID: plan.ID(
			f.id(plan.ResellerPrefix),
		),
		Owner:     account.AdministratorOwner,
		Name:      "plan",
		CreatedAt: f.now(),
		Version:   1,
		Resources: resource.Set{Allotments: map[string]int64{"disk_space": 100}, Permissions: map[string]bool{}},
	}
	expectNoError(
		t,
		f.WritePlan(
			f.ctx,
			plan.PlanChange{After: &p, Event: f.event(event.PlanCreated, &account.Account{ID: account.AdministratorOwner})},
		),
	)
	return p
}

// conversion returns the conversion of the customer to a reseller with limits.
func (e *hostedCustomer) conversion(t reporter, limits account.ResellerLimits) transfer.Transaction {
	t.Helper()
	initial := demandOf(0, 2)
	changes := assignPlan(e.all, &plan.Plan{})
	for i := range changes {
		changes[i].After.Link = hosting.CustomLink
	}
	return transfer.Transaction{
		Account: e.accountTransfer(e.customer, event.CustomerConverted, func(a *account.Account) {
			a.Kind, a.Owner, a.Limits = account.Reseller, account.AdministratorOwner, &limits
			a.SessionEpoch++
		}),
		Subscriptions: changes,
		Plans:         []hosting.PlanUse{{ID: e.from.ID, Uses: -2, Synced: -2, Version: &e.from.Version}},
		Limits:        []*plan.Reservation{e.reserve(t, e.old.ID, demandOf(-1, -2))}, InitialUsage: &initial,
	}
}

var conversions = map[string]func(*testing.T, *fixture){
	"a reseller's customer becomes a reseller": func(t *testing.T, f *fixture) {
		e := f.createHostedCustomer(t, "ada")
		limits := account.ResellerLimits{
			Resources: resource.Set{
				Allotments:  map[string]int64{"disk_space": 10, resource.Customers: 1},
				Permissions: map[string]bool{"manage_dns": true},
			},
		}
		conversion := e.conversion(t, limits)
		for range 2 {
			expectNoError(t, f.WriteTransfer(f.ctx, conversion))
			expectEqual(t, "converted", e.ownership(t), ownership{
				account:       conversion.Account.After,
				subscriptions: subscriptionsAfter(conversion.Subscriptions),
				hints:         []account.ID{e.customer.ID},
				external: [3]account.ID{
					"",
					"",
					e.customer.ID,
				},
				used:   [2]resource.Usage{usageOf(0, 0), usageOf(0, 0)},
				counts: [5]int64{0, 0, 0, 0, 3},
				events: 4,
			})
			f.expectList(
				t,
				directory.Selection{Kind: account.Reseller, Sort: directory.ByName},
				e.customer.ID,
				e.host.ID,
				e.old.ID,
			)
			f.expectList(
				t,
				directory.Selection{Kind: account.Reseller, Sort: directory.ByCreated},
				e.old.ID,
				e.host.ID,
				e.customer.ID,
			)
			reseller, err := f.ReadReseller(f.ctx, e.customer.ID)
			expectNoError(t, err)
			expectEqual(
				t,
				"reseller",
				reseller,
				plan.Reseller{Limits: resource.Limits{Resources: limits.Resources}, Used: usageOf(0, 2)},
			)
			conversion.Account.Token = f.id("try-")
		}
		for _, owner := range []account.ID{"", e.old.ID, account.AdministratorOwner} {
			e.expectOwnerList(t, account.Customer, owner)
		}
		bob := f.accountCreation(account.Customer, e.customer.ID, "bob")
		bob.Limits = f.reserve(t, e.customer.ID, resource.Demand{Customers: 1})
		cyd := f.accountCreation(account.Customer, e.customer.ID, "cyd")
		cyd.Limits = bob.Limits
		expectNoError(t, f.Create(f.ctx, bob))
		expectFault(t, f.Create(f.ctx, cyd), fault.LimitExceeded)
		e.expectOwnerList(t, account.Customer, e.customer.ID, bob.Account.ID)
		more := f.subscriptionCreation(&bob.Account, nil, "bob.example")
		more.Limits = &plan.Reservation{Reseller: e.customer.ID, Limits: bob.Limits.Limits, Demand: demandOf(0, 1)}
		expectFault(t, f.WriteHosting(f.ctx, more), fault.LimitExceeded) // its own subscriptions use its limits
		f.mustChange(
			t,
			f.readAccount(t, e.customer.ID),
			func(r *account.Account) { r.Limits = &account.ResellerLimits{Resources: resource.Everything()} },
		)
		more.Limits = f.reserveSubscriptions(t, e.customer.ID, 1)
		expectNoError(t, f.WriteHosting(f.ctx, more))
		reseller, err := f.ReadReseller(f.ctx, e.customer.ID)
		expectNoError(t, err)
		expectEqual(t, "used", reseller.Used, usageOf(1, 3))
	},
	"a conversion to the plan of the old owner": func(t *testing.T, f *fixture) {
		e := f.createHostedCustomer(t, "ada")
		p := f.createResellerPlan(t)
		f.mustChange(t, e.old, func(r *account.Account) { r.Limits = &account.ResellerLimits{Plan: string(p.ID)} })
		conversion := e.conversion(t, account.ResellerLimits{Plan: string(p.ID)})
		use := hosting.PlanUse{ID: p.ID, Uses: 1, Version: new(p.Version + 1)}
		conversion.Plans = append(conversion.Plans, use)
		before := e.ownership(t)
		expectFault(t, f.WriteTransfer(f.ctx, conversion), fault.VersionMismatch)
		expectEqual(t, "after the rejected conversion", e.ownership(t), before)
		conversion.Plans[1].Version = &p.Version
		expectNoError(t, f.WriteTransfer(f.ctx, conversion))
		found, _, err := f.ReadPlan(f.ctx, p.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "uses", found.Uses, int64(2))
		reseller, err := f.ReadReseller(f.ctx, e.customer.ID)
		expectNoError(t, err)
		expectEqual(t, "limits", reseller.Limits.Resources.Allotment("disk_space"), int64(100))
		expectEqual(t, "basis", reseller.Basis, plan.Basis{Plan: p.ID, PlanVersion: 1})
		// The new reseller may leave the plan.
		f.mustChange(
			t,
			f.readAccount(t, e.customer.ID),
			func(r *account.Account) { r.Limits = &account.ResellerLimits{Resources: resource.Everything()} },
		)
		found, _, err = f.ReadPlan(f.ctx, p.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "uses", found.Uses, int64(1))
	},
}
