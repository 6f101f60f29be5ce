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
func (f *fixture) closing(a account.Account) edit.AccountChange {
	c := f.change(a, func(a *account.Account) { a.StartRemoval("op_1", f.now()) })
	c.Event.Name = event.RemovalStarted
	if a.Kind == account.Reseller {
		c.Closes = &edit.Closing{}
	}
	return c
}

func (f *fixture) accountRemoval(a account.Account) removal.AccountRemoval {
	name := map[account.Kind]event.Name{account.Customer: event.CustomerRemoved, account.Reseller: event.ResellerRemoved}[a.Kind]
	r := removal.AccountRemoval{Account: a, Event: f.event(name, &a), Token: f.id("try-")}
	r.Event.Changes = nil
	return r
}

var removals = map[string]func(*testing.T, *fixture){
	"a trail goes but for one event": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		a, beside := f.createCustomer(t, r.ID, "ada"), f.createReseller(t, "beside")
		noted := f.change(r, func(r *account.Account) { r.Notes.Owner = "a note" })
		noted.Note = &edit.AccountNote{By: account.AdministratorOwner, Text: "a note"}
		expectNoError(t, f.ChangeAccount(f.ctx, noted))
		r = noted.After
		rows := f.fillCollection(t, r)
		f.fillCollection(t, beside)
		spared := noted.Event
		done, tries := false, 0
		for ; !done && tries < rows; tries++ {
			var err error
			done, err = f.EraseTrail(f.ctx, r.ID, spared.ID, 5)
			expectNoError(t, err)
		}
		expectEqual(t, "done", done, true)
		trail, _, err := f.ListEvents(f.ctx, r.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "events", len(trail), 1)
		expectEqual(t, "event", trail[0].ID, spared.ID)
		_, notes, err := f.ReadWithNotes(f.ctx, r.ID)
		expectNoError(t, err)
		expectEqual(t, "notes", notes, account.Notes{})
		expectEqual(t, "tokens", f.readTokens(t, r), access.TokenSet{})
		_, links, _, err := f.ReadLinks(f.ctx, r.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "links", len(links.Links), 0)
		f.expectStored(t, r)
		has, err := f.ReadReseller(f.ctx, r.ID)
		expectNoError(t, err)
		expectEqual(t, "customers", has.Used.Customers, int64(1))
		f.expectCollection(t, beside, true)
		f.expectStored(t, a)
		done, err = f.EraseTrail(f.ctx, r.ID, "", 100)
		expectNoError(t, err)
		expectEqual(t, "done", done, true)
		trail, _, err = f.ListEvents(f.ctx, r.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "events", len(trail), 0)
	},
	"an account goes once": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		c := f.accountCreation(account.Customer, r.ID, "ada")
		c.Account.ExternalID = "4711"
		expectNoError(t, f.Create(f.ctx, c))
		f.createCustomer(t, r.ID, "bob")
		a := f.change(c.Account, func(a *account.Account) { a.StartRemoval("op_1", f.now()) })
		expectNoError(t, f.ChangeAccount(f.ctx, a))
		going := f.accountRemoval(a.After)
		going.Limits = f.reserve(t, r.ID, resource.Demand{Customers: -1})
		stale := going
		stale.Account.Version--
		expectFault(t, f.RemoveAccount(f.ctx, stale), fault.VersionMismatch)
		f.expectStored(t, a.After)
		f.expectLoginOf(t, "ada", a.After.ID)

		expectNoError(t, f.RemoveAccount(f.ctx, going))
		f.expectNotStored(t, a.After)
		f.expectFreeLogin(t, "ada")
		again := f.accountCreation(account.Customer, r.ID, "ada")
		again.Account.ExternalID = "4711"
		expectNoError(t, f.Create(f.ctx, again)) // both names are free
		for _, token := range []string{going.Token, f.id("try-")} {
			going.Token = token
			expectNoError(t, f.RemoveAccount(f.ctx, going)) // it has taken effect
		}
		other := going
		other.Event.ID, other.Token = f.id(event.IDPrefix), f.id("try-")
		expectFault(t, f.RemoveAccount(f.ctx, other), fault.VersionMismatch)
		f.expectStored(t, again.Account)
		f.expectLoginOf(t, "ada", again.Account.ID)
		id, err := f.FindExternalID(f.ctx, r.ID, "4711")
		expectNoError(t, err)
		expectEqual(t, "external id", id, again.Account.ID)
		f.expectCount(t, account.Customer, r.ID, 2)
		f.expectCount(t, account.Customer, "", 2)
		has, err := f.ReadReseller(f.ctx, r.ID)
		expectNoError(t, err)
		expectEqual(t, "customers", has.Used.Customers, int64(2))
		trail, _, err := f.ListEvents(f.ctx, a.After.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "the newest event", trail[0], going.Event)
	},
	"an account with subscriptions stays": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		made := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, made))
		all, websites := []hosting.Subscription{*made.Subscription.After}, []hosting.Website{*made.Website.After}
		expectFault(t, f.RemoveAccount(f.ctx, f.accountRemoval(a)), fault.VersionMismatch)
		f.expectLoginOf(t, "ada", a.ID)
		f.expectCount(t, account.Customer, "", 1)
		expectNoError(t, f.EraseHosting(f.ctx, hosting.Erasure{Customer: a.ID, Subscriptions: all, Websites: websites}))
		expectNoError(t, f.RemoveAccount(f.ctx, f.accountRemoval(a)))
		f.expectCount(t, account.Customer, "", 0)
		f.expectCount(t, account.Customer, account.AdministratorOwner, 0)
	},
	"what is given back is taken beyond the limits too": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		a := f.createCustomer(t, r.ID, "ada")
		f.createCustomer(t, r.ID, "bob")
		all, websites := f.createHosting(t, &a, nil, r.ID, 2)
		f.mustChange(t, r, func(r *account.Account) {
			r.Limits = &account.ResellerLimits{
				Resources: resource.Set{
					Allotments:  map[string]int64{resource.Customers: 1, "disk_space": 1},
					Permissions: map[string]bool{},
				},
			}
		})
		expectNoError(
			t,
			f.EraseHosting(
				f.ctx,
				hosting.Erasure{
					Customer:      a.ID,
					Subscriptions: all[:1],
					Websites:      websites[:1],
					Limits:        f.reserveSubscriptions(t, r.ID, -1),
				},
			),
		)
		expectNoError(
			t,
			f.EraseHosting(
				f.ctx,
				hosting.Erasure{
					Customer:      a.ID,
					Subscriptions: all[1:],
					Websites:      websites[1:],
					Limits:        f.reserveSubscriptions(t, r.ID, -1),
				},
			),
		)
		going := f.accountRemoval(a)
		going.Limits = f.reserve(t, r.ID, resource.Demand{Customers: -1})
		expectNoError(t, f.RemoveAccount(f.ctx, going))
		has, err := f.ReadReseller(f.ctx, r.ID)
		expectNoError(t, err)
		expectEqual(
			t,
			"used",
			[3]int64{has.Used.Customers, has.Used.Subscriptions, has.Used.Given["disk_space"]},
			[3]int64{1, 0, 0},
		)
	},
	"a reseller closes when it has no customers": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		a := f.createCustomer(t, r.ID, "ada")
		expectFault(t, f.ChangeAccount(f.ctx, f.closing(r)), fault.Conflict)
		f.expectStored(t, r)
		going := f.accountRemoval(a)
		going.Limits = f.reserve(t, r.ID, resource.Demand{Customers: -1})
		expectNoError(t, f.RemoveAccount(f.ctx, going))
		late := f.accountCreation(account.Customer, r.ID, "late")
		late.Limits = f.reserve(t, r.ID, resource.Demand{Customers: 1})
		expectFault(t, f.RemoveAccount(f.ctx, f.accountRemoval(r)), fault.VersionMismatch) // it is open
		closed := f.closing(r)
		expectNoError(t, f.ChangeAccount(f.ctx, closed))
		f.expectStored(t, closed.After)
		expectFault(t, f.Create(f.ctx, late), fault.NotFound)
		f.expectFreeLogin(t, "late")
		expectNoError(t, f.RemoveAccount(f.ctx, f.accountRemoval(closed.After)))
		f.expectNotStored(t, closed.After)
		f.expectFreeLogin(t, "host")
		f.expectCount(t, account.Reseller, "", 0)
		f.expectCount(t, account.Reseller, account.AdministratorOwner, 0)
		expectFault(t, f.Create(f.ctx, late), fault.NotFound)
	},
	"a reseller closes while it gains a customer": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		gain, shut := f.accountCreation(account.Customer, r.ID, "ada"), f.closing(r)
		var gained, closed error
		var both sync.WaitGroup
		both.Go(func() { gained = f.Create(f.ctx, gain) })
		both.Go(func() { closed = f.ChangeAccount(f.ctx, shut) })
		both.Wait()
		if (gained == nil) == (closed == nil) {
			t.Fatalf("gained: %v, closed: %v", gained, closed)
		}
		if gained != nil {
			expectFault(t, gained, fault.NotFound)
		}
		if closed != nil {
			expectFault(t, closed, fault.Conflict)
		}
	},
	"a reseller's plan is given back": func(t *testing.T, f *fixture) {
		p := plan.Plan{
			ID:        plan.ID(f.id(plan.ResellerPrefix)),
			Owner:     account.AdministratorOwner,
			Name:      "plan",
			CreatedAt: f.now(),
			Version:   1,
		}
		expectNoError(
			t,
			f.WritePlan(
				f.ctx,
				plan.PlanChange{After: &p, Event: f.event(event.PlanCreated, &account.Account{ID: account.AdministratorOwner})},
			),
		)
		r := f.mustChange(
			t,
			f.createReseller(t, "host"),
			func(r *account.Account) { r.Limits = &account.ResellerLimits{Plan: string(p.ID)} },
		)
		uses := func() int64 {
			found, _, err := f.ReadPlan(f.ctx, p.ID, idempotency.Key{})
			expectNoError(t, err)
			return found.Uses
		}
		expectEqual(t, "uses", uses(), int64(1))
		closed := f.closing(r)
		expectNoError(t, f.ChangeAccount(f.ctx, closed))
		expectNoError(t, f.RemoveAccount(f.ctx, f.accountRemoval(closed.After)))
		expectEqual(t, "uses", uses(), int64(0))
	},
}
