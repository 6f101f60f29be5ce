package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
	"tenantry/shared/transfer"
)

// transferOf returns the transaction that moves or converts an account.
func (f *fixture) transferOf(a account.Account, name event.Name, change func(a *account.Account)) transfer.Transaction {
	c := f.change(a, change)
	c.Event.Name = name
	return transfer.Transaction{
		Account: &edit.AccountChange{Before: c.Before, After: c.After, Event: c.Event, Token: f.id("try-")},
	}
}

func (f *fixture) moveOf(a account.Account, newOwner account.ID) transfer.Transaction {
	return f.transferOf(a, event.CustomerMoved, func(a *account.Account) { a.ChangeOwner(newOwner, "") })
}

// movedSubscriptions returns the changes of subscriptions that move with their customer.
func movedSubscriptions(all []hosting.Subscription, operation string) (changes []hosting.SubscriptionChange) {
	for i := range all {
		after := all[i]
		after.Plan, after.Link, after.Transfer = "", hosting.CustomLink, operation
		after.Resources = resource.Set{Permissions: map[string]bool{"manage_dns": true}}
		after.Version++
		changes = append(changes, hosting.SubscriptionChange{Before: &all[i], After: &after})
	}
	return changes
}

func (f *fixture) readPlan(t reporter, id plan.ID) plan.Plan {
	t.Helper()
	found, _, err := f.ReadPlan(f.ctx, id, idempotency.Key{})
	expectNoError(t, err)
	return *found
}

func (f *fixture) readUsage(t reporter, reseller account.ID) resource.Usage {
	t.Helper()
	found, err := f.ReadReseller(f.ctx, reseller)
	expectNoError(t, err)
	return found.Used
}

// createCustomerOnPlan creates a customer of a reseller with two subscriptions on a plan, and another reseller.
func (f *fixture) createCustomerOnPlan(
	t reporter,
) (customer account.Account, all []hosting.Subscription, service plan.Plan, from, to account.Account) {
	t.Helper()
	from, to = f.createReseller(t, "from"), f.createReseller(t, "to")
	c := f.accountCreation(account.Customer, from.ID, "ada")
	c.Account.ExternalID = "4711"
	c.Limits = f.reserve(t, from.ID, resource.Demand{Customers: 1})
	expectNoError(t, f.Create(f.ctx, c))
	customer = c.Account
	service = f.createServicePlan(t, from.ID, map[string]int64{"disk_space": 5})
	all, _ = f.createHosting(t, &customer, &service, from.ID, 2)
	found, err := f.ReadAccount(f.ctx, customer.ID)
	expectNoError(t, err)
	return *found, all, f.readPlan(t, service.ID), from, to
}

