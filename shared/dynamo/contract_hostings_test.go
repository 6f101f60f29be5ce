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
		t.Fatalf("create a plan: %v", err)
	}
	return p
}

// subscribing is a subscription of a customer with its first website.
func (f *fixture) subscriptionCreation(of *account.Account, service *plan.Plan, domain string) hosting.ObjectChange {
	s := &hosting.Subscription{
		ID: f.id(
			hosting.SubscriptionPrefix,
		),
		Customer:  of.ID,
		Domain:    domain,
		Link:      hosting.CustomLink,
		Websites:  1,
		CreatedAt: f.now(),
		Version:   1,
		Resources: resource.Set{Permissions: map[string]bool{}},
	}
	writing := hosting.ObjectChange{
		Subscription: &hosting.SubscriptionChange{After: s}, Website: &hosting.WebsiteChange{After: f.newWebsite(s, domain)},
		Customer: hosting.CustomerChange{ID: of.ID, Total: 1, Ready: true}, Event: f.event(event.SubscriptionCreated, of),
	}
	if service != nil {
		s.Plan, s.Link = service.ID, hosting.Synced
		writing.Plans = []hosting.PlanUse{{ID: service.ID, Uses: 1, Synced: 1, Version: &service.Version}}
	}
	return writing
}

func (f *fixture) newWebsite(of *hosting.Subscription, domain string) *hosting.Website {
	return &hosting.Website{
		ID:           f.id(hosting.WebsitePrefix),
		Subscription: of.ID,
		Customer:     of.Customer,
		Domain:       domain,
		CreatedAt:    f.now(),
		Version:      1,
	}
}

// adding is another website of a subscription.
func (f *fixture) websiteCreation(
	of *account.Account,
	s *hosting.Subscription,
	domain string,
	most int64,
) hosting.ObjectChange {
	return hosting.ObjectChange{
		Website: &hosting.WebsiteChange{
			After:               f.newWebsite(s, domain),
			MaxWebsites:         &most,
			SubscriptionVersion: s.Version,
		},
		Customer: hosting.CustomerChange{ID: of.ID, Ready: true},
		Event:    f.event(event.WebsiteCreated, of),
	}
}

var plans = map[string]func(*testing.T, *fixture){
	"come, change and go": func(t *testing.T, f *fixture) {
		p := f.createServicePlan(t, account.AdministratorOwner, map[string]int64{"disk_space": 5})
		found, _, err := f.ReadPlan(f.ctx, p.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "plan", *found, p)
		after := p
		after.Name, after.Version = "renamed", 2
		happened := func(name event.Name) event.Event { return f.event(name, &account.Account{ID: p.Owner}) }
		expectNoError(t, f.WritePlan(f.ctx, plan.PlanChange{Before: &p, After: &after, Event: happened(event.PlanChanged)}))
		expectFault(
			t,
			f.WritePlan(f.ctx, plan.PlanChange{Before: &p, After: &after, Event: happened(event.PlanChanged)}),
			fault.VersionMismatch,
		)
		listed, more, err := f.ListPlans(f.ctx, account.AdministratorOwner, plan.ServicePrefix, "", 10)
		expectNoError(t, err)
		expectEqual(t, "plans", listed, []plan.Plan{after})
		expectEqual(t, "more", more, false)
		expectNoError(t, f.WritePlan(f.ctx, plan.PlanChange{Before: &after, Event: happened(event.PlanRemoved)}))
		found, _, err = f.ReadPlan(f.ctx, p.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "plan", found, nil)
	},
	"in use": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		p := f.createServicePlan(t, account.AdministratorOwner, nil)
		expectNoError(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, &p, "a.example")))
		happened := f.event(event.PlanRemoved, &account.Account{ID: p.Owner})
		expectFault(t, f.WritePlan(f.ctx, plan.PlanChange{Before: &p, Event: happened}), fault.Conflict)
		// An edit that was judged when nothing followed the plan is made anew.
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
		// A subscription that was judged by an older version of the plan is judged anew.
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

