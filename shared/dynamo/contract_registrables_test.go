package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
)

// websiteRemoval returns the removal of a website.
func (f *fixture) websiteRemoval(customer *account.Account, w *hosting.Website) hosting.ObjectChange {
	return hosting.ObjectChange{
		Website:  &hosting.WebsiteChange{Before: w},
		Customer: hosting.CustomerChange{ID: customer.ID}, Event: f.event(event.WebsiteRemoved, customer),
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
		expectNoError(t, f.WriteHosting(f.ctx, f.websiteRemoval(&a, first.Website.After)))
		expectFault(t, f.WriteHosting(f.ctx, f.subscriptionCreation(&b, nil, "c.ours.example")), fault.Conflict)
		expectNoError(t, f.WriteHosting(f.ctx, f.websiteRemoval(&a, second.Website.After)))
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
		var created []*hosting.Website
		for i := range creations {
			if errs[i] == nil {
				created = append(created, creations[i].Website.After)
				expectEqual(t, "customer", created[len(created)-1].Customer, created[0].Customer)
			}
		}
		winner, loser := &a, &b
		if created[0].Customer == b.ID {
			winner, loser = &b, &a
		}
		for i := range created { // concurrent removals change the count, so their callers retry
			removal := f.websiteRemoval(winner, created[i])
			expectNoError(t, f.WriteHosting(f.ctx, removal))
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
