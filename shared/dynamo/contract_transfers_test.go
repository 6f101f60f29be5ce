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

// passing is an account that goes to another owner.
func (w *world) passing(a account.Account, name event.Name, change func(a *account.Account)) transfer.Transaction {
	c := w.change(a, change)
	c.Event.Name = name
	return transfer.Transaction{Account: &edit.AccountChange{Before: c.Before, After: c.After, Event: c.Event, Token: w.id("try-")}}
}

func (w *world) moving(a account.Account, to account.ID) transfer.Transaction {
	return w.passing(a, event.CustomerMoved, func(a *account.Account) { a.ChangeOwner(to, "") })
}

// following are subscriptions as they are before and after they have come to another host.
func following(all []hosting.Subscription, operation string) (changes []hosting.SubscriptionChange) {
	for i := range all {
		after := all[i]
		after.Plan, after.Link, after.Transfer = "", hosting.CustomLink, operation
		after.Resources = resource.Set{Permissions: map[string]bool{"manage_dns": true}}
		after.Version++
		changes = append(changes, hosting.SubscriptionChange{Before: &all[i], After: &after})
	}
	return changes
}

func (w *world) planned(t reporter, id plan.ID) plan.Plan {
	t.Helper()
	found, _, err := w.ReadPlan(w.ctx, id, idempotency.Key{})
	succeeds(t, err)
	return *found
}

func (w *world) used(t reporter, of account.ID) resource.Usage {
	t.Helper()
	found, err := w.ReadReseller(w.ctx, of)
	succeeds(t, err)
	return found.Used
}

// hosted is a customer of a reseller with two subscriptions on a plan of it, and another reseller.
func (w *world) hosted(t reporter) (customer account.Account, all []hosting.Subscription, service plan.Plan, from, to account.Account) {
	t.Helper()
	from, to = w.reseller(t, "from"), w.reseller(t, "to")
	c := w.creation(account.Customer, from.ID, "ada")
	c.Account.ExternalID = "4711"
	c.Limits = w.demanded(t, from.ID, resource.Demand{Customers: 1})
	succeeds(t, w.Create(w.ctx, c))
	customer = c.Account
	service = w.servicePlan(t, from.ID, map[string]int64{"disk_space": 5})
	all, _ = w.hosts(t, &customer, &service, from.ID, 2)
	found, err := w.ReadAccount(w.ctx, customer.ID)
	succeeds(t, err)
	return *found, all, w.planned(t, service.ID), from, to
}

