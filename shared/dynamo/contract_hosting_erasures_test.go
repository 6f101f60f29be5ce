package dynamo_test

import (
	"fmt"
	"slices"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// subscriptionDisk has the resources of the subscriptions in these cases.
var subscriptionDisk = resource.Set{Allotments: map[string]int64{"disk_space": 5}, Permissions: map[string]bool{}}

// createHosting creates subscriptions of a customer with one website each. They use the limits of the reseller.
func (f *fixture) createHosting(
	t reporter, a *account.Account, service *plan.Plan, reseller account.ID, number int,
) (all []hosting.Subscription, websites []hosting.Website) {
	t.Helper()
	for i := range number {
		creation := f.subscriptionCreation(a, service, fmt.Sprintf("%d.%s.example", i, a.Login))
		creation.Subscription.After.Resources = subscriptionDisk
		if reseller != account.AdministratorOwner {
			creation.Limits = f.reserveSubscriptions(t, reseller, 1)
		}
		expectNoError(t, f.WriteHosting(f.ctx, creation))
		all, websites = append(all, *creation.Subscription.After), append(websites, *creation.Website.After)
	}
	return all, websites
}

// reserveSubscriptions reserves limits of a reseller for subscriptions. A negative number gives limits back.
func (f *fixture) reserveSubscriptions(t reporter, reseller account.ID, number int64) *plan.Reservation {
	t.Helper()
	demand := resource.DemandOf(subscriptionDisk, number)
	demand.Subscriptions = number
	return f.reserve(t, reseller, demand)
}

func (f *fixture) reserve(t reporter, reseller account.ID, demand resource.Demand) *plan.Reservation {
	t.Helper()
	r, err := f.ReadReseller(f.ctx, reseller)
	expectNoError(t, err)
	limits, err := r.Reserve(reseller, demand)
	expectNoError(t, err)
	return limits
}

func idsOf(subscriptions []hosting.Subscription) []string {
	ids := make([]string, len(subscriptions))
	for i := range subscriptions {
		ids[i] = subscriptions[i].ID
	}
	return ids
}

func (f *fixture) expectSubscriptions(t reporter, ids []string, want []hosting.Subscription) {
	t.Helper()
	found, err := f.ReadSubscriptions(f.ctx, ids)
	expectNoError(t, err)
	expectEqual(t, "subscriptions", append([]hosting.Subscription{}, found...), append([]hosting.Subscription{}, want...))
}

var hostingErasures = map[string]func(*testing.T, *fixture){
	"subscriptions are erased with their websites": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		p := f.createServicePlan(t, r.ID, nil)
		all, websites := f.createHosting(t, &a, &p, r.ID, 3)
		erasure := hosting.Erasure{
			Customer:      a.ID,
			Subscriptions: all[:2],
			Websites:      websites[:2],
			Plans:         []hosting.PlanUse{{ID: p.ID, Uses: -2, Synced: -2, Version: &p.Version}},
			Limits:        f.reserveSubscriptions(t, r.ID, -2),
		}
		expectNoError(t, f.EraseHosting(f.ctx, erasure))
		for range 2 {
			f.expectSubscriptions(t, idsOf(all), all[2:])
			remaining, err := f.ReadWebsites(f.ctx, []string{websites[0].ID, websites[1].ID, websites[2].ID})
			expectNoError(t, err)
			expectEqual(t, "websites", remaining, websites[2:])
			found, err := f.ReadForCreation(f.ctx, a.ID, p.ID, idempotency.Key{})
			expectNoError(t, err)
			expectEqual(t, "count", found.Chain[0].Subscriptions, int64(1))
			expectEqual(t, "uses", [2]int64{found.Plan.Uses, found.Plan.Synced}, [2]int64{1, 1})
			reseller, err := f.ReadReseller(f.ctx, r.ID)
			expectNoError(t, err)
			expectEqual(t, "disk space", reseller.Used.Given["disk_space"], int64(5))
			expectEqual(t, "unlimited sites", reseller.Used.Unlimited[resource.Websites], int64(1))
			expectEqual(t, "subscriptions", reseller.Used.Subscriptions, int64(1))
			expectFault(t, f.EraseHosting(f.ctx, erasure), fault.VersionMismatch) // the subscriptions are gone
		}
		trail, _, err := f.ListEvents(f.ctx, a.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "events", len(trail), 4)                                                 // no event of the erasure
		expectNoError(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, nil, all[0].Domain))) // the domain is free
	},
	"a subscription loses some websites": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		created := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, created))
		before, websites := *created.Subscription.After, []hosting.Website{*created.Website.After}
		for _, domain := range []string{"b.example", "c.example"} {
			creation := f.websiteCreation(&a, &before, domain, 9)
			expectNoError(t, f.WriteHosting(f.ctx, creation))
			websites = append(websites, *creation.Website.After)
		}
		partial := hosting.Erasure{Customer: a.ID, KeptSubscription: before.ID, Websites: websites[:2]}
		expectNoError(t, f.EraseHosting(f.ctx, partial))
		expectFault(t, f.EraseHosting(f.ctx, partial), fault.VersionMismatch)
		after := before
		after.Websites = 1
		f.expectSubscriptions(t, []string{before.ID}, []hosting.Subscription{after})
		stale := after
		stale.Websites = 3
		whole := func(s hosting.Subscription) hosting.Erasure {
			return hosting.Erasure{Customer: a.ID, Subscriptions: []hosting.Subscription{s}, Websites: websites[2:]}
		}
		expectFault(t, f.EraseHosting(f.ctx, whole(stale)), fault.VersionMismatch)
		expectNoError(t, f.EraseHosting(f.ctx, whole(after)))
		f.expectSubscriptions(t, []string{before.ID}, nil)
		expectFault(
			t,
			f.EraseHosting(f.ctx, hosting.Erasure{Customer: a.ID, KeptSubscription: before.ID}),
			fault.VersionMismatch,
		)
	},
	"an erasure of old versions is rejected": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		p := f.createServicePlan(t, r.ID, nil)
		all, websites := f.createHosting(t, &a, &p, r.ID, 2)
		for name, change := range map[string]func(*hosting.Erasure){
			"a subscription": func(erasure *hosting.Erasure) { erasure.Subscriptions[1].Version++ },
			"its websites":   func(erasure *hosting.Erasure) { erasure.Subscriptions[1].Websites++ },
			"a website":      func(erasure *hosting.Erasure) { erasure.Websites[1].Version++ },
			"a plan":         func(erasure *hosting.Erasure) { erasure.Plans[0].Version = new(p.Version + 1) },
		} {
			erasure := hosting.Erasure{
				Customer:      a.ID,
				Subscriptions: slices.Clone(all),
				Websites:      slices.Clone(websites),
				Plans: []hosting.PlanUse{
					{ID: p.ID, Uses: -2, Synced: -2, Version: &p.Version},
				},
				Limits: f.reserveSubscriptions(t, r.ID, -2),
			}
			change(&erasure)
			if err := f.EraseHosting(f.ctx, erasure); !fault.Is(err, fault.VersionMismatch) {
				t.Errorf("%s: error = %v, want version-mismatch", name, err)
			}
			f.expectSubscriptions(t, idsOf(all), all)
			reseller, err := f.ReadReseller(f.ctx, r.ID)
			expectNoError(t, err)
			expectEqual(t, "subscriptions", reseller.Used.Subscriptions, int64(2))
		}
	},
	"ReadSubscriptions returns the order of the ids": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		var all []hosting.Subscription
		var ids []string
		for i := range 110 { // more than one BatchGetItem reads
			if i%10 == 0 {
				created := f.subscriptionCreation(&a, nil, fmt.Sprintf("%d.example", i))
				expectNoError(t, f.WriteHosting(f.ctx, created))
				all, ids = append(all, *created.Subscription.After), append(ids, created.Subscription.After.ID)
			}
			ids = append(ids, f.id(hosting.SubscriptionPrefix))
		}
		slices.Reverse(ids)
		slices.Reverse(all)
		f.expectSubscriptions(t, ids, all)
	},
}
