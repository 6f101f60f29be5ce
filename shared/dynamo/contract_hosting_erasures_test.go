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

// disk is what a subscription of the cases has.
var subscriptionDisk = resource.Set{Allotments: map[string]int64{"disk_space": 5}, Permissions: map[string]bool{}}

// hosts makes subscriptions of a customer, with a website each, and counts them with the reseller that hosts them.
func (f *fixture) createHosting(t reporter, a *account.Account, service *plan.Plan, host account.ID, number int) (all []hosting.Subscription, websites []hosting.Website) {
	t.Helper()
	for i := range number {
		writing := f.subscriptionCreation(a, service, fmt.Sprintf("%d.%s.example", i, a.Login))
		writing.Subscription.After.Resources = subscriptionDisk
		writing.Limits = f.reserveSubscriptions(t, host, 1)
		expectNoError(t, f.WriteHosting(f.ctx, writing))
		all, websites = append(all, *writing.Subscription.After), append(websites, *writing.Website.After)
	}
	return all, websites
}

// reserved asks a reseller for so many subscriptions more.
func (f *fixture) reserveSubscriptions(t reporter, host account.ID, more int64) *plan.Reservation {
	t.Helper()
	demand := resource.DemandOf(subscriptionDisk, more)
	demand.Subscriptions = more
	return f.reserve(t, host, demand)
}

func (f *fixture) reserve(t reporter, host account.ID, demand resource.Demand) *plan.Reservation {
	t.Helper()
	has, err := f.ReadReseller(f.ctx, host)
	expectNoError(t, err)
	limits, err := has.Reserve(host, demand)
	expectNoError(t, err)
	return limits
}

func idsOf(of []hosting.Subscription) []string {
	ids := make([]string, len(of))
	for i := range of {
		ids[i] = of[i].ID
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
	"whole subscriptions": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		p := f.createServicePlan(t, r.ID, nil)
		all, websites := f.createHosting(t, &a, &p, r.ID, 3)
		wipe := hosting.Erasure{
			Customer: a.ID, Subscriptions: all[:2], Websites: websites[:2], Plans: []hosting.PlanUse{{ID: p.ID, Uses: -2, Synced: -2, Version: &p.Version}},
			Limits: f.reserveSubscriptions(t, r.ID, -2),
		}
		expectNoError(t, f.EraseHosting(f.ctx, wipe))
		for range 2 {
			f.expectSubscriptions(t, idsOf(all), all[2:])
			left, err := f.ReadWebsites(f.ctx, []string{websites[0].ID, websites[1].ID, websites[2].ID})
			expectNoError(t, err)
			expectEqual(t, "websites", left, websites[2:])
			found, err := f.ReadForCreation(f.ctx, a.ID, p.ID, idempotency.Key{})
			expectNoError(t, err)
			expectEqual(t, "count", found.Chain[0].Subscriptions, int64(1))
			expectEqual(t, "uses", [2]int64{found.Plan.Uses, found.Plan.Synced}, [2]int64{1, 1})
			has, err := f.ReadReseller(f.ctx, r.ID)
			expectNoError(t, err)
			expectEqual(t, "disk space", has.Used.Given["disk_space"], int64(5))
			expectEqual(t, "unlimited sites", has.Used.Unlimited[resource.Websites], int64(1))
			expectEqual(t, "subscriptions", has.Used.Subscriptions, int64(1))
			expectFault(t, f.EraseHosting(f.ctx, wipe), fault.VersionMismatch) // it is done
		}
		trail, _, err := f.ListEvents(f.ctx, a.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "events", len(trail), 4) // none of the wipe
		b := f.createCustomer(t, r.ID, "bob")
		expectNoError(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&b, nil, all[0].Domain))) // the domain is free
	},
	"some websites of a subscription": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		made := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, made))
		of, websites := *made.Subscription.After, []hosting.Website{*made.Website.After}
		for _, domain := range []string{"b.example", "c.example"} {
			writing := f.websiteCreation(&a, &of, domain, 9)
			expectNoError(t, f.WriteHosting(f.ctx, writing))
			websites = append(websites, *writing.Website.After)
		}
		shrinking := hosting.Erasure{Customer: a.ID, KeptSubscription: of.ID, Websites: websites[:2]}
		expectNoError(t, f.EraseHosting(f.ctx, shrinking))
		expectFault(t, f.EraseHosting(f.ctx, shrinking), fault.VersionMismatch)
		shrunk := of
		shrunk.Websites = 1
		f.expectSubscriptions(t, []string{of.ID}, []hosting.Subscription{shrunk})
		stale := shrunk
		stale.Websites = 3
		whole := func(of hosting.Subscription) hosting.Erasure {
			return hosting.Erasure{Customer: a.ID, Subscriptions: []hosting.Subscription{of}, Websites: websites[2:]}
		}
		expectFault(t, f.EraseHosting(f.ctx, whole(stale)), fault.VersionMismatch)
		expectNoError(t, f.EraseHosting(f.ctx, whole(shrunk)))
		f.expectSubscriptions(t, []string{of.ID}, nil)
		expectFault(t, f.EraseHosting(f.ctx, hosting.Erasure{Customer: a.ID, KeptSubscription: of.ID}), fault.VersionMismatch)
	},
	"what has changed meanwhile": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		p := f.createServicePlan(t, r.ID, nil)
		all, websites := f.createHosting(t, &a, &p, r.ID, 2)
		for name, spoil := range map[string]func(*hosting.Erasure){
			"a subscription": func(wipe *hosting.Erasure) { wipe.Subscriptions[1].Version++ },
			"its websites":   func(wipe *hosting.Erasure) { wipe.Subscriptions[1].Websites++ },
			"a website":      func(wipe *hosting.Erasure) { wipe.Websites[1].Version++ },
			"a plan":         func(wipe *hosting.Erasure) { wipe.Plans[0].Version = new(p.Version + 1) },
		} {
			wipe := hosting.Erasure{
				Customer: a.ID, Subscriptions: slices.Clone(all), Websites: slices.Clone(websites),
				Plans: []hosting.PlanUse{{ID: p.ID, Uses: -2, Synced: -2, Version: &p.Version}}, Limits: f.reserveSubscriptions(t, r.ID, -2),
			}
			spoil(&wipe)
			if err := f.EraseHosting(f.ctx, wipe); !fault.Is(err, fault.VersionMismatch) {
				t.Errorf("%s: error = %v, want version-mismatch", name, err)
			}
			f.expectSubscriptions(t, idsOf(all), all)
			has, err := f.ReadReseller(f.ctx, r.ID)
			expectNoError(t, err)
			expectEqual(t, "subscriptions", has.Used.Subscriptions, int64(2))
		}
	},
	"many are read in the order of the question": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		var all []hosting.Subscription
		var ids []string
		for i := range 110 { // more than one read takes
			if i%10 == 0 {
				made := f.subscriptionCreation(&a, nil, fmt.Sprintf("%d.example", i))
				expectNoError(t, f.WriteHosting(f.ctx, made))
				all, ids = append(all, *made.Subscription.After), append(ids, made.Subscription.After.ID)
			}
			ids = append(ids, f.id(hosting.SubscriptionPrefix))
		}
		slices.Reverse(ids)
		slices.Reverse(all)
		f.expectSubscriptions(t, ids, all)
	},
}
