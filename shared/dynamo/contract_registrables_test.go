package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
)

// onlyWebsiteRemoval returns the removal of the only website of a created subscription.
func (f *fixture) onlyWebsiteRemoval(customer *account.Account, creation hosting.ObjectChange) hosting.ObjectChange {
	before := creation.Subscription.After
	after := *before
	after.Domain, after.Websites, after.Version = "", 0, before.Version+1
	return hosting.ObjectChange{
		Website:      &hosting.WebsiteChange{Before: creation.Website.After},
		Subscription: &hosting.SubscriptionChange{Before: before, After: &after},
		Customer:     hosting.CustomerChange{ID: customer.ID}, Event: f.event(event.WebsiteRemoved, customer),
	}
}

var registrables = map[string]func(*testing.T, *fixture){
	"one of two customers gets names of a registrable domain": func(t *testing.T, f *fixture) {
		a, b := f.createCustomer(t, account.AdministratorOwner, "ada"), f.createCustomer(t, account.AdministratorOwner, "bob")
		first := f.subscriptionCreation(&a, nil, "a.ours.example")
		expectNoError(t, f.WriteHosting(f.ctx, first))
		for _, domain := range []string{"ours.example", "b.ours.example", "b.a.ours.example"} {
			expectFault(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&b, nil, domain)), fault.Conflict)
		}
		second := f.subscriptionCreation(&a, nil, "b.ours.example")
		expectNoError(t, f.WriteHosting(f.ctx, second))
		expectNoError(t, f.WriteHosting(f.ctx, f.onlyWebsiteRemoval(&a, first)))
		expectFault(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&b, nil, "c.ours.example")), fault.Conflict)
		expectNoError(t, f.WriteHosting(f.ctx, f.onlyWebsiteRemoval(&a, second)))
		expectNoError(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&b, nil, "c.ours.example")))
		expectFault(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&a, nil, "a.ours.example")), fault.Conflict)
	},
	"concurrent creations share a registrable domain within one customer only": func(t *testing.T, f *fixture) {
		a, b := f.createCustomer(t, account.AdministratorOwner, "ada"), f.createCustomer(t, account.AdministratorOwner, "bob")
		creations := make([]hosting.ObjectChange, 6)
		for i := range creations {
			creations[i] = f.subscriptionCreation([]*account.Account{&a, &b}[i%2], nil, string(rune('a'+i))+".ours.example")
		}
		errs := concurrently(len(creations), func(i int) error { return f.WriteHosting(f.ctx, creations[i]) })
		expectEqual(t, "successful creations", countSuccesses(t, errs, fault.Conflict), 3)
		var created []hosting.ObjectChange
		for i := range creations {
			if errs[i] == nil {
				created = append(created, creations[i])
				expectEqual(t, "customer", creations[i].Customer.ID, created[0].Customer.ID)
			}
		}
		winner, loser := &a, &b
		if created[0].Customer.ID == b.ID {
			winner, loser = &b, &a
		}
		for i := range created {
			expectNoError(t, f.WriteHosting(f.ctx, f.onlyWebsiteRemoval(winner, created[i])))
			next := f.WriteHosting(f.ctx, f.subscriptionCreation(loser, nil, "z.ours.example"))
			if i < len(created)-1 {
				expectFault(t, next, fault.Conflict)
			} else {
				expectNoError(t, next)
			}
		}
	},
	"a registrable domain is free after an erasure": func(t *testing.T, f *fixture) {
		a, b := f.createCustomer(t, account.AdministratorOwner, "ada"), f.createCustomer(t, account.AdministratorOwner, "bob")
		all, websites := f.createHosting(t, &a, nil, account.AdministratorOwner, 3)
		erase := func(from, until int) error {
			return f.EraseHosting(f.ctx, hosting.Erasure{
				Customer: a.ID, Subscriptions: all[from:until], Websites: websites[from:until],
			})
		}
		expectNoError(t, erase(0, 2))
		expectFault(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&b, nil, "ada.example")), fault.Conflict)
		expectNoError(t, erase(2, 3))
		expectNoError(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&b, nil, "ada.example")))
	},
}