var hostings = map[string]func(*testing.T, *fixture){
	"a subscription with its website": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		p := f.createServicePlan(t, r.ID, nil)
		writing := f.subscriptionCreation(&a, &p, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, writing))
		found, err := f.ReadSubscription(f.ctx, writing.Subscription.After.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "subscription", *found.Subscription, *writing.Subscription.After)
		expectEqual(t, "plan", found.Plan.ID, p.ID)
		expectEqual(t, "chain", len(found.Chain), 2)
		expectEqual(t, "count", found.Chain[0].Subscriptions, int64(1))
		site, _, err := f.ReadWebsite(f.ctx, writing.Website.After.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "website", *site, *writing.Website.After)
		site, of, chain, err := f.ReadDomain(f.ctx, "a.example")
		expectNoError(t, err)
		expectEqual(t, "website", *site, *writing.Website.After)
		expectEqual(t, "subscription", of.ID, writing.Subscription.After.ID)
		expectEqual(t, "chain", len(chain), 2)
		listed, more, err := f.ListSubscriptions(f.ctx, a.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "subscriptions", listed, []hosting.Subscription{*writing.Subscription.After})
		expectEqual(t, "more", more, false)
	},
	"a domain has one website": func(t *testing.T, f *fixture) {
		a, b := f.createCustomer(t, account.AdministratorOwner, "ada"), f.createCustomer(t, account.AdministratorOwner, "bob")
		errs := make([]error, 2)
		var all sync.WaitGroup
		for i, of := range []*account.Account{&a, &b} {
			writing := f.subscriptionCreation(of, nil, "a.example")
			all.Go(func() { errs[i] = f.WriteHosting(f.ctx, writing) })
		}
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%v", errs)
		}
		for _, err := range errs {
			if err != nil {
				expectFault(t, err, fault.Conflict)
			}
		}
	},
	"websites up to the limit": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		made := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, made))
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			writing := f.websiteCreation(&a, made.Subscription.After, string(rune('b'+i))+".example", 3)
			all.Go(func() { errs[i] = f.WriteHosting(f.ctx, writing) })
		}
		all.Wait()
		fit := 0
		for _, err := range errs {
			if err == nil {
				fit++
			} else {
				expectFault(t, err, fault.LimitExceeded)
			}
		}
		expectEqual(t, "websites that fit", fit, 2)
		listed, more, err := f.ListWebsites(f.ctx, made.Subscription.After.ID, "", 2)
		expectNoError(t, err)
		expectEqual(t, "websites", len(listed), 2)
		expectEqual(t, "more", more, true)
	},
	"websites and their limit change at the same time": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		made := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, made))
		before, most := *made.Subscription.After, int64(1)
		expectNoError(t, f.WriteHosting(f.ctx, f.websiteCreation(&a, &before, "b.example", 9)))
		after := before
		after.Version++
		change := func(most *int64) error {
			return f.WriteHosting(f.ctx, hosting.ObjectChange{
				Subscription: &hosting.SubscriptionChange{
					Before:      &before,
					After:       &after,
					MaxWebsites: most,
				},
				Customer: hosting.CustomerChange{ID: a.ID},
				Event:    f.event(event.SubscriptionChanged, &a),
			})
		}
		expectFault(t, change(&most), fault.VersionMismatch) // it has two
		most = 2
		expectNoError(t, change(&most))
		expectFault(
			t,
			f.WriteHosting(f.ctx, f.websiteCreation(&a, &before, "c.example", 9)),
			fault.VersionMismatch,
		) // judged by what it was
		expectFault(t, f.WriteHosting(f.ctx, f.websiteCreation(&a, &after, "c.example", 2)), fault.LimitExceeded)
		expectNoError(t, f.WriteHosting(f.ctx, f.websiteCreation(&a, &after, "c.example", 3)))
	},
	"not of a customer that is going": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		a = f.mustChange(t, a, func(a *account.Account) { a.Lifecycle = account.Removing })
		expectFault(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, nil, "a.example")), fault.Busy)
		_, of, _, err := f.ReadDomain(f.ctx, "a.example")
		expectNoError(t, err)
		expectEqual(t, "subscription", of, nil)
	},
	"whose a customer is counts after whether it is": func(t *testing.T, f *fixture) {
		a := f.mustChange(
			t,
			f.createCustomer(t, account.AdministratorOwner, "ada"),
			func(a *account.Account) { a.Lifecycle = account.Moving },
		)
		writing, judged := f.subscriptionCreation(&a, nil, "a.example"), a
		judged.Owner = "res_1"
		writing.Customer.Expected = &judged
		expectFault(t, f.WriteHosting(f.ctx, writing), fault.Busy)
		writing.Customer.ID = account.ID(f.id(account.CustomerPrefix))
		expectFault(t, f.WriteHosting(f.ctx, writing), fault.NotFound)
	},
	"holds take the customer's sequence": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		made := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, made))
		hold := func(sequence int64) error {
			before, placed := *made.Subscription.After, f.hold()
			placed.Sequence = sequence + 1
			after := before
			after.Version, after.Holds = 2, account.Holds{placed}
			return f.WriteHosting(f.ctx, hosting.ObjectChange{
				Subscription: &hosting.SubscriptionChange{Before: &before, After: &after},
				Customer: hosting.CustomerChange{
					ID:       a.ID,
					Sequence: &hosting.Sequence{Before: sequence, After: sequence + 1},
					Held:     map[account.Level]int64{account.AdministratorLevel: 1},
				},
				Event: f.event(event.SubscriptionSuspended, &a),
			})
		}
		expectFault(t, hold(5), fault.VersionMismatch)
		expectNoError(t, hold(0))
		found, err := f.ReadSubscription(f.ctx, made.Subscription.After.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "sequence", found.Chain[0].HoldSequence, int64(1))
		expectEqual(t, "counts", found.Chain[0].SubscriptionCounts(), account.SubscriptionCounts{Total: 1, Active: 0})
		expectEqual(t, "hold", found.Subscription.Holds[0].Sequence, int64(1))
		// A change of the customer that was judged before is judged anew.
		expectFault(
			t,
			f.ChangeAccount(f.ctx, f.change(a, func(a *account.Account) { a.LiftBelow(account.AdministratorLevel) })),
			fault.VersionMismatch,
		)
	},
	"websites go together": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		made := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, made))
		all, ids := []hosting.Website{*made.Website.After}, []string{made.Website.After.ID}
		for i := 1; i < 25; i++ {
			writing := f.websiteCreation(&a, made.Subscription.After, fmt.Sprintf("a%d.example", i), 100)
			expectNoError(t, f.WriteHosting(f.ctx, writing))
			all, ids = append(all, *writing.Website.After), append(ids, writing.Website.After.ID)
		}
		removal := func(of []hosting.Website) hosting.WebsitesRemoval {
			r := hosting.WebsitesRemoval{Subscription: made.Subscription.After.ID, Customer: a.ID, Websites: of}
			for range of {
				r.Events = append(r.Events, f.event(event.WebsiteRemoved, &a))
			}
			return r
		}
		expectFault(t, f.RemoveWebsites(f.ctx, removal(all)), fault.NotFound) // the subscription stays
		found, err := f.ReadSubscription(f.ctx, made.Subscription.After.ID, idempotency.Key{})
		expectNoError(t, err)
		f.startRemoval(t, &a, found.Subscription)
		stale := slices.Clone(all)
		stale[24].Version++
		expectFault(t, f.RemoveWebsites(f.ctx, removal(stale)), fault.VersionMismatch)
		there, err := f.ReadWebsites(f.ctx, append(ids, f.id(hosting.WebsitePrefix)))
		expectNoError(t, err)
		expectEqual(t, "websites", there, all)
		expectNoError(t, f.RemoveWebsites(f.ctx, removal(all)))
		expectFault(t, f.RemoveWebsites(f.ctx, removal(all[:1])), fault.VersionMismatch)
		there, err = f.ReadWebsites(f.ctx, ids)
		expectNoError(t, err)
		expectEqual(t, "websites", len(there), 0)
		found, err = f.ReadSubscription(f.ctx, made.Subscription.After.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "count", found.Subscription.Websites, int64(0))
		expectNoError(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, nil, "a24.example"))) // the domain is free
		trail, _, err := f.ListEvents(f.ctx, a.ID, "", 100)
		expectNoError(t, err)
		expectEqual(
			t,
			"events",
			len(slices.DeleteFunc(trail, func(e event.Event) bool { return e.Name != event.WebsiteRemoved })),
			25,
		)
	},
	"go": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		p := f.createServicePlan(t, account.AdministratorOwner, nil)
		made := f.subscriptionCreation(&a, &p, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, made))
		remove := hosting.ObjectChange{
			Subscription: &hosting.SubscriptionChange{
				Before: made.Subscription.After,
			},
			Customer: hosting.CustomerChange{ID: a.ID, Total: -1},
			Plans:    []hosting.PlanUse{{ID: p.ID, Uses: -1, Synced: -1}},
			Event:    f.event(event.SubscriptionRemoved, &a),
		}
		expectFault(t, f.WriteHosting(f.ctx, remove), fault.VersionMismatch) // it has a website
		expectNoError(t, f.WriteHosting(f.ctx, hosting.ObjectChange{
			Website: &hosting.WebsiteChange{
				Before: made.Website.After,
			},
			Customer: hosting.CustomerChange{ID: a.ID},
			Event:    f.event(event.WebsiteRemoved, &a),
		}))
		remove.Event = f.event(event.SubscriptionRemoved, &a)
		expectNoError(t, f.WriteHosting(f.ctx, remove))
		found, err := f.ReadForCreation(f.ctx, a.ID, p.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "count", found.Chain[0].Subscriptions, int64(0))
		expectEqual(t, "uses", found.Plan.Uses, int64(0))
		expectNoError(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, nil, "a.example"))) // the domain is free
	},
}
