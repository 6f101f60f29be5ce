package dynamo_test

import (
	"fmt"
	"slices"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// subscriptionCreation returns the creation of a subscription with its first website.
func (f *fixture) subscriptionCreation(
	customer *account.Account,
	service *plan.Plan,
	domain string,
) hosting.ObjectChange {
	s := &hosting.Subscription{
		ID: f.id(
			hosting.SubscriptionPrefix,
		),
		Customer:  customer.ID,
		Domain:    domain,
		Link:      hosting.CustomLink,
		Websites:  1,
		CreatedAt: f.now(),
		Version:   1,
		Resources: resource.Set{Permissions: map[string]bool{}},
	}
	creation := hosting.ObjectChange{
		Subscription: &hosting.SubscriptionChange{After: s},
		Website:      &hosting.WebsiteChange{After: f.newWebsite(s, domain)},
		Customer: hosting.CustomerChange{
			ID:    customer.ID,
			Total: 1,
			Ready: true,
		},
		Event: f.event(event.SubscriptionCreated, customer),
	}
	if service != nil {
		s.Plan, s.Link = service.ID, hosting.Synced
		creation.Plans = []hosting.PlanUse{{ID: service.ID, Uses: 1, Synced: 1, Version: &service.Version}}
	}
	return creation
}

func (f *fixture) newWebsite(s *hosting.Subscription, domain string) *hosting.Website {
	registrable, err := hosting.DomainRules{}.Registrable(domain)
	if err != nil {
		panic(err)
	}
	return &hosting.Website{
		ID: f.id(hosting.WebsitePrefix), Subscription: s.ID, Customer: s.Customer, Domain: domain,
		Registrable: registrable, CreatedAt: f.now(), Version: 1,
	}
}

// websiteCreation returns the creation of another website of a subscription.
func (f *fixture) websiteCreation(
	customer *account.Account, s *hosting.Subscription, domain string, maxWebsites int64,
) hosting.ObjectChange {
	return hosting.ObjectChange{
		Website: &hosting.WebsiteChange{
			After: f.newWebsite(s, domain), MaxWebsites: &maxWebsites, SubscriptionVersion: s.Version,
		},
		Customer: hosting.CustomerChange{ID: customer.ID, Ready: true}, Event: f.event(event.WebsiteCreated, customer),
	}
}

var hostings = map[string]func(*testing.T, *fixture){
	"a subscription is created with its website": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		p := f.createServicePlan(t, r.ID, nil)
		creation := f.subscriptionCreation(&a, &p, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, creation))
		found, err := f.ReadSubscription(f.ctx, creation.Subscription.After.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "subscription", *found.Subscription, *creation.Subscription.After)
		expectEqual(t, "plan", found.Plan.ID, p.ID)
		expectEqual(t, "chain", len(found.Chain), 2)
		expectEqual(t, "count", found.Chain[0].Subscriptions, int64(1))
		site, _, err := f.ReadWebsite(f.ctx, creation.Website.After.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "website", *site, *creation.Website.After)
		site, subscription, chain, err := f.ReadDomain(f.ctx, "a.example")
		expectNoError(t, err)
		expectEqual(t, "website", *site, *creation.Website.After)
		expectEqual(t, "subscription", subscription.ID, creation.Subscription.After.ID)
		expectEqual(t, "chain", len(chain), 2)
		listed, more, err := f.ListSubscriptions(f.ctx, a.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "subscriptions", listed, []hosting.Subscription{*creation.Subscription.After})
		expectEqual(t, "more", more, false)
	},
	"one of two concurrent creations gets a domain": func(t *testing.T, f *fixture) {
		a, b := f.createCustomer(t, account.AdministratorOwner, "ada"), f.createCustomer(t, account.AdministratorOwner, "bob")
		errs := concurrently(2, func(i int) error {
			return f.WriteHosting(f.ctx, f.subscriptionCreation([]*account.Account{&a, &b}[i], nil, "a.example"))
		})
		expectEqual(t, "successful creations", countSuccesses(t, errs, fault.Conflict), 1)
	},
	"concurrent creations of websites stop at the limit": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		created := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, created))
		errs := concurrently(4, func(i int) error {
			return f.WriteHosting(f.ctx, f.websiteCreation(&a, created.Subscription.After, string(rune('b'+i))+".example", 3))
		})
		expectEqual(t, "websites within the limit", countSuccesses(t, errs, fault.LimitExceeded), 2)
		listed, more, err := f.ListWebsites(f.ctx, created.Subscription.After.ID, "", 2)
		expectNoError(t, err)
		expectEqual(t, "websites", len(listed), 2)
		expectEqual(t, "more", more, true)
	},
	"a new limit of websites is not below their number": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		created := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, created))
		before, maxWebsites := *created.Subscription.After, int64(1)
		expectNoError(t, f.WriteHosting(f.ctx, f.websiteCreation(&a, &before, "b.example", 9)))
		after := before
		after.Version++
		change := func(maxWebsites *int64) error {
			return f.WriteHosting(f.ctx, hosting.ObjectChange{
				Subscription: &hosting.SubscriptionChange{
					Before:      &before,
					After:       &after,
					MaxWebsites: maxWebsites,
				},
				Customer: hosting.CustomerChange{ID: a.ID},
				Event:    f.event(event.SubscriptionChanged, &a),
			})
		}
		expectFault(t, change(&maxWebsites), fault.VersionMismatch) // the subscription has two websites
		maxWebsites = 2
		expectNoError(t, change(&maxWebsites))
		expectFault(
			t,
			f.WriteHosting(f.ctx, f.websiteCreation(&a, &before, "c.example", 9)),
			fault.VersionMismatch,
		) // of the old version
		expectFault(t, f.WriteHosting(f.ctx, f.websiteCreation(&a, &after, "c.example", 2)), fault.LimitExceeded)
		expectNoError(t, f.WriteHosting(f.ctx, f.websiteCreation(&a, &after, "c.example", 3)))
	},
	"a customer that is being removed gets no subscription": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		a = f.mustChange(t, a, func(a *account.Account) { a.Lifecycle = account.Removing })
		expectFault(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, nil, "a.example")), fault.Busy)
		_, subscription, _, err := f.ReadDomain(f.ctx, "a.example")
		expectNoError(t, err)
		expectEqual(t, "subscription", subscription, nil)
	},
	"a missing or busy customer is reported before a changed owner": func(t *testing.T, f *fixture) {
		a := f.mustChange(
			t,
			f.createCustomer(t, account.AdministratorOwner, "ada"),
			func(a *account.Account) { a.Lifecycle = account.Moving },
		)
		creation, expected := f.subscriptionCreation(&a, nil, "a.example"), a
		expected.Owner = "res_1"
		creation.Customer.Expected = &expected
		expectFault(t, f.WriteHosting(f.ctx, creation), fault.Busy)
		creation.Customer.ID = account.ID(f.id(account.CustomerPrefix))
		expectFault(t, f.WriteHosting(f.ctx, creation), fault.NotFound)
	},
	"a hold raises the customer's hold sequence": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		created := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, created))
		hold := func(sequence int64) error {
			before, placed := *created.Subscription.After, f.hold()
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
		found, err := f.ReadSubscription(f.ctx, created.Subscription.After.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "sequence", found.Chain[0].HoldSequence, int64(1))
		expectEqual(t, "counts", found.Chain[0].SubscriptionCounts(), account.SubscriptionCounts{Total: 1, Active: 0})
		expectEqual(t, "hold", found.Subscription.Holds[0].Sequence, int64(1))
		// A change of the customer that was computed before the hold is rejected.
		expectFault(
			t,
			f.ChangeAccount(f.ctx, f.change(a, func(a *account.Account) { a.LiftBelow(account.AdministratorLevel) })),
			fault.VersionMismatch,
		)
	},
	"several websites are removed together": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		created := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, created))
		all, ids := []hosting.Website{*created.Website.After}, []string{created.Website.After.ID}
		for i := 1; i < 24; i++ {
			creation := f.websiteCreation(&a, created.Subscription.After, fmt.Sprintf("a%d.example", i), 100)
			expectNoError(t, f.WriteHosting(f.ctx, creation))
			all, ids = append(all, *creation.Website.After), append(ids, creation.Website.After.ID)
		}
		removal := func(websites []hosting.Website) hosting.WebsitesRemoval {
			r := hosting.WebsitesRemoval{Subscription: created.Subscription.After.ID, Customer: a.ID, Websites: websites}
			for range websites {
				r.Events = append(r.Events, f.event(event.WebsiteRemoved, &a))
			}
			return r
		}
		expectFault(t, f.RemoveWebsites(f.ctx, removal(all)), fault.NotFound) // the subscription is not being removed
		found, err := f.ReadSubscription(f.ctx, created.Subscription.After.ID, idempotency.Key{})
		expectNoError(t, err)
		f.startRemoval(t, &a, found.Subscription)
		stale := slices.Clone(all)
		stale[23].Version++
		expectFault(t, f.RemoveWebsites(f.ctx, removal(stale)), fault.VersionMismatch)
		existing, err := f.ReadWebsites(f.ctx, append(ids, f.id(hosting.WebsitePrefix)))
		expectNoError(t, err)
		expectEqual(t, "websites", existing, all)
		expectNoError(t, f.RemoveWebsites(f.ctx, removal(all)))
		expectFault(t, f.RemoveWebsites(f.ctx, removal(all[:1])), fault.VersionMismatch)
		existing, err = f.ReadWebsites(f.ctx, ids)
		expectNoError(t, err)
		expectEqual(t, "websites", len(existing), 0)
		found, err = f.ReadSubscription(f.ctx, created.Subscription.After.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "count", found.Subscription.Websites, int64(0))
		expectNoError(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, nil, "a23.example"))) // the domain is free
		trail, _, err := f.ListEvents(f.ctx, a.ID, "", 100)
		expectNoError(t, err)
		expectEqual(
			t,
			"events",
			len(slices.DeleteFunc(trail, func(e event.Event) bool { return e.Name != event.WebsiteRemoved })),
			24,
		)
	},
	"a subscription is removed after its websites": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		p := f.createServicePlan(t, account.AdministratorOwner, nil)
		created := f.subscriptionCreation(&a, &p, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, created))
		remove := hosting.ObjectChange{
			Subscription: &hosting.SubscriptionChange{
				Before: created.Subscription.After,
			},
			Customer: hosting.CustomerChange{ID: a.ID, Total: -1},
			Plans:    []hosting.PlanUse{{ID: p.ID, Uses: -1, Synced: -1}},
			Event:    f.event(event.SubscriptionRemoved, &a),
		}
		expectFault(t, f.WriteHosting(f.ctx, remove), fault.VersionMismatch) // it has a website
		removal := f.onlyWebsiteRemoval(&a, created)
		expectNoError(t, f.WriteHosting(f.ctx, removal))
		remove.Subscription.Before = removal.Subscription.After
		remove.Event = f.event(event.SubscriptionRemoved, &a)
		expectNoError(t, f.WriteHosting(f.ctx, remove))
		found, err := f.ReadForCreation(f.ctx, a.ID, p.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "count", found.Chain[0].Subscriptions, int64(0))
		expectEqual(t, "uses", found.Plan.Uses, int64(0))
		expectNoError(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, nil, "a.example"))) // the domain is free
	},
}