var transfers = map[string]func(*testing.T, *fixture){
	"a customer moves with its subscriptions in one transaction": func(t *testing.T, f *fixture) {
		a, all, service, from, to := f.createCustomerOnPlan(t)
		move := f.moveOf(a, to.ID)
		move.Subscriptions = movedSubscriptions(all, "op_1")
		move.Plans = []hosting.PlanUse{{ID: service.ID, Uses: -2, Synced: -2, Version: &service.Version}}
		before := f.readUsage(t, from.ID)
		back := resource.Demand{Customers: -1, Subscriptions: -2, Given: map[string]int64{"disk_space": -10}}
		demand := resource.Demand{Customers: 1, Subscriptions: 2, Given: map[string]int64{"disk_space": 10}}
		move.Limits = []*plan.Reservation{f.reserve(t, to.ID, demand), f.reserve(t, from.ID, back)}
		for range 2 { // the second time, the event exists
			expectNoError(t, f.WriteTransfer(f.ctx, move))
			f.expectStored(t, move.Account.After)
			f.expectLoginOf(t, "ada", a.ID)
		}
		after := f.readUsage(t, from.ID)
		expectEqual(t, "customers of the old owner", after.Customers, before.Customers-1)
		expectEqual(t, "subscriptions of the old owner", after.Subscriptions, before.Subscriptions-2)
		expectEqual(t, "given by the new owner", f.readUsage(t, to.ID).Given["disk_space"], int64(10))
		f.expectCount(t, account.Customer, from.ID, 0)
		f.expectCount(t, account.Customer, to.ID, 1)
		f.expectCount(t, account.Customer, "", 1)
		f.expectList(t, directory.Selection{Kind: account.Customer, Owner: to.ID, Sort: directory.ByName}, a.ID)
		f.expectList(t, directory.Selection{Kind: account.Customer, Owner: from.ID, Sort: directory.ByName})
		for owner, want := range map[account.ID]account.ID{from.ID: "", to.ID: a.ID} {
			id, err := f.FindExternalID(f.ctx, owner, "4711")
			expectNoError(t, err)
			expectEqual(t, "external id", id, want)
		}
		expectEqual(t, "uses", f.readPlan(t, service.ID).Uses, int64(0))
		for i := range move.Subscriptions {
			found, err := f.ReadSubscription(f.ctx, all[i].ID, idempotency.Key{})
			expectNoError(t, err)
			expectEqual(t, "subscription", *found.Subscription, *move.Subscriptions[i].After)
			expectEqual(t, "host", found.Chain[1].ID, to.ID)
		}
	},
	"a customer is converted to a reseller": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		limits := account.ResellerLimits{
			Resources: resource.Set{Allotments: map[string]int64{"disk_space": 7}, Permissions: map[string]bool{}},
		}
		convert := f.transferOf(a, event.CustomerConverted, func(a *account.Account) { a.ConvertToReseller(limits) })
		convert.InitialUsage = &resource.Demand{
			Subscriptions: 2,
			Given:         map[string]int64{"disk_space": 7},
			Unlimited:     map[string]int64{"max_box": 2},
		}
		expectNoError(t, f.WriteTransfer(f.ctx, convert))
		f.expectStored(t, convert.Account.After)
		f.expectList(
			t,
			directory.Selection{Kind: account.Reseller, Owner: account.AdministratorOwner, Sort: directory.ByName},
			a.ID,
		)
		f.expectList(t, directory.Selection{Kind: account.Customer, Sort: directory.ByName})
		for owner, want := range map[account.ID]int64{"": 0, account.AdministratorOwner: 0} {
			f.expectCount(t, account.Customer, owner, want)
		}
		f.expectCount(t, account.Reseller, "", 1)
		reseller, err := f.ReadReseller(f.ctx, a.ID)
		expectNoError(t, err)
		expectEqual(t, "limits", reseller.Limits.Resources, limits.Resources)
		expectEqual(t, "subscriptions", reseller.Used.Subscriptions, int64(2))
		expectEqual(t, "given", reseller.Used.Given, map[string]int64{"disk_space": 7})
		expectEqual(t, "unlimited", reseller.Used.Unlimited, map[string]int64{"max_box": 2})
		customer := f.accountCreation(account.Customer, a.ID, "customer")
		customer.Limits = f.reserve(t, a.ID, resource.Demand{Customers: 1})
		expectNoError(t, f.Create(f.ctx, customer))
		f.expectCount(t, account.Customer, a.ID, 1)
	},
	"a pending transfer ends when all subscriptions have moved": func(t *testing.T, f *fixture) {
		a, all, service, _, to := f.createCustomerOnPlan(t)
		move := f.moveOf(a, to.ID)
		pending := transfer.PendingTransfer{
			Operation: "op_1",
			From:      a.Owner,
			To:        to.ID,
			Plan:      "spl_1",
			Total:     2,
			PlanResources: map[plan.ID]resource.Set{
				service.ID: {
					Allotments:   map[string]int64{"disk_space": 5},
					Permissions:  map[string]bool{"manage_dns": true},
					Applications: []string{"joomla"},
				},
			},
		}
		move.Starts = &pending
		expectNoError(t, f.WriteTransfer(f.ctx, move))
		expect := func() {
			t.Helper()
			found, stored, err := f.ReadTransfer(f.ctx, a.ID)
			expectNoError(t, err)
			expectEqual(t, "account", found.Owner, to.ID)
			expectEqual(t, "transfer", stored, &pending)
		}
		expect()
		end := f.transferOf(move.Account.After, event.TransferEnded, func(a *account.Account) { a.Lifecycle = account.Ready })
		end.Step = &transfer.Step{Account: a.ID, Operation: "op_1", Ends: true, From: pending.From}
		step := func(from int, operation string) transfer.Transaction {
			return transfer.Transaction{
				Step:          &transfer.Step{Account: a.ID, Operation: operation, Moved: 1},
				Subscriptions: movedSubscriptions(all[from:from+1], operation),
			}
		}
		expectFault(t, f.WriteTransfer(f.ctx, step(0, "op_2")), fault.VersionMismatch)
		expectFault(t, f.WriteTransfer(f.ctx, end), fault.VersionMismatch)
		expectNoError(t, f.WriteTransfer(f.ctx, step(0, "op_1")))
		expectFault(t, f.WriteTransfer(f.ctx, step(0, "op_1")), fault.VersionMismatch) // has moved already
		pending.Moved = 1
		expect()
		expectFault(t, f.WriteTransfer(f.ctx, end), fault.VersionMismatch)
		expectNoError(t, f.WriteTransfer(f.ctx, step(1, "op_1")))
		pending.Moved = 2
		expect()
		expectNoError(t, f.WriteTransfer(f.ctx, end))
		found, stored, err := f.ReadTransfer(f.ctx, a.ID)
		expectNoError(t, err)
		expectEqual(t, "transfer", stored, nil)
		expectEqual(t, "version", found.Version, end.Account.After.Version)
	},
	"the customer must be the expected one": func(t *testing.T, f *fixture) {
		a, _, _, _, to := f.createCustomerOnPlan(t)
		expected := a
		create := func() hosting.ObjectChange {
			creation := f.subscriptionCreation(&a, nil, f.id("x")+".example")
			creation.Customer.Expected = &expected
			return creation
		}
		expectNoError(t, f.WriteHosting(f.ctx, create()))
		found, err := f.ReadAccount(f.ctx, a.ID)
		expectNoError(t, err)
		expectNoError(t, f.WriteTransfer(f.ctx, f.moveOf(*found, to.ID)))
		expectFault(t, f.WriteHosting(f.ctx, create()), fault.VersionMismatch)
		expected.Owner = to.ID
		expectNoError(t, f.WriteHosting(f.ctx, create()))
		expected.Kind = account.Reseller
		expectFault(t, f.WriteHosting(f.ctx, create()), fault.VersionMismatch)
	},
}