var transfers = map[string]func(*testing.T, *world){
	"a customer moves with what it has": func(t *testing.T, w *world) {
		a, all, service, from, to := w.hosted(t)
		move := w.moving(a, to.ID)
		move.Subscriptions = following(all, "op_1")
		move.Plans = []hosting.PlanUse{{ID: service.ID, Uses: -2, Synced: -2, Version: &service.Version}}
		before := w.used(t, from.ID)
		back := resource.Demand{Customers: -1, Subscriptions: -2, Given: map[string]int64{"disk_space": -10}}
		asked := resource.Demand{Customers: 1, Subscriptions: 2, Given: map[string]int64{"disk_space": 10}}
		move.Limits = []*plan.Reservation{w.demanded(t, to.ID, asked), w.demanded(t, from.ID, back)}
		for range 2 { // once more is as once
			succeeds(t, w.WriteTransfer(w.ctx, move))
			w.stored(t, move.Account.After)
			w.belongs(t, "ada", a.ID)
		}
		after := w.used(t, from.ID)
		equal(t, "customers of the old owner", after.Customers, before.Customers-1)
		equal(t, "subscriptions of the old owner", after.Subscriptions, before.Subscriptions-2)
		equal(t, "given by the new owner", w.used(t, to.ID).Given["disk_space"], int64(10))
		w.counts(t, account.Customer, from.ID, 0)
		w.counts(t, account.Customer, to.ID, 1)
		w.counts(t, account.Customer, "", 1)
		w.lists(t, directory.Selection{Kind: account.Customer, Owner: to.ID, Sort: directory.ByName}, a.ID)
		w.lists(t, directory.Selection{Kind: account.Customer, Owner: from.ID, Sort: directory.ByName})
		for owner, want := range map[account.ID]account.ID{from.ID: "", to.ID: a.ID} {
			id, err := w.FindExternalID(w.ctx, owner, "4711")
			succeeds(t, err)
			equal(t, "external id", id, want)
		}
		equal(t, "uses", w.planned(t, service.ID).Uses, int64(0))
		for i := range move.Subscriptions {
			found, err := w.ReadSubscription(w.ctx, all[i].ID, idempotency.Key{})
			succeeds(t, err)
			equal(t, "subscription", *found.Subscription, *move.Subscriptions[i].After)
			equal(t, "host", found.Chain[1].ID, to.ID)
		}
	},
	"a customer becomes a reseller": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		given := account.ResellerLimits{Resources: resource.Set{Allotments: map[string]int64{"disk_space": 7}, Permissions: map[string]bool{}}}
		convert := w.passing(a, event.CustomerConverted, func(a *account.Account) { a.ConvertToReseller(given) })
		convert.InitialUsage = &resource.Demand{Subscriptions: 2, Given: map[string]int64{"disk_space": 7}, Unlimited: map[string]int64{"max_box": 2}}
		succeeds(t, w.WriteTransfer(w.ctx, convert))
		w.stored(t, convert.Account.After)
		w.lists(t, directory.Selection{Kind: account.Reseller, Owner: account.AdministratorOwner, Sort: directory.ByName}, a.ID)
		w.lists(t, directory.Selection{Kind: account.Customer, Sort: directory.ByName})
		for owner, want := range map[account.ID]int64{"": 0, account.AdministratorOwner: 0} {
			w.counts(t, account.Customer, owner, want)
		}
		w.counts(t, account.Reseller, "", 1)
		has, err := w.ReadReseller(w.ctx, a.ID)
		succeeds(t, err)
		equal(t, "limits", has.Limits.Resources, given.Resources)
		equal(t, "subscriptions", has.Used.Subscriptions, int64(2))
		equal(t, "given", has.Used.Given, map[string]int64{"disk_space": 7})
		equal(t, "unlimited", has.Used.Unlimited, map[string]int64{"max_box": 2})
		below := w.creation(account.Customer, a.ID, "below")
		below.Limits = w.demanded(t, a.ID, resource.Demand{Customers: 1})
		succeeds(t, w.Create(w.ctx, below))
		w.counts(t, account.Customer, a.ID, 1)
	},
	"subscriptions follow, and the end comes when all have": func(t *testing.T, w *world) {
		a, all, service, _, to := w.hosted(t)
		move := w.moving(a, to.ID)
		pending := transfer.PendingTransfer{
			Operation: "op_1", From: a.Owner, To: to.ID, Plan: "spl_1", Total: 2,
			PlanResources: map[plan.ID]resource.Set{service.ID: {Allotments: map[string]int64{"disk_space": 5}, Permissions: map[string]bool{"manage_dns": true}, Applications: []string{"joomla"}}},
		}
		move.Starts = &pending
		succeeds(t, w.WriteTransfer(w.ctx, move))
		expect := func() {
			t.Helper()
			found, left, err := w.ReadTransfer(w.ctx, a.ID)
			succeeds(t, err)
			equal(t, "account", found.Owner, to.ID)
			equal(t, "transfer", left, &pending)
		}
		expect()
		end := w.passing(move.Account.After, event.TransferEnded, func(a *account.Account) { a.Lifecycle = account.Ready })
		end.Step = &transfer.Step{Account: a.ID, Operation: "op_1", Ends: true}
		step := func(from int, operation string) transfer.Transaction {
			return transfer.Transaction{Step: &transfer.Step{Account: a.ID, Operation: operation, Moved: 1}, Subscriptions: following(all[from:from+1], operation)}
		}
		refused(t, w.WriteTransfer(w.ctx, step(0, "op_2")), fault.VersionMismatch)
		refused(t, w.WriteTransfer(w.ctx, end), fault.VersionMismatch)
		succeeds(t, w.WriteTransfer(w.ctx, step(0, "op_1")))
		refused(t, w.WriteTransfer(w.ctx, step(0, "op_1")), fault.VersionMismatch) // it has followed
		pending.Moved = 1
		expect()
		refused(t, w.WriteTransfer(w.ctx, end), fault.VersionMismatch)
		succeeds(t, w.WriteTransfer(w.ctx, step(1, "op_1")))
		pending.Moved = 2
		expect()
		succeeds(t, w.WriteTransfer(w.ctx, end))
		found, left, err := w.ReadTransfer(w.ctx, a.ID)
		succeeds(t, err)
		equal(t, "transfer", left, nil)
		equal(t, "version", found.Version, end.Account.After.Version)
	},
	"hosting is judged by whose it is": func(t *testing.T, w *world) {
		a, _, _, _, to := w.hosted(t)
		judged := a
		create := func() hosting.ObjectChange {
			writing := w.subscribing(&a, nil, w.id("x")+".example")
			writing.Customer.Expected = &judged
			return writing
		}
		succeeds(t, w.WriteHosting(w.ctx, create()))
		found, err := w.ReadAccount(w.ctx, a.ID)
		succeeds(t, err)
		succeeds(t, w.WriteTransfer(w.ctx, w.moving(*found, to.ID)))
		refused(t, w.WriteHosting(w.ctx, create()), fault.VersionMismatch)
		judged.Owner = to.ID
		succeeds(t, w.WriteHosting(w.ctx, create()))
		judged.Kind = account.Reseller
		refused(t, w.WriteHosting(w.ctx, create()), fault.VersionMismatch)
	},
}
