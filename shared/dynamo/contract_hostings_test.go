package dynamo_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// servicePlan is a plan that is there.
func (w *world) servicePlan(t reporter, owner account.ID, allotments map[string]int64) plan.Plan {
	t.Helper()
	p := plan.Plan{
		ID: plan.ID(w.id(plan.ServicePrefix)), Owner: owner, Name: "plan", CreatedAt: w.now(), Version: 1,
		Resources: resource.Set{Allotments: allotments, Permissions: map[string]bool{"manage_dns": true}, Applications: []string{"joomla"}},
	}
	if err := w.WritePlan(w.ctx, plan.PlanChange{After: &p, Event: w.event(event.PlanCreated, &account.Account{ID: owner})}); err != nil {
		t.Fatalf("create a plan: %v", err)
	}
	return p
}

// subscribing is a subscription of a customer with its first website.
func (w *world) subscribing(of *account.Account, service *plan.Plan, domain string) hosting.ObjectChange {
	s := &hosting.Subscription{
		ID: w.id(hosting.SubscriptionPrefix), Customer: of.ID, Domain: domain, Link: hosting.CustomLink, Websites: 1, CreatedAt: w.now(), Version: 1,
		Resources: resource.Set{Permissions: map[string]bool{}},
	}
	writing := hosting.ObjectChange{
		Subscription: &hosting.SubscriptionChange{After: s}, Website: &hosting.WebsiteChange{After: w.site(s, domain)},
		Customer: hosting.CustomerChange{ID: of.ID, Total: 1, Ready: true}, Event: w.event(event.SubscriptionCreated, of),
	}
	if service != nil {
		s.Plan, s.Link = service.ID, hosting.Synced
		writing.Plans = []hosting.PlanUse{{ID: service.ID, Uses: 1, Synced: 1, Version: &service.Version}}
	}
	return writing
}

func (w *world) site(of *hosting.Subscription, domain string) *hosting.Website {
	return &hosting.Website{ID: w.id(hosting.WebsitePrefix), Subscription: of.ID, Customer: of.Customer, Domain: domain, CreatedAt: w.now(), Version: 1}
}

// adding is another website of a subscription.
func (w *world) adding(of *account.Account, s *hosting.Subscription, domain string, most int64) hosting.ObjectChange {
	return hosting.ObjectChange{
		Website: &hosting.WebsiteChange{After: w.site(s, domain), MaxWebsites: &most, SubscriptionVersion: s.Version}, Customer: hosting.CustomerChange{ID: of.ID, Ready: true},
		Event: w.event(event.WebsiteCreated, of),
	}
}

var plans = map[string]func(*testing.T, *world){
	"come, change and go": func(t *testing.T, w *world) {
		p := w.servicePlan(t, account.AdministratorOwner, map[string]int64{"disk_space": 5})
		found, _, err := w.ReadPlan(w.ctx, p.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "plan", *found, p)
		after := p
		after.Name, after.Version = "renamed", 2
		happened := func(name event.Name) event.Event { return w.event(name, &account.Account{ID: p.Owner}) }
		succeeds(t, w.WritePlan(w.ctx, plan.PlanChange{Before: &p, After: &after, Event: happened(event.PlanChanged)}))
		refused(t, w.WritePlan(w.ctx, plan.PlanChange{Before: &p, After: &after, Event: happened(event.PlanChanged)}), fault.VersionMismatch)
		listed, more, err := w.ListPlans(w.ctx, account.AdministratorOwner, plan.ServicePrefix, "", 10)
		succeeds(t, err)
		equal(t, "plans", listed, []plan.Plan{after})
		equal(t, "more", more, false)
		succeeds(t, w.WritePlan(w.ctx, plan.PlanChange{Before: &after, Event: happened(event.PlanRemoved)}))
		found, _, err = w.ReadPlan(w.ctx, p.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "plan", found, nil)
	},
	"in use": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		p := w.servicePlan(t, account.AdministratorOwner, nil)
		succeeds(t, w.WriteHosting(w.ctx, w.subscribing(&a, &p, "a.example")))
		happened := w.event(event.PlanRemoved, &account.Account{ID: p.Owner})
		refused(t, w.WritePlan(w.ctx, plan.PlanChange{Before: &p, Event: happened}), fault.Conflict)
		// An edit that was judged when nothing followed the plan is made anew.
		after := p
		after.Version = 2
		refused(t, w.WritePlan(w.ctx, plan.PlanChange{Before: &p, After: &after, Event: w.event(event.PlanChanged, &account.Account{ID: p.Owner})}), fault.VersionMismatch)
		found, _, err := w.ReadPlan(w.ctx, p.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "uses", found.Uses, int64(1))
		equal(t, "synced", found.Synced, int64(1))
		// A subscription that was judged by an older version of the plan is judged anew.
		stale := p
		succeeds(t, w.WritePlan(w.ctx, plan.PlanChange{Before: found, After: new(withVersion(*found, 2)), Event: w.event(event.PlanChanged, &account.Account{ID: p.Owner})}))
		refused(t, w.WriteHosting(w.ctx, w.subscribing(&a, &stale, "b.example")), fault.VersionMismatch)
	},
}

