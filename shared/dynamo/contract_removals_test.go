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

// closing returns the change that starts the removal of an account.
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
	"EraseTrail deletes everything in a collection except the account, its usage and one event": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		a, other := f.createCustomer(t, r.ID, "ada"), f.createReseller(t, "other")
		noted := f.change(r, func(r *account.Account) { r.Notes.Owner = "a note" })
		noted.Note = &edit.AccountNote{By: account.AdministratorOwner, Text: "a note"}
		expectNoError(t, f.ChangeAccount(f.ctx, noted))
		r = noted.After
		rows := f.fillCollection(t, r)
		f.fillCollection(t, other)
		kept := noted.Event
		done, calls := false, 0
		for ; !done && calls < rows; calls++ {
			var err error
			done, err = f.EraseTrail(f.ctx, r.ID, kept.ID, 5)
			expectNoError(t, err)
		}
		expectEqual(t, "done", done, true)
		trail, _, err := f.ListEvents(f.ctx, r.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "events", len(trail), 1)
		expectEqual(t, "event", trail[0].ID, kept.ID)
		_, notes, err := f.ReadWithNotes(f.ctx, r.ID)
		expectNoError(t, err)
		expectEqual(t, "notes", notes, account.Notes{})
		expectEqual(t, "tokens", f.readTokens(t, r), access.TokenSet{})
		_, links, _, err := f.ReadLinks(f.ctx, r.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "links", len(links.Links), 0)
		f.expectStored(t, r)
		reseller, err := f.ReadReseller(f.ctx, r.ID)
		expectNoError(t, err)
		expectEqual(t, "customers", reseller.Used.Customers, int64(1))
		f.expectCollection(t, other, true)
		f.expectStored(t, a)
		done, err = f.EraseTrail(f.ctx, r.ID, "", 100)
		expectNoError(t, err)
		expectEqual(t, "done", done, true)
		trail, _, err = f.ListEvents(f.ctx, r.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "events", len(trail), 0)
	},
	"an account is removed once, and its guards are free again": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		c := f.accountCreation(account.Customer, r.ID, "ada")
		c.Account.ExternalID = "4711"
		expectNoError(t, f.Create(f.ctx, c))
		f.createCustomer(t, r.ID, "bob")
		a := f.change(c.Account, func(a *account.Account) { a.StartRemoval("op_1", f.now()) })
		expectNoError(t, f.ChangeAccount(f.ctx, a))
		removal := f.accountRemoval(a.After)
		removal.Limits = f.reserve(t, r.ID, resource.Demand{Customers: -1})
		stale := removal
		stale.Account.Version--
		expectFault(t, f.RemoveAccount(f.ctx, stale), fault.VersionMismatch)
		f.expectStored(t, a.After)
		f.expectLoginOf(t, "ada", a.After.ID)

		f.expectPassword(t, a.After.ID, access.StoredPassword{Hash: "$hash$ada", Version: 1})
		expectNoError(t, f.RemoveAccount(f.ctx, removal))
		f.expectNotStored(t, a.After)
		f.expectPassword(t, a.After.ID, access.StoredPassword{})
		f.expectFreeLogin(t, "ada")
		again := f.accountCreation(account.Customer, r.ID, "ada")
		again.Account.ExternalID = "4711"
		expectNoError(t, f.Create(f.ctx, again)) // login and external id are free
		for _, token := range []string{removal.Token, f.id("try-")} {
			removal.Token = token
			expectNoError(t, f.RemoveAccount(f.ctx, removal)) // has taken effect already
		}
		other := removal
		other.Event.ID, other.Token = f.id(event.IDPrefix), f.id("try-")
		expectFault(t, f.RemoveAccount(f.ctx, other), fault.VersionMismatch)
		f.expectStored(t, again.Account)
		f.expectLoginOf(t, "ada", again.Account.ID)
		id, err := f.FindExternalID(f.ctx, r.ID, "4711")
		expectNoError(t, err)
		expectEqual(t, "external id", id, again.Account.ID)
		f.expectCount(t, account.Customer, r.ID, 2)
		f.expectCount(t, account.Customer, "", 2)
		reseller, err := f.ReadReseller(f.ctx, r.ID)
		expectNoError(t, err)
		expectEqual(t, "customers", reseller.Used.Customers, int64(2))
		trail, _, err := f.ListEvents(f.ctx, a.After.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "newest event", trail[0], removal.Event)
	},
	"an account with subscriptions is not removed": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		created := f.subscriptionCreation(&a, nil, "a.example")
		expectNoError(t, f.WriteHosting(f.ctx, created))
		all, websites := []hosting.Subscription{*created.Subscription.After}, []hosting.Website{*created.Website.After}
		expectFault(t, f.RemoveAccount(f.ctx, f.accountRemoval(a)), fault.VersionMismatch)
		f.expectLoginOf(t, "ada", a.ID)
		f.expectCount(t, account.Customer, "", 1)
		expectNoError(t, f.EraseHosting(f.ctx, hosting.Erasure{Customer: a.ID, Subscriptions: all, Websites: websites}))
		expectNoError(t, f.RemoveAccount(f.ctx, f.accountRemoval(a)))
		f.expectCount(t, account.Customer, "", 0)
		f.expectCount(t, account.Customer, account.AdministratorOwner, 0)
	},
	"a reseller above its limits can give resources back": func(t *testing.T, f *fixture) {
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
		removal := f.accountRemoval(a)
		removal.Limits = f.reserve(t, r.ID, resource.Demand{Customers: -1})
		expectNoError(t, f.RemoveAccount(f.ctx, removal))
		reseller, err := f.ReadReseller(f.ctx, r.ID)
		expectNoError(t, err)
		expectEqual(
			t,
			"used",
			[3]int64{reseller.Used.Customers, reseller.Used.Subscriptions, reseller.Used.Given["disk_space"]},
			[3]int64{1, 0, 0},
		)
	},
	"a reseller without customers is closed and removed": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		a := f.createCustomer(t, r.ID, "ada")
		expectFault(t, f.ChangeAccount(f.ctx, f.closing(r)), fault.Conflict)
		f.expectStored(t, r)
		removal := f.accountRemoval(a)
		removal.Limits = f.reserve(t, r.ID, resource.Demand{Customers: -1})
		expectNoError(t, f.RemoveAccount(f.ctx, removal))
		late := f.accountCreation(account.Customer, r.ID, "late")
		late.Limits = f.reserve(t, r.ID, resource.Demand{Customers: 1})
		expectFault(t, f.RemoveAccount(f.ctx, f.accountRemoval(r)), fault.VersionMismatch) // the reseller is not closed
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
	"a reseller is closed, or gains a customer at the same time": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		creation, closing := f.accountCreation(account.Customer, r.ID, "ada"), f.closing(r)
		var createErr, closeErr error
		var calls sync.WaitGroup
		calls.Go(func() { createErr = f.Create(f.ctx, creation) })
		calls.Go(func() { closeErr = f.ChangeAccount(f.ctx, closing) })
		calls.Wait()
		if (createErr == nil) == (closeErr == nil) {
			t.Fatalf("create: %v, close: %v; want one success", createErr, closeErr)
		}
		if createErr != nil {
			expectFault(t, createErr, fault.NotFound)
		}
		if closeErr != nil {
			expectFault(t, closeErr, fault.Conflict)
		}
	},
	"a removed reseller no longer uses its plan": func(t *testing.T, f *fixture) {
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
