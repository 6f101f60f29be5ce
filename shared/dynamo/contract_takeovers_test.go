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

// estate is a customer of a reseller with two subscriptions on a plan, and another reseller with a plan of the same.
type estate struct {
	*world

	old, host account.Account
	from, to  plan.Plan
	customer  account.Account
	all       []hosting.Subscription
}

func (w *world) estate(t reporter, name string) *estate {
	t.Helper()
	e := &estate{world: w, old: w.reseller(t, name+"-old"), host: w.reseller(t, name+"-new")}
	e.from, e.to = w.servicePlan(t, e.old.ID, disk.Allotments), w.servicePlan(t, e.host.ID, disk.Allotments)
	c := w.creation(account.Customer, e.old.ID, name)
	c.Account.ExternalID = "4711"
	succeeds(t, w.Create(w.ctx, c))
	e.all, _ = w.hosts(t, &c.Account, &e.from, e.old.ID, 2)
	e.customer = w.found(t, c.Account.ID)
	return e
}

// found is an account as it is.
func (w *world) found(t reporter, id account.ID) account.Account {
	t.Helper()
	found, err := w.ReadAccount(w.ctx, id)
	succeeds(t, err)
	return *found
}

// takeover changes an account that another owner takes over.
func (w *world) takeover(of account.Account, name event.Name, change func(*account.Account)) *edit.AccountChange {
	c := w.change(of, change)
	c.Event.Name, c.Event.Changes = name, nil
	return &edit.AccountChange{Before: c.Before, After: c.After, Event: c.Event, Token: w.id("try-")}
}

// onto puts subscriptions on a plan.
func onto(all []hosting.Subscription, service *plan.Plan) (changes []hosting.SubscriptionChange) {
	for _, before := range all {
		after := before
		after.Version++
		after.Plan, after.Transfer = service.ID, "op_1"
		changes = append(changes, hosting.SubscriptionChange{Before: &before, After: &after})
	}
	return changes
}

func afterOf(changes []hosting.SubscriptionChange) (all []hosting.Subscription) {
	for _, c := range changes {
		all = append(all, *c.After)
	}
	return all
}

// demandOf is what customers ask for with subscriptions.
func demandOf(customers, subscriptions int64) resource.Demand {
	demand := resource.DemandOf(disk, subscriptions)
	demand.Customers, demand.Subscriptions = customers, subscriptions
	return demand
}

// move is the customer's move, with all that it has, to the other reseller.
func (e *estate) move(t reporter) transfer.Transaction {
	t.Helper()
	return transfer.Transaction{
		Account: e.takeover(e.customer, event.CustomerMoved, func(a *account.Account) {
			a.Owner = e.host.ID
			a.FormerOwners = []account.ID{e.old.ID}
			a.HoldSequence++
		}),
		Subscriptions: onto(e.all, &e.to),
		Plans: []hosting.PlanUse{
			{ID: e.from.ID, Uses: -2, Synced: -2, Version: &e.from.Version}, {ID: e.to.ID, Uses: 2, Synced: 2, Version: &e.to.Version},
		},
		Limits: []*plan.Reservation{e.demanded(t, e.host.ID, demandOf(1, 2)), e.demanded(t, e.old.ID, demandOf(-1, -2))},
	}
}

// owned is what tells whose an account is.
type owned struct {
	account       account.Account
	kept          *transfer.PendingTransfer
	subscriptions []hosting.Subscription
	hints         []account.ID
	external      [3]account.ID // of the old owner, the new one, and the administrator
	used          [2]resource.Usage
	uses          [2][2]int64
	counts        [5]int64
	events        int
}

