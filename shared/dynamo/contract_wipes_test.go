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
var disk = resource.Set{Allotments: map[string]int64{"disk_space": 5}, Permissions: map[string]bool{}}

// hosts makes subscriptions of a customer, with a website each, and counts them with the reseller that hosts them.
func (w *world) hosts(
	t reporter,
	a *account.Account,
	service *plan.Plan,
	host account.ID,
	number int,
) (all []hosting.Subscription, websites []hosting.Website) {
	t.Helper()
	for i := range number {
		writing := w.subscribing(a, service, fmt.Sprintf("%d.%s.example", i, a.Login))
		writing.Subscription.After.Resources = disk
		writing.Limits = w.reserved(t, host, 1)
		succeeds(t, w.WriteHosting(w.ctx, writing))
		all, websites = append(all, *writing.Subscription.After), append(websites, *writing.Website.After)
	}
	return all, websites
}

// reserved asks a reseller for so many subscriptions more.
func (w *world) reserved(t reporter, host account.ID, more int64) *plan.Reservation {
	t.Helper()
	demand := resource.DemandOf(disk, more)
	demand.Subscriptions = more
	return w.demanded(t, host, demand)
}

func (w *world) demanded(t reporter, host account.ID, demand resource.Demand) *plan.Reservation {
	t.Helper()
	has, err := w.ReadReseller(w.ctx, host)
	succeeds(t, err)
	limits, err := has.Reserve(host, demand)
	succeeds(t, err)
	return limits
}

func idsOf(of []hosting.Subscription) []string {
	ids := make([]string, len(of))
	for i := range of {
		ids[i] = of[i].ID
	}
	return ids
}

func (w *world) subscriptionsAre(t reporter, ids []string, want []hosting.Subscription) {
	t.Helper()
	found, err := w.ReadSubscriptions(w.ctx, ids)
	succeeds(t, err)
	equal(t, "subscriptions", append([]hosting.Subscription{}, found...), append([]hosting.Subscription{}, want...))
}