func withVersion(p plan.Plan, version int64) plan.Plan {
	p.Version = version
	return p
}

var hostings = map[string]func(*testing.T, *world){
	"a subscription with its website": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		a := w.customer(t, r.ID, "ada")
		p := w.servicePlan(t, r.ID, nil)
		writing := w.subscribing(&a, &p, "a.example")
		succeeds(t, w.WriteHosting(w.ctx, writing))
		found, err := w.ReadSubscription(w.ctx, writing.Subscription.After.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "subscription", *found.Subscription, *writing.Subscription.After)
		equal(t, "plan", found.Plan.ID, p.ID)
		equal(t, "chain", len(found.Chain), 2)
		equal(t, "count", found.Chain[0].Subscriptions, int64(1))
		site, _, err := w.ReadWebsite(w.ctx, writing.Website.After.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "website", *site, *writing.Website.After)
		site, of, chain, err := w.ReadDomain(w.ctx, "a.example")
		succeeds(t, err)
		equal(t, "website", *site, *writing.Website.After)
		equal(t, "subscription", of.ID, writing.Subscription.After.ID)
		equal(t, "chain", len(chain), 2)
		listed, more, err := w.ListSubscriptions(w.ctx, a.ID, "", 10)
		succeeds(t, err)
		equal(t, "subscriptions", listed, []hosting.Subscription{*writing.Subscription.After})
		equal(t, "more", more, false)
	},
	"a domain has one website": func(t *testing.T, w *world) {
		a, b := w.customer(t, account.AdministratorOwner, "ada"), w.customer(t, account.AdministratorOwner, "bob")
		errs := make([]error, 2)
		var all sync.WaitGroup
		for i, of := range []*account.Account{&a, &b} {
			writing := w.subscribing(of, nil, "a.example")
			all.Go(func() { errs[i] = w.WriteHosting(w.ctx, writing) })
		}
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%v", errs)
		}
		for _, err := range errs {
			if err != nil {
				refused(t, err, fault.Conflict)
			}
		}
	},
	"websites up to the limit": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		made := w.subscribing(&a, nil, "a.example")
		succeeds(t, w.WriteHosting(w.ctx, made))
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			writing := w.adding(&a, made.Subscription.After, string(rune('b'+i))+".example", 3)
			all.Go(func() { errs[i] = w.WriteHosting(w.ctx, writing) })
		}
		all.Wait()
		fit := 0
		for _, err := range errs {
			if err == nil {
				fit++
			} else {
				refused(t, err, fault.LimitExceeded)
			}
		}
		equal(t, "websites that fit", fit, 2)
		listed, more, err := w.ListWebsites(w.ctx, made.Subscription.After.ID, "", 2)
		succeeds(t, err)
		equal(t, "websites", len(listed), 2)
		equal(t, "more", more, true)
	},
	"websites and their limit change at the same time": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		made := w.subscribing(&a, nil, "a.example")
		succeeds(t, w.WriteHosting(w.ctx, made))
		before, most := *made.Subscription.After, int64(1)
		succeeds(t, w.WriteHosting(w.ctx, w.adding(&a, &before, "b.example", 9)))
		after := before
		after.Version++
		change := func(most *int64) error {
			return w.WriteHosting(w.ctx, hosting.ObjectChange{
				Subscription: &hosting.SubscriptionChange{Before: &before, After: &after, MaxWebsites: most}, Customer: hosting.CustomerChange{ID: a.ID},
				Event: w.event(event.SubscriptionChanged, &a),
			})
		}
		refused(t, change(&most), fault.VersionMismatch) // it has two
		most = 2
		succeeds(t, change(&most))
		refused(t, w.WriteHosting(w.ctx, w.adding(&a, &before, "c.example", 9)), fault.VersionMismatch) // judged by what it was
		refused(t, w.WriteHosting(w.ctx, w.adding(&a, &after, "c.example", 2)), fault.LimitExceeded)
		succeeds(t, w.WriteHosting(w.ctx, w.adding(&a, &after, "c.example", 3)))
	},
	"not of a customer that is going": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		a = w.mustChange(t, a, func(a *account.Account) { a.Lifecycle = account.Removing })
		refused(t, w.WriteHosting(w.ctx, w.subscribing(&a, nil, "a.example")), fault.Busy)
		_, of, _, err := w.ReadDomain(w.ctx, "a.example")
		succeeds(t, err)
		equal(t, "subscription", of, nil)
	},
	"whose a customer is counts after whether it is": func(t *testing.T, w *world) {
		a := w.mustChange(t, w.customer(t, account.AdministratorOwner, "ada"), func(a *account.Account) { a.Lifecycle = account.Moving })
		writing, judged := w.subscribing(&a, nil, "a.example"), a
		judged.Owner = "res_1"
		writing.Customer.Expected = &judged
		refused(t, w.WriteHosting(w.ctx, writing), fault.Busy)
		writing.Customer.ID = account.ID(w.id(account.CustomerPrefix))
		refused(t, w.WriteHosting(w.ctx, writing), fault.NotFound)
	},
	"holds take the customer's sequence": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		made := w.subscribing(&a, nil, "a.example")
		succeeds(t, w.WriteHosting(w.ctx, made))
		hold := func(sequence int64) error {
			before, placed := *made.Subscription.After, w.hold()
			placed.Sequence = sequence + 1
			after := before
			after.Version, after.Holds = 2, account.Holds{placed}
			return w.WriteHosting(w.ctx, hosting.ObjectChange{
				Subscription: &hosting.SubscriptionChange{Before: &before, After: &after},
				Customer: hosting.CustomerChange{
					ID: a.ID, Sequence: &hosting.Sequence{Before: sequence, After: sequence + 1}, Held: map[account.Level]int64{account.AdministratorLevel: 1},
				},
				Event: w.event(event.SubscriptionSuspended, &a),
			})
		}
		refused(t, hold(5), fault.VersionMismatch)
		succeeds(t, hold(0))
		found, err := w.ReadSubscription(w.ctx, made.Subscription.After.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "sequence", found.Chain[0].HoldSequence, int64(1))
		equal(t, "counts", found.Chain[0].SubscriptionCounts(), account.SubscriptionCounts{Total: 1, Active: 0})
		equal(t, "hold", found.Subscription.Holds[0].Sequence, int64(1))
		// A change of the customer that was judged before is judged anew.
		refused(t, w.ChangeAccount(w.ctx, w.change(a, func(a *account.Account) { a.LiftBelow(account.AdministratorLevel) })), fault.VersionMismatch)
	},
	"websites go together": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		made := w.subscribing(&a, nil, "a.example")
		succeeds(t, w.WriteHosting(w.ctx, made))
		all, ids := []hosting.Website{*made.Website.After}, []string{made.Website.After.ID}
		for i := 1; i < 25; i++ {
			writing := w.adding(&a, made.Subscription.After, fmt.Sprintf("a%d.example", i), 100)
			succeeds(t, w.WriteHosting(w.ctx, writing))
			all, ids = append(all, *writing.Website.After), append(ids, writing.Website.After.ID)
		}
		removal := func(of []hosting.Website) hosting.WebsitesRemoval {
			r := hosting.WebsitesRemoval{Subscription: made.Subscription.After.ID, Customer: a.ID, Websites: of}
			for range of {
				r.Events = append(r.Events, w.event(event.WebsiteRemoved, &a))
			}
			return r
		}
		refused(t, w.RemoveWebsites(w.ctx, removal(all)), fault.NotFound) // the subscription stays
		found, err := w.ReadSubscription(w.ctx, made.Subscription.After.ID, idempotency.Key{})
		succeeds(t, err)
		w.marked(t, &a, found.Subscription)
		stale := slices.Clone(all)
		stale[24].Version++
		refused(t, w.RemoveWebsites(w.ctx, removal(stale)), fault.VersionMismatch)
		there, err := w.ReadWebsites(w.ctx, append(ids, w.id(hosting.WebsitePrefix)))
		succeeds(t, err)
		equal(t, "websites", there, all)
		succeeds(t, w.RemoveWebsites(w.ctx, removal(all)))
		refused(t, w.RemoveWebsites(w.ctx, removal(all[:1])), fault.VersionMismatch)
		there, err = w.ReadWebsites(w.ctx, ids)
		succeeds(t, err)
		equal(t, "websites", len(there), 0)
		found, err = w.ReadSubscription(w.ctx, made.Subscription.After.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "count", found.Subscription.Websites, int64(0))
		succeeds(t, w.WriteHosting(w.ctx, w.subscribing(&a, nil, "a24.example"))) // the domain is free
		trail, _, err := w.ListEvents(w.ctx, a.ID, "", 100)
		succeeds(t, err)
		equal(t, "events", len(slices.DeleteFunc(trail, func(e event.Event) bool { return e.Name != event.WebsiteRemoved })), 25)
	},
	"go": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		p := w.servicePlan(t, account.AdministratorOwner, nil)
		made := w.subscribing(&a, &p, "a.example")
		succeeds(t, w.WriteHosting(w.ctx, made))
		remove := hosting.ObjectChange{
			Subscription: &hosting.SubscriptionChange{Before: made.Subscription.After}, Customer: hosting.CustomerChange{ID: a.ID, Total: -1},
			Plans: []hosting.PlanUse{{ID: p.ID, Uses: -1, Synced: -1}}, Event: w.event(event.SubscriptionRemoved, &a),
		}
		refused(t, w.WriteHosting(w.ctx, remove), fault.VersionMismatch) // it has a website
		succeeds(t, w.WriteHosting(w.ctx, hosting.ObjectChange{
			Website: &hosting.WebsiteChange{Before: made.Website.After}, Customer: hosting.CustomerChange{ID: a.ID}, Event: w.event(event.WebsiteRemoved, &a),
		}))
		remove.Event = w.event(event.SubscriptionRemoved, &a)
		succeeds(t, w.WriteHosting(w.ctx, remove))
		found, err := w.ReadForCreation(w.ctx, a.ID, p.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "count", found.Chain[0].Subscriptions, int64(0))
		equal(t, "uses", found.Plan.Uses, int64(0))
		succeeds(t, w.WriteHosting(w.ctx, w.subscribing(&a, nil, "a.example"))) // the domain is free
	},
}