// owned reads all that a transfer may write.
func (e *estate) owned(t reporter) (is owned) {
	t.Helper()
	a, pending, err := e.ReadTransfer(e.ctx, e.customer.ID)
	succeeds(t, err)
	is.account, is.kept = *a, pending
	is.subscriptions, err = e.ReadSubscriptions(e.ctx, idsOf(e.all))
	succeeds(t, err)
	is.hints, _, err = e.FindSignIn(e.ctx, e.customer.Login, "nowhere")
	succeeds(t, err)
	for i, owner := range []account.ID{e.old.ID, e.host.ID, account.AdministratorOwner} {
		is.external[i], err = e.FindExternalID(e.ctx, owner, "4711")
		succeeds(t, err)
		is.counts[i], err = e.Count(e.ctx, account.Customer, owner)
		succeeds(t, err)
	}
	for i, reseller := range []account.ID{e.old.ID, e.host.ID} {
		has, err := e.ReadReseller(e.ctx, reseller)
		succeeds(t, err)
		is.used[i] = has.Used
	}
	for i, service := range []plan.ID{e.from.ID, e.to.ID} {
		found, _, err := e.ReadPlan(e.ctx, service, idempotency.Key{})
		succeeds(t, err)
		is.uses[i] = [2]int64{found.Uses, found.Synced}
	}
	is.counts[3], err = e.Count(e.ctx, account.Customer, "")
	succeeds(t, err)
	is.counts[4], err = e.Count(e.ctx, account.Reseller, "")
	succeeds(t, err)
	trail, _, err := e.ListEvents(e.ctx, e.customer.ID, "", 100)
	succeeds(t, err)
	is.events = len(trail)
	return is
}

// unlimited is how many subscriptions have each allotment but the disk space without end.
func unlimited(subscriptions int64) map[string]int64 {
	if subscriptions == 0 {
		return map[string]int64{}
	}
	return resource.DemandOf(disk, subscriptions).Unlimited
}

func usageOf(customers, subscriptions int64) resource.Usage {
	used := resource.Usage{Customers: customers, Subscriptions: subscriptions, Given: map[string]int64{}, Unlimited: unlimited(subscriptions)}
	if subscriptions > 0 {
		used.Given["disk_space"] = 5 * subscriptions
	}
	return used
}

