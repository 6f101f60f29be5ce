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

// resellerPlan is a reseller plan that is there.
func (w *world) resellerPlan(t reporter) plan.Plan {
	t.Helper()
	p := plan.Plan{
		ID: plan.ID(
			w.id(plan.ResellerPrefix),
		),
		Owner:     account.AdministratorOwner,
		Name:      "plan",
		CreatedAt: w.now(),
		Version:   1,
		Resources: resource.Set{Allotments: map[string]int64{"disk_space": 100}, Permissions: map[string]bool{}},
	}
	succeeds(
		t,
		w.WritePlan(
			w.ctx,
			plan.PlanChange{After: &p, Event: w.event(event.PlanCreated, &account.Account{ID: account.AdministratorOwner})},
		),
	)
	return p
}

// conversion makes the customer a reseller that was given something.
func (e *estate) conversion(t reporter, given account.ResellerLimits) transfer.Transaction {
	t.Helper()
	founds := demandOf(0, 2)
	changes := onto(e.all, &plan.Plan{})
	for i := range changes {
		changes[i].After.Link = hosting.CustomLink
	}
	return transfer.Transaction{
		Account: e.takeover(e.customer, event.CustomerConverted, func(a *account.Account) {
			a.Kind, a.Owner, a.Limits = account.Reseller, account.AdministratorOwner, &given
			a.SessionEpoch++
		}),
		Subscriptions: changes,
		Plans:         []hosting.PlanUse{{ID: e.from.ID, Uses: -2, Synced: -2, Version: &e.from.Version}},
		Limits:        []*plan.Reservation{e.demanded(t, e.old.ID, demandOf(-1, -2))}, InitialUsage: &founds,
	}
}

var conversions = map[string]func(*testing.T, *world){
	"a reseller's customer becomes a reseller": func(t *testing.T, w *world) {
		e := w.estate(t, "ada")
		given := account.ResellerLimits{
			Resources: resource.Set{
				Allotments:  map[string]int64{"disk_space": 10, resource.Customers: 1},
				Permissions: map[string]bool{"manage_dns": true},
			},
		}
		writing := e.conversion(t, given)
		for range 2 {
			succeeds(t, w.WriteTransfer(w.ctx, writing))
			equal(t, "converted", e.owned(t), owned{
				account:       writing.Account.After,
				subscriptions: afterOf(writing.Subscriptions),
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
			w.lists(t, directory.Selection{Kind: account.Reseller, Sort: directory.ByName}, e.customer.ID, e.host.ID, e.old.ID)
			w.lists(
				t,
				directory.Selection{Kind: account.Reseller, Sort: directory.ByCreated},
				e.old.ID,
				e.host.ID,
				e.customer.ID,
			)
			has, err := w.ReadReseller(w.ctx, e.customer.ID)
			succeeds(t, err)
			equal(t, "reseller", has, plan.Reseller{Limits: resource.Limits{Resources: given.Resources}, Used: usageOf(0, 2)})
			writing.Account.Token = w.id("try-")
		}
		for _, owner := range []account.ID{"", e.old.ID, account.AdministratorOwner} {
			e.listed(t, account.Customer, owner)
		}
		bob := w.creation(account.Customer, e.customer.ID, "bob")
		bob.Limits = w.demanded(t, e.customer.ID, resource.Demand{Customers: 1})
		cyd := w.creation(account.Customer, e.customer.ID, "cyd")
		cyd.Limits = bob.Limits
		succeeds(t, w.Create(w.ctx, bob))
		refused(t, w.Create(w.ctx, cyd), fault.LimitExceeded)
		e.listed(t, account.Customer, e.customer.ID, bob.Account.ID)
		more := w.subscribing(&bob.Account, nil, "bob.example")
		more.Limits = &plan.Reservation{Reseller: e.customer.ID, Limits: bob.Limits.Limits, Demand: demandOf(0, 1)}
		refused(t, w.WriteHosting(w.ctx, more), fault.LimitExceeded) // its own subscriptions count
		w.mustChange(
			t,
			w.found(t, e.customer.ID),
			func(r *account.Account) { r.Limits = &account.ResellerLimits{Resources: resource.Everything()} },
		)
		more.Limits = w.reserved(t, e.customer.ID, 1)
		succeeds(t, w.WriteHosting(w.ctx, more))
		has, err := w.ReadReseller(w.ctx, e.customer.ID)
		succeeds(t, err)
		equal(t, "used", has.Used, usageOf(1, 3))
	},
	"on a plan that its reseller is on too": func(t *testing.T, w *world) {
		e := w.estate(t, "ada")
		p := w.resellerPlan(t)
		w.mustChange(t, e.old, func(r *account.Account) { r.Limits = &account.ResellerLimits{Plan: string(p.ID)} })
		writing := e.conversion(t, account.ResellerLimits{Plan: string(p.ID)})
		use := hosting.PlanUse{ID: p.ID, Uses: 1, Version: new(p.Version + 1)}
		writing.Plans = append(writing.Plans, use)
		before := e.owned(t)
		refused(t, w.WriteTransfer(w.ctx, writing), fault.VersionMismatch)
		equal(t, "refused", e.owned(t), before)
		writing.Plans[1].Version = &p.Version
		succeeds(t, w.WriteTransfer(w.ctx, writing))
		found, _, err := w.ReadPlan(w.ctx, p.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "uses", found.Uses, int64(2))
		has, err := w.ReadReseller(w.ctx, e.customer.ID)
		succeeds(t, err)
		equal(t, "limits", has.Limits.Resources.Allotment("disk_space"), int64(100))
		equal(t, "basis", has.Basis, plan.Basis{Plan: p.ID, PlanVersion: 1})
		// It may leave the plan as any reseller.
		w.mustChange(
			t,
			w.found(t, e.customer.ID),
			func(r *account.Account) { r.Limits = &account.ResellerLimits{Resources: resource.Everything()} },
		)
		found, _, err = w.ReadPlan(w.ctx, p.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "uses", found.Uses, int64(1))
	},
}
