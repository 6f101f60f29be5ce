package dynamo_test

import (
	"sync"
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/removal"
	"tenantry/shared/resource"
)

// shut closes an account, as its removal does.
func (w *world) shut(a account.Account) edit.AccountChange {
	c := w.change(a, func(a *account.Account) { a.StartRemoval("op_1", w.now()) })
	c.Event.Name = event.RemovalStarted
	if a.Kind == account.Reseller {
		c.Closes = &edit.Closing{}
	}
	return c
}

func (w *world) removed(a account.Account) removal.AccountRemoval {
	name := map[account.Kind]event.Name{account.Customer: event.CustomerRemoved, account.Reseller: event.ResellerRemoved}[a.Kind]
	r := removal.AccountRemoval{Account: a, Event: w.event(name, &a), Token: w.id("try-")}
	r.Event.Changes = nil
	return r
}

var removals = map[string]func(*testing.T, *world){
	"a trail goes but for one event": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		a, beside := w.customer(t, r.ID, "ada"), w.reseller(t, "beside")
		noted := w.change(r, func(r *account.Account) { r.Notes.Owner = "a note" })
		noted.Note = &edit.AccountNote{By: account.AdministratorOwner, Text: "a note"}
		succeeds(t, w.ChangeAccount(w.ctx, noted))
		r = noted.After
		rows := w.lives(t, r)
		w.lives(t, beside)
		spared := noted.Event
		done, tries := false, 0
		for ; !done && tries < rows; tries++ {
			var err error
			done, err = w.EraseTrail(w.ctx, r.ID, spared.ID, 5)
			succeeds(t, err)
		}
		equal(t, "done", done, true)
		trail, _, err := w.ListEvents(w.ctx, r.ID, "", 10)
		succeeds(t, err)
		equal(t, "events", len(trail), 1)
		equal(t, "event", trail[0].ID, spared.ID)
		_, notes, err := w.ReadWithNotes(w.ctx, r.ID)
		succeeds(t, err)
		equal(t, "notes", notes, account.Notes{})
		equal(t, "tokens", w.tokensOf(t, r), access.TokenSet{})
		_, links, _, err := w.ReadLinks(w.ctx, r.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "links", len(links.Links), 0)
		w.stored(t, r)
		has, err := w.ReadReseller(w.ctx, r.ID)
		succeeds(t, err)
		equal(t, "customers", has.Used.Customers, int64(1))
		w.remains(t, beside, true)
		w.stored(t, a)
		done, err = w.EraseTrail(w.ctx, r.ID, "", 100)
		succeeds(t, err)
		equal(t, "done", done, true)
		trail, _, err = w.ListEvents(w.ctx, r.ID, "", 10)
		succeeds(t, err)
		equal(t, "events", len(trail), 0)
	},
	"an account goes once": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		c := w.creation(account.Customer, r.ID, "ada")
		c.Account.ExternalID = "4711"
		succeeds(t, w.Create(w.ctx, c))
		w.customer(t, r.ID, "bob")
		a := w.change(c.Account, func(a *account.Account) { a.StartRemoval("op_1", w.now()) })
		succeeds(t, w.ChangeAccount(w.ctx, a))
		going := w.removed(a.After)
		going.Limits = w.demanded(t, r.ID, resource.Demand{Customers: -1})
		stale := going
		stale.Account.Version--
		refused(t, w.RemoveAccount(w.ctx, stale), fault.VersionMismatch)
		w.stored(t, a.After)
		w.belongs(t, "ada", a.After.ID)

		succeeds(t, w.RemoveAccount(w.ctx, going))
		w.absent(t, a.After)
		w.free(t, "ada")
		again := w.creation(account.Customer, r.ID, "ada")
		again.Account.ExternalID = "4711"
		succeeds(t, w.Create(w.ctx, again)) // both names are free
		for _, token := range []string{going.Token, w.id("try-")} {
			going.Token = token
			succeeds(t, w.RemoveAccount(w.ctx, going)) // it has taken effect
		}
		other := going
		other.Event.ID, other.Token = w.id(event.IDPrefix), w.id("try-")
		refused(t, w.RemoveAccount(w.ctx, other), fault.VersionMismatch)
		w.stored(t, again.Account)
		w.belongs(t, "ada", again.Account.ID)
		id, err := w.FindExternalID(w.ctx, r.ID, "4711")
		succeeds(t, err)
		equal(t, "external id", id, again.Account.ID)
		w.counts(t, account.Customer, r.ID, 2)
		w.counts(t, account.Customer, "", 2)
		has, err := w.ReadReseller(w.ctx, r.ID)
		succeeds(t, err)
		equal(t, "customers", has.Used.Customers, int64(2))
		trail, _, err := w.ListEvents(w.ctx, a.After.ID, "", 10)
		succeeds(t, err)
		equal(t, "the newest event", trail[0], going.Event)
	},
	"an account with subscriptions stays": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		made := w.subscribing(&a, nil, "a.example")
		succeeds(t, w.WriteHosting(w.ctx, made))
		all, websites := []hosting.Subscription{*made.Subscription.After}, []hosting.Website{*made.Website.After}
		refused(t, w.RemoveAccount(w.ctx, w.removed(a)), fault.VersionMismatch)
		w.belongs(t, "ada", a.ID)
		w.counts(t, account.Customer, "", 1)
		succeeds(t, w.EraseHosting(w.ctx, hosting.Erasure{Customer: a.ID, Subscriptions: all, Websites: websites}))
		succeeds(t, w.RemoveAccount(w.ctx, w.removed(a)))
		w.counts(t, account.Customer, "", 0)
		w.counts(t, account.Customer, account.AdministratorOwner, 0)
	},
	"what is given back is taken beyond the limits too": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		a := w.customer(t, r.ID, "ada")
		w.customer(t, r.ID, "bob")
		all, websites := w.hosts(t, &a, nil, r.ID, 2)
		w.mustChange(t, r, func(r *account.Account) {
			r.Limits = &account.ResellerLimits{Resources: resource.Set{Allotments: map[string]int64{resource.Customers: 1, "disk_space": 1}, Permissions: map[string]bool{}}}
		})
		succeeds(t, w.EraseHosting(w.ctx, hosting.Erasure{Customer: a.ID, Subscriptions: all[:1], Websites: websites[:1], Limits: w.reserved(t, r.ID, -1)}))
		succeeds(t, w.EraseHosting(w.ctx, hosting.Erasure{Customer: a.ID, Subscriptions: all[1:], Websites: websites[1:], Limits: w.reserved(t, r.ID, -1)}))
		going := w.removed(a)
		going.Limits = w.demanded(t, r.ID, resource.Demand{Customers: -1})
		succeeds(t, w.RemoveAccount(w.ctx, going))
		has, err := w.ReadReseller(w.ctx, r.ID)
		succeeds(t, err)
		equal(t, "used", [3]int64{has.Used.Customers, has.Used.Subscriptions, has.Used.Given["disk_space"]}, [3]int64{1, 0, 0})
	},
	"a reseller closes when it has no customers": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		a := w.customer(t, r.ID, "ada")
		refused(t, w.ChangeAccount(w.ctx, w.shut(r)), fault.Conflict)
		w.stored(t, r)
		going := w.removed(a)
		going.Limits = w.demanded(t, r.ID, resource.Demand{Customers: -1})
		succeeds(t, w.RemoveAccount(w.ctx, going))
		late := w.creation(account.Customer, r.ID, "late")
		late.Limits = w.demanded(t, r.ID, resource.Demand{Customers: 1})
		refused(t, w.RemoveAccount(w.ctx, w.removed(r)), fault.VersionMismatch) // it is open
		closed := w.shut(r)
		succeeds(t, w.ChangeAccount(w.ctx, closed))
		w.stored(t, closed.After)
		refused(t, w.Create(w.ctx, late), fault.NotFound)
		w.free(t, "late")
		succeeds(t, w.RemoveAccount(w.ctx, w.removed(closed.After)))
		w.absent(t, closed.After)
		w.free(t, "host")
		w.counts(t, account.Reseller, "", 0)
		w.counts(t, account.Reseller, account.AdministratorOwner, 0)
		refused(t, w.Create(w.ctx, late), fault.NotFound)
	},
	"a reseller closes while it gains a customer": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		gain, shut := w.creation(account.Customer, r.ID, "ada"), w.shut(r)
		var gained, closed error
		var both sync.WaitGroup
		both.Go(func() { gained = w.Create(w.ctx, gain) })
		both.Go(func() { closed = w.ChangeAccount(w.ctx, shut) })
		both.Wait()
		if (gained == nil) == (closed == nil) {
			t.Fatalf("gained: %v, closed: %v", gained, closed)
		}
		if gained != nil {
			refused(t, gained, fault.NotFound)
		}
		if closed != nil {
			refused(t, closed, fault.Conflict)
		}
	},
	"a reseller's plan is given back": func(t *testing.T, w *world) {
		p := plan.Plan{ID: plan.ID(w.id(plan.ResellerPrefix)), Owner: account.AdministratorOwner, Name: "plan", CreatedAt: w.now(), Version: 1}
		succeeds(t, w.WritePlan(w.ctx, plan.PlanChange{After: &p, Event: w.event(event.PlanCreated, &account.Account{ID: account.AdministratorOwner})}))
		r := w.mustChange(t, w.reseller(t, "host"), func(r *account.Account) { r.Limits = &account.ResellerLimits{Plan: string(p.ID)} })
		uses := func() int64 {
			found, _, err := w.ReadPlan(w.ctx, p.ID, idempotency.Key{})
			succeeds(t, err)
			return found.Uses
		}
		equal(t, "uses", uses(), int64(1))
		closed := w.shut(r)
		succeeds(t, w.ChangeAccount(w.ctx, closed))
		succeeds(t, w.RemoveAccount(w.ctx, w.removed(closed.After)))
		equal(t, "uses", uses(), int64(0))
	},
}