var takeovers = map[string]func(*testing.T, *world){
	"to the administrator and back": func(t *testing.T, w *world) {
		e := w.estate(t, "ada")
		move := func(owner account.ID, limits ...*plan.Reservation) {
			e.customer = w.found(t, e.customer.ID)
			c := e.takeover(e.customer, event.CustomerMoved, func(a *account.Account) { a.Owner = owner })
			succeeds(t, w.WriteTransfer(w.ctx, transfer.Transaction{Account: c, Limits: limits}))
		}
		move(account.AdministratorOwner, e.demanded(t, e.old.ID, demandOf(-1, -2)))
		is := e.owned(t)
		equal(t, "hints", is.hints, []account.ID{e.customer.ID})
		equal(t, "external id", is.external, [3]account.ID{"", "", e.customer.ID})
		equal(t, "counts", is.counts, [5]int64{0, 0, 1, 1, 2})
		e.listed(t, account.Customer, account.AdministratorOwner, e.customer.ID)
		move(e.host.ID, e.demanded(t, e.host.ID, demandOf(1, 2)))
		is = e.owned(t)
		equal(t, "hints", is.hints, []account.ID{e.customer.ID, e.host.ID})
		equal(t, "external id", is.external, [3]account.ID{"", e.customer.ID, ""})
		equal(t, "counts", is.counts, [5]int64{0, 1, 0, 1, 2})
		equal(t, "used", is.used, [2]resource.Usage{usageOf(0, 0), usageOf(1, 2)})
		chain, err := w.ReadChain(w.ctx, is.hints)
		succeeds(t, err)
		equal(t, "chain", []account.ID{chain[0].ID, chain[1].ID}, is.hints)
	},
	"nothing of what is refused": func(t *testing.T, w *world) {
		for name, c := range moveRefusals {
			e := w.estate(t, c.login)
			writing := e.move(t)
			c.spoil(t, e, &writing)
			before := e.owned(t)
			if err := w.WriteTransfer(w.ctx, writing); !fault.Is(err, c.want) {
				t.Errorf("%s: error = %v, want %s", name, err, c.want)
			}
			equal(t, name, e.owned(t), before)
		}
	},
	"resellers on one plan": func(t *testing.T, w *world) {
		e := w.estate(t, "ada")
		p := w.resellerPlan(t)
		for _, r := range []*account.Account{&e.old, &e.host} {
			*r = w.mustChange(t, *r, func(r *account.Account) { r.Limits = &account.ResellerLimits{Plan: string(p.ID)} })
		}
		writing := e.move(t)
		for _, r := range writing.Limits {
			if !r.Demand.Increases() {
				r.Basis.PlanVersion++ // what gives back fits whatever the limits are
				continue
			}
			r.Basis.PlanVersion++
			before := e.owned(t)
			refused(t, w.WriteTransfer(w.ctx, writing), fault.VersionMismatch)
			equal(t, "refused", e.owned(t), before)
			r.Basis.PlanVersion--
		}
		succeeds(t, w.WriteTransfer(w.ctx, writing))
		equal(t, "used", e.owned(t).used, [2]resource.Usage{usageOf(0, 0), usageOf(1, 2)})
	},
	"of two moves at once there is one": func(t *testing.T, w *world) {
		e := w.estate(t, "ada")
		third := w.reseller(t, "third")
		writings := []transfer.Transaction{e.move(t), e.move(t)}
		other := &writings[1]
		other.Account.After.Owner, other.Limits[0] = third.ID, e.demanded(t, third.ID, demandOf(1, 2))
		errs := make([]error, len(writings))
		var all sync.WaitGroup
		for i := range writings {
			all.Go(func() { errs[i] = w.WriteTransfer(w.ctx, writings[i]) })
		}
		all.Wait()
		equal(t, "winners", won(t, errs, fault.VersionMismatch), 1)
		owner, loser := e.host.ID, third.ID
		if errs[0] != nil {
			owner, loser = loser, owner
		}
		equal(t, "owner", w.found(t, e.customer.ID).Owner, owner)
		w.counts(t, account.Customer, owner, 1)
		w.counts(t, account.Customer, loser, 0)
		equal(t, "uses", e.owned(t).uses, [2][2]int64{{0, 0}, {2, 2}})
	},
	"a subscription comes while its customer moves": func(t *testing.T, w *world) {
		e := w.estate(t, "ada")
		move, coming := e.move(t), w.subscribing(&e.customer, &e.from, "coming.example")
		coming.Customer.Expected, coming.Limits = &e.customer, w.reserved(t, e.old.ID, 1)
		errs := make([]error, 2)
		var both sync.WaitGroup
		both.Go(func() { errs[0] = w.WriteTransfer(w.ctx, move) })
		both.Go(func() { errs[1] = w.WriteHosting(w.ctx, coming) })
		both.Wait()
		equal(t, "winners", won(t, errs, fault.VersionMismatch), 1)
	},
	"notes and accounts that there are not": func(t *testing.T, w *world) {
		e := w.estate(t, "ada")
		noted := w.change(e.customer, func(a *account.Account) { a.Notes.Owner = "a note" })
		noted.Note = &edit.AccountNote{By: e.old.ID, Text: "a note"}
		succeeds(t, w.ChangeAccount(w.ctx, noted))
		for by, want := range map[account.ID]string{e.old.ID: "a note", e.host.ID: "", account.AdministratorOwner: ""} {
			note, err := w.ReadNote(w.ctx, e.customer.ID, by)
			succeeds(t, err)
			equal(t, string(by), note, want)
		}
		a, pending, err := w.ReadTransfer(w.ctx, "cus_00000000000000000000000000")
		succeeds(t, err)
		equal(t, "account", a, nil)
		equal(t, "transfer", pending, nil)
	},
	"a transfer goes with its account": func(t *testing.T, w *world) {
		e := w.estate(t, "ada")
		writing := e.move(t)
		writing.Starts = &transfer.PendingTransfer{Operation: "op_1", From: e.old.ID, To: e.host.ID, Total: 2}
		succeeds(t, w.WriteTransfer(w.ctx, writing))
		equal(t, "kept", e.owned(t).kept, writing.Starts)
		done, err := w.EraseTrail(w.ctx, e.customer.ID, "", 100)
		succeeds(t, err)
		equal(t, "done", done, true)
		equal(t, "kept", e.owned(t).kept, nil)
	},
}

// listed expects the owner's list of a kind.
func (w *world) listed(t reporter, kind account.Kind, owner account.ID, want ...account.ID) {
	t.Helper()
	for _, sort := range []directory.Sort{directory.ByName, directory.ByCreated} {
		w.lists(t, directory.Selection{Kind: kind, Owner: owner, Sort: sort}, want...)
	}
}
