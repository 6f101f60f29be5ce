package dynamo_test

import (
	"sync"
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

// hostedCustomer is a customer of a reseller with two subscriptions on a plan, and another reseller with an equal plan.
type hostedCustomer struct {
	*fixture

	old, host account.Account
	from, to  plan.Plan
	customer  account.Account
	all       []hosting.Subscription
}

func (f *fixture) createHostedCustomer(t reporter, name string) *hostedCustomer {
	t.Helper()
	e := &hostedCustomer{fixture: f, old: f.createReseller(t, name+"-old"), host: f.createReseller(t, name+"-new")}
	e.from = f.createServicePlan(t, e.old.ID, subscriptionDisk.Allotments)
	e.to = f.createServicePlan(t, e.host.ID, subscriptionDisk.Allotments)
	c := f.accountCreation(account.Customer, e.old.ID, name)
	c.Account.ExternalID = "4711"
	expectNoError(t, f.Create(f.ctx, c))
	e.all, _ = f.createHosting(t, &c.Account, &e.from, e.old.ID, 2)
	e.customer = f.readAccount(t, c.Account.ID)
	return e
}

// readAccount returns the stored account.
func (f *fixture) readAccount(t reporter, id account.ID) account.Account {
	t.Helper()
	found, err := f.ReadAccount(f.ctx, id)
	expectNoError(t, err)
	return *found
}

// accountTransfer returns the change of an account that is moved or converted.
func (f *fixture) accountTransfer(
	a account.Account, name event.Name, change func(*account.Account),
) *edit.AccountChange {
	c := f.change(a, change)
	c.Event.Name, c.Event.Changes = name, nil
	return &edit.AccountChange{Before: c.Before, After: c.After, Event: c.Event, Token: f.id("try-")}
}

// assignPlan returns the changes that assign subscriptions to a plan.
func assignPlan(all []hosting.Subscription, service *plan.Plan) (changes []hosting.SubscriptionChange) {
	for _, before := range all {
		after := before
		after.Version++
		after.Plan, after.Transfer = service.ID, "op_1"
		changes = append(changes, hosting.SubscriptionChange{Before: &before, After: &after})
	}
	return changes
}

func subscriptionsAfter(changes []hosting.SubscriptionChange) (all []hosting.Subscription) {
	for _, c := range changes {
		all = append(all, *c.After)
	}
	return all
}

// demandOf returns the demand of customers and subscriptions.
func demandOf(customers, subscriptions int64) resource.Demand {
	demand := resource.DemandOf(subscriptionDisk, subscriptions)
	demand.Customers, demand.Subscriptions = customers, subscriptions
	return demand
}

// move returns the move of the customer and its subscriptions to the other reseller.
func (e *hostedCustomer) move(t reporter) transfer.Transaction {
	t.Helper()
	return transfer.Transaction{
		Account: e.accountTransfer(e.customer, event.CustomerMoved, func(a *account.Account) {
			a.Owner = e.host.ID
			a.FormerOwners = []account.ID{e.old.ID}
			a.HoldSequence++
		}),
		Subscriptions: assignPlan(e.all, &e.to),
		Plans: []hosting.PlanUse{
			{
				ID:      e.from.ID,
				Uses:    -2,
				Synced:  -2,
				Version: &e.from.Version,
			},
			{ID: e.to.ID, Uses: 2, Synced: 2, Version: &e.to.Version},
		},
		Limits: []*plan.Reservation{e.reserve(t, e.host.ID, demandOf(1, 2)), e.reserve(t, e.old.ID, demandOf(-1, -2))},
	}
}

// ownership is everything that a transfer changes.
type ownership struct {
	account       account.Account
	pending       *transfer.PendingTransfer
	subscriptions []hosting.Subscription
	hints         []account.ID
	external      [3]account.ID // of the old owner, the new one, and the administrator
	used          [2]resource.Usage
	uses          [2][2]int64
	counts        [5]int64
	events        int
}

// ownership reads everything that a transfer changes.
func (e *hostedCustomer) ownership(t reporter) (state ownership) {
	t.Helper()
	a, pending, err := e.ReadTransfer(e.ctx, e.customer.ID)
	expectNoError(t, err)
	state.account, state.pending = *a, pending
	state.subscriptions, err = e.ReadSubscriptions(e.ctx, idsOf(e.all))
	expectNoError(t, err)
	state.hints, _, err = e.FindSignIn(e.ctx, e.customer.Login, "nowhere")
	expectNoError(t, err)
	for i, owner := range []account.ID{e.old.ID, e.host.ID, account.AdministratorOwner} {
		state.external[i], err = e.FindExternalID(e.ctx, owner, "4711")
		expectNoError(t, err)
		state.counts[i], err = e.Count(e.ctx, account.Customer, owner)
		expectNoError(t, err)
	}
	for i, reseller := range []account.ID{e.old.ID, e.host.ID} {
		r, err := e.ReadReseller(e.ctx, reseller)
		expectNoError(t, err)
		state.used[i] = r.Used
	}
	for i, service := range []plan.ID{e.from.ID, e.to.ID} {
		found, _, err := e.ReadPlan(e.ctx, service, idempotency.Key{})
		expectNoError(t, err)
		state.uses[i] = [2]int64{found.Uses, found.Synced}
	}
	state.counts[3], err = e.Count(e.ctx, account.Customer, "")
	expectNoError(t, err)
	state.counts[4], err = e.Count(e.ctx, account.Reseller, "")
	expectNoError(t, err)
	trail, _, err := e.ListEvents(e.ctx, e.customer.ID, "", 100)
	expectNoError(t, err)
	state.events = len(trail)
	return state
}

// unlimitedExceptDisk returns the number of subscriptions for which each allotment is unlimited. Their disk space is
// limited.
func unlimitedExceptDisk(subscriptions int64) map[string]int64 {
	if subscriptions == 0 {
		return map[string]int64{}
	}
	return resource.DemandOf(subscriptionDisk, subscriptions).Unlimited
}

func usageOf(customers, subscriptions int64) resource.Usage {
	used := resource.Usage{
		Customers:     customers,
		Subscriptions: subscriptions,
		Given:         map[string]int64{},
		Unlimited:     unlimitedExceptDisk(subscriptions),
	}
	if subscriptions > 0 {
		used.Given["disk_space"] = 5 * subscriptions
	}
	return used
}

var moves = map[string]func(*testing.T, *fixture){
	"a customer moves to the administrator and to a reseller": func(t *testing.T, f *fixture) {
		e := f.createHostedCustomer(t, "ada")
		move := func(owner account.ID, limits ...*plan.Reservation) {
			e.customer = f.readAccount(t, e.customer.ID)
			c := e.accountTransfer(e.customer, event.CustomerMoved, func(a *account.Account) { a.Owner = owner })
			expectNoError(t, f.WriteTransfer(f.ctx, transfer.Transaction{Account: c, Limits: limits}))
		}
		move(account.AdministratorOwner, e.reserve(t, e.old.ID, demandOf(-1, -2)))
		state := e.ownership(t)
		expectEqual(t, "hints", state.hints, []account.ID{e.customer.ID})
		expectEqual(t, "external id", state.external, [3]account.ID{"", "", e.customer.ID})
		expectEqual(t, "counts", state.counts, [5]int64{0, 0, 1, 1, 2})
		e.expectOwnerList(t, account.Customer, account.AdministratorOwner, e.customer.ID)
		move(e.host.ID, e.reserve(t, e.host.ID, demandOf(1, 2)))
		state = e.ownership(t)
		expectEqual(t, "hints", state.hints, []account.ID{e.customer.ID, e.host.ID})
		expectEqual(t, "external id", state.external, [3]account.ID{"", e.customer.ID, ""})
		expectEqual(t, "counts", state.counts, [5]int64{0, 1, 0, 1, 2})
		expectEqual(t, "used", state.used, [2]resource.Usage{usageOf(0, 0), usageOf(1, 2)})
		chain, err := f.ReadChain(f.ctx, state.hints)
		expectNoError(t, err)
		expectEqual(t, "chain", []account.ID{chain[0].ID, chain[1].ID}, state.hints)
	},
	"a rejected move writes nothing": func(t *testing.T, f *fixture) {
		for name, c := range moveConflicts {
			e := f.createHostedCustomer(t, c.login)
			move := e.move(t)
			c.cause(t, e, &move)
			before := e.ownership(t)
			if err := f.WriteTransfer(f.ctx, move); !fault.Is(err, c.want) {
				t.Errorf("%s: error = %v, want %s", name, err, c.want)
			}
			expectEqual(t, name, e.ownership(t), before)
		}
	},
	"a move between resellers on the same plan": func(t *testing.T, f *fixture) {
		e := f.createHostedCustomer(t, "ada")
		p := f.createResellerPlan(t)
		for _, r := range []*account.Account{&e.old, &e.host} {
			*r = f.mustChange(t, *r, func(r *account.Account) { r.Limits = &account.ResellerLimits{Plan: string(p.ID)} })
		}
		move := e.move(t)
		for _, r := range move.Limits {
			if !r.Demand.Increases() {
				r.Basis.PlanVersion++ // a demand that gives back does not depend on the limits
				continue
			}
			r.Basis.PlanVersion++
			before := e.ownership(t)
			expectFault(t, f.WriteTransfer(f.ctx, move), fault.VersionMismatch)
			expectEqual(t, "after the rejected move", e.ownership(t), before)
			r.Basis.PlanVersion--
		}
		expectNoError(t, f.WriteTransfer(f.ctx, move))
		expectEqual(t, "used", e.ownership(t).used, [2]resource.Usage{usageOf(0, 0), usageOf(1, 2)})
	},
	"one of two concurrent moves succeeds": func(t *testing.T, f *fixture) {
		e := f.createHostedCustomer(t, "ada")
		third := f.createReseller(t, "third")
		moves := []transfer.Transaction{e.move(t), e.move(t)}
		other := &moves[1]
		other.Account.After.Owner, other.Limits[0] = third.ID, e.reserve(t, third.ID, demandOf(1, 2))
		errs := make([]error, len(moves))
		var calls sync.WaitGroup
		for i := range moves {
			calls.Go(func() { errs[i] = f.WriteTransfer(f.ctx, moves[i]) })
		}
		calls.Wait()
		expectEqual(t, "successful transactions", countSuccesses(t, errs, fault.VersionMismatch), 1)
		owner, notOwner := e.host.ID, third.ID
		if errs[0] != nil {
			owner, notOwner = notOwner, owner
		}
		expectEqual(t, "owner", f.readAccount(t, e.customer.ID).Owner, owner)
		f.expectCount(t, account.Customer, owner, 1)
		f.expectCount(t, account.Customer, notOwner, 0)
		expectEqual(t, "uses", e.ownership(t).uses, [2][2]int64{{0, 0}, {2, 2}})
	},
	"a customer moves, or gets a subscription at the same time": func(t *testing.T, f *fixture) {
		e := f.createHostedCustomer(t, "ada")
		move, creation := e.move(t), f.subscriptionCreation(&e.customer, &e.from, "new.example")
		creation.Customer.Expected, creation.Limits = &e.customer, f.reserveSubscriptions(t, e.old.ID, 1)
		errs := make([]error, 2)
		var calls sync.WaitGroup
		calls.Go(func() { errs[0] = f.WriteTransfer(f.ctx, move) })
		calls.Go(func() { errs[1] = f.WriteHosting(f.ctx, creation) })
		calls.Wait()
		expectEqual(t, "successful transactions", countSuccesses(t, errs, fault.VersionMismatch), 1)
	},
	"notes and transfers that do not exist": func(t *testing.T, f *fixture) {
		e := f.createHostedCustomer(t, "ada")
		noted := f.change(e.customer, func(a *account.Account) { a.Notes.Owner = "a note" })
		noted.Note = &edit.AccountNote{By: e.old.ID, Text: "a note"}
		expectNoError(t, f.ChangeAccount(f.ctx, noted))
		for author, want := range map[account.ID]string{e.old.ID: "a note", e.host.ID: "", account.AdministratorOwner: ""} {
			note, err := f.ReadNote(f.ctx, e.customer.ID, author)
			expectNoError(t, err)
			expectEqual(t, "note of "+string(author), note, want)
		}
		a, pending, err := f.ReadTransfer(f.ctx, "cus_00000000000000000000000000")
		expectNoError(t, err)
		expectEqual(t, "account", a, nil)
		expectEqual(t, "transfer", pending, nil)
	},
	"EraseTrail deletes a pending transfer": func(t *testing.T, f *fixture) {
		e := f.createHostedCustomer(t, "ada")
		move := e.move(t)
		move.Starts = &transfer.PendingTransfer{Operation: "op_1", From: e.old.ID, To: e.host.ID, Total: 2}
		expectNoError(t, f.WriteTransfer(f.ctx, move))
		expectEqual(t, "pending transfer", e.ownership(t).pending, move.Starts)
		done, err := f.EraseTrail(f.ctx, e.customer.ID, "", 100)
		expectNoError(t, err)
		expectEqual(t, "done", done, true)
		expectEqual(t, "pending transfer", e.ownership(t).pending, nil)
	},
}

// expectOwnerList expects the accounts of a kind that an owner has.
func (f *fixture) expectOwnerList(t reporter, kind account.Kind, owner account.ID, want ...account.ID) {
	t.Helper()
	for _, sort := range []directory.Sort{directory.ByName, directory.ByCreated} {
		f.expectList(t, directory.Selection{Kind: kind, Owner: owner, Sort: sort}, want...)
	}
}