var wipes = map[string]func(*testing.T, *world){
	"whole subscriptions": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		a := w.customer(t, r.ID, "ada")
		p := w.servicePlan(t, r.ID, nil)
		all, websites := w.hosts(t, &a, &p, r.ID, 3)
		wipe := hosting.Erasure{
			Customer:      a.ID,
			Subscriptions: all[:2],
			Websites:      websites[:2],
			Plans:         []hosting.PlanUse{{ID: p.ID, Uses: -2, Synced: -2, Version: &p.Version}},
			Limits:        w.reserved(t, r.ID, -2),
		}
		succeeds(t, w.EraseHosting(w.ctx, wipe))
		for range 2 {
			w.subscriptionsAre(t, idsOf(all), all[2:])
			left, err := w.ReadWebsites(w.ctx, []string{websites[0].ID, websites[1].ID, websites[2].ID})
			succeeds(t, err)
			equal(t, "websites", left, websites[2:])
			found, err := w.ReadForCreation(w.ctx, a.ID, p.ID, idempotency.Key{})
			succeeds(t, err)
			equal(t, "count", found.Chain[0].Subscriptions, int64(1))
			equal(t, "uses", [2]int64{found.Plan.Uses, found.Plan.Synced}, [2]int64{1, 1})
			has, err := w.ReadReseller(w.ctx, r.ID)
			succeeds(t, err)
			equal(t, "disk space", has.Used.Given["disk_space"], int64(5))
			equal(t, "unlimited sites", has.Used.Unlimited[resource.Websites], int64(1))
			equal(t, "subscriptions", has.Used.Subscriptions, int64(1))
			refused(t, w.EraseHosting(w.ctx, wipe), fault.VersionMismatch) // it is done
		}
		trail, _, err := w.ListEvents(w.ctx, a.ID, "", 10)
		succeeds(t, err)
		equal(t, "events", len(trail), 4) // none of the wipe
		b := w.customer(t, r.ID, "bob")
		succeeds(t, w.WriteHosting(w.ctx, w.subscribing(&b, nil, all[0].Domain))) // the domain is free
	},
	"some websites of a subscription": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		made := w.subscribing(&a, nil, "a.example")
		succeeds(t, w.WriteHosting(w.ctx, made))
		of, websites := *made.Subscription.After, []hosting.Website{*made.Website.After}
		for _, domain := range []string{"b.example", "c.example"} {
			writing := w.adding(&a, &of, domain, 9)
			succeeds(t, w.WriteHosting(w.ctx, writing))
			websites = append(websites, *writing.Website.After)
		}
		shrinking := hosting.Erasure{Customer: a.ID, KeptSubscription: of.ID, Websites: websites[:2]}
		succeeds(t, w.EraseHosting(w.ctx, shrinking))
		refused(t, w.EraseHosting(w.ctx, shrinking), fault.VersionMismatch)
		shrunk := of
		shrunk.Websites = 1
		w.subscriptionsAre(t, []string{of.ID}, []hosting.Subscription{shrunk})
		stale := shrunk
		stale.Websites = 3
		whole := func(of hosting.Subscription) hosting.Erasure {
			return hosting.Erasure{Customer: a.ID, Subscriptions: []hosting.Subscription{of}, Websites: websites[2:]}
		}
		refused(t, w.EraseHosting(w.ctx, whole(stale)), fault.VersionMismatch)
		succeeds(t, w.EraseHosting(w.ctx, whole(shrunk)))
		w.subscriptionsAre(t, []string{of.ID}, nil)
		refused(t, w.EraseHosting(w.ctx, hosting.Erasure{Customer: a.ID, KeptSubscription: of.ID}), fault.VersionMismatch)
	},
	"what has changed meanwhile": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		a := w.customer(t, r.ID, "ada")
		p := w.servicePlan(t, r.ID, nil)
		all, websites := w.hosts(t, &a, &p, r.ID, 2)
		for name, spoil := range map[string]func(*hosting.Erasure){
			"a subscription": func(wipe *hosting.Erasure) { wipe.Subscriptions[1].Version++ },
			"its websites":   func(wipe *hosting.Erasure) { wipe.Subscriptions[1].Websites++ },
			"a website":      func(wipe *hosting.Erasure) { wipe.Websites[1].Version++ },
			"a plan":         func(wipe *hosting.Erasure) { wipe.Plans[0].Version = new(p.Version + 1) },
		} {
			wipe := hosting.Erasure{
				Customer: a.ID, Subscriptions: slices.Clone(all), Websites: slices.Clone(websites),
				Plans: []hosting.PlanUse{{ID: p.ID, Uses: -2, Synced: -2, Version: &p.Version}}, Limits: w.reserved(t, r.ID, -2),
			}
			spoil(&wipe)
			if err := w.EraseHosting(w.ctx, wipe); !fault.Is(err, fault.VersionMismatch) {
				t.Errorf("%s: error = %v, want version-mismatch", name, err)
			}
			w.subscriptionsAre(t, idsOf(all), all)
			has, err := w.ReadReseller(w.ctx, r.ID)
			succeeds(t, err)
			equal(t, "subscriptions", has.Used.Subscriptions, int64(2))
		}
	},
	"many are read in the order of the question": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		var all []hosting.Subscription
		var ids []string
		for i := range 110 { // more than one read takes
			if i%10 == 0 {
				made := w.subscribing(&a, nil, fmt.Sprintf("%d.example", i))
				succeeds(t, w.WriteHosting(w.ctx, made))
				all, ids = append(all, *made.Subscription.After), append(ids, made.Subscription.After.ID)
			}
			ids = append(ids, w.id(hosting.SubscriptionPrefix))
		}
		slices.Reverse(ids)
		slices.Reverse(all)
		w.subscriptionsAre(t, ids, all)
	},
}
