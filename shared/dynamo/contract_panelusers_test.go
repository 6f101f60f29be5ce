package dynamo_test

import (
	"sync"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

func (f *fixture) panelUserCreation(owner account.ID) directory.AccountCreation {
	c := f.accountCreation(account.Customer, owner, "user")
	c.Account.ID, c.Account.Kind = account.ID(f.id(account.PanelUserPrefix)), account.PanelUser
	c.Event = f.event(event.PanelUserCreated, &account.Account{ID: owner})
	c.Event.Subject = string(c.Account.ID)
	return c
}

// expectFreeLogin expects that no account has the login.
func (f *fixture) expectFreeLogin(t reporter, login account.Login) {
	t.Helper()
	f.expectLoginOf(t, login, "")
}

func (f *fixture) expectLoginOf(t reporter, login account.Login, want account.ID) {
	t.Helper()
	found, err := f.FindLogin(f.ctx, login)
	expectNoError(t, err)
	expectEqual(t, "account with the login "+string(login), found, want)
}

var panelUsers = map[string]func(*testing.T, *fixture){
	"a panel user is created and removed, and its login is free again": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		c := f.panelUserCreation(a.ID)
		expectNoError(t, f.Create(f.ctx, c))
		f.expectStored(t, c.Account)
		f.expectLoginOf(t, "user", c.Account.ID)
		f.expectList(t, directory.Selection{Kind: account.PanelUser, Owner: a.ID, Sort: directory.ByName}, c.Account.ID)
		f.expectList(t, directory.Selection{Kind: account.Customer, Sort: directory.ByName}, a.ID)
		f.expectCount(t, account.Customer, "", 1)
		expectFault(t, f.Create(f.ctx, f.panelUserCreation(a.ID)), fault.LoginTaken)

		removed := f.event(event.PanelUserRemoved, &a)
		record := &idempotency.Record{
			Key:       idempotency.Key{Name: "k", Fingerprint: "f"},
			Answer:    []byte("null"),
			ExpiresAt: f.now().Add(time.Hour),
		}
		f.expectPassword(t, c.Account.ID, access.StoredPassword{Hash: c.PasswordHash, Version: 1})
		expectNoError(t, f.RemovePanelUser(f.ctx, c.Account, nil, removed, record))
		f.expectPassword(t, c.Account.ID, access.StoredPassword{})
		expectEqual(
			t,
			"record",
			expectReplay(t, f.RemovePanelUser(f.ctx, c.Account, nil, f.event(event.PanelUserRemoved, &a), record)),
			*record,
		)
		expectFault(t, f.RemovePanelUser(f.ctx, c.Account, nil, f.event(event.PanelUserRemoved, &a), nil), fault.NotFound)
		f.expectNotStored(t, c.Account)
		f.expectFreeLogin(t, "user")
		f.expectList(t, directory.Selection{Kind: account.PanelUser, Owner: a.ID, Sort: directory.ByName})
		trail, _, err := f.ListEvents(f.ctx, a.ID, "", 2)
		expectNoError(t, err)
		expectEqual(t, "event", trail[0].ID, removed.ID)
		expectEqual(t, "event", trail[1].Subject, string(c.Account.ID))
		expectNoError(t, f.Create(f.ctx, f.panelUserCreation(a.ID)))
	},
	"panel users of a reseller and of its customer": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		a := f.createCustomer(t, r.ID, "ada")
		for _, owner := range []account.Account{r, a} {
			c := f.panelUserCreation(owner.ID)
			c.Account.Login = "user of " + owner.Login
			expectNoError(t, f.Create(f.ctx, c))
			chain, err := f.ReadChain(f.ctx, []account.ID{c.Account.ID})
			expectNoError(t, err)
			want := []account.Account{c.Account, a, r}
			if owner.ID == r.ID {
				want = []account.Account{c.Account, r}
			}
			expectEqual(t, "chain", chain, want)
		}
		f.expectCount(t, account.Customer, r.ID, 1)
	},
	"sessions and tokens of a removed panel user are invalid": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		c := f.panelUserCreation(a.ID)
		expectNoError(t, f.Create(f.ctx, c))
		session, token := f.newSession(&c.Account), f.newToken(&c.Account, "hash")
		expectNoError(t, f.CreateSession(f.ctx, access.SessionCreation{Session: session, Known: "here", KnownUntil: f.now()}))
		expectNoError(t, f.CreateToken(f.ctx, token, 0, f.event(event.TokenCreated, &c.Account), nil))
		for _, want := range []int{2, 0} {
			for _, locator := range []access.Locator{{Hash: session.Hash}, {Hash: token.Hash, API: true}} {
				locator.Hints = []account.ID{c.Account.ID, a.ID}
				found, err := f.ReadSession(f.ctx, locator)
				expectNoError(t, err)
				expectEqual(t, "accounts", len(found.Chain), want)
			}
			if want > 0 {
				expectNoError(t, f.RemovePanelUser(f.ctx, c.Account, nil, f.event(event.PanelUserRemoved, &a), nil))
			}
		}
	},
	"the customer must be the expected one": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		a := f.createCustomer(t, r.ID, "ada")
		c := f.panelUserCreation(a.ID)
		c.CheckedCustomer = &a
		expectNoError(t, f.Create(f.ctx, c))
		for _, change := range []func(*account.Account){
			func(a *account.Account) { a.Owner = account.AdministratorOwner },
			func(a *account.Account) { a.Kind = account.Reseller },
		} {
			expected := a
			change(&expected)
			late := f.panelUserCreation(a.ID)
			late.Account.Login, late.CheckedCustomer = "late", &expected
			expectFault(t, f.Create(f.ctx, late), fault.VersionMismatch)
			expectFault(
				t,
				f.RemovePanelUser(f.ctx, c.Account, &expected, f.event(event.PanelUserRemoved, &a), nil),
				fault.VersionMismatch,
			)
			f.expectFreeLogin(t, "late")
			f.expectStored(t, c.Account)
		}
		a = f.mustChange(t, a, func(a *account.Account) { a.Contact.City = "Cork" })
		expectNoError(t, f.RemovePanelUser(f.ctx, c.Account, &a, f.event(event.PanelUserRemoved, &a), nil))
	},
	"an account that is being removed gets no panel user": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		a = f.mustChange(t, a, func(a *account.Account) { a.Lifecycle = account.Removing })
		expectFault(t, f.Create(f.ctx, f.panelUserCreation(a.ID)), fault.Busy)
		expectFault(t, f.Create(f.ctx, f.panelUserCreation("cus_00000000000000000000000000")), fault.NotFound)
		f.expectFreeLogin(t, "user")
	},
	"a panel user is created while its account begins to be removed": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		c, closing := f.panelUserCreation(a.ID), f.change(a, func(a *account.Account) { a.Lifecycle = account.Removing })
		var createErr error
		var calls sync.WaitGroup
		calls.Go(func() { createErr = f.Create(f.ctx, c) })
		expectNoError(t, f.ChangeAccount(f.ctx, closing))
		calls.Wait()
		f.expectStored(t, closing.After)
		if createErr != nil {
			expectFault(t, createErr, fault.Busy)
			f.expectNotStored(t, c.Account)
			f.expectFreeLogin(t, "user")
			return
		}
		f.expectStored(t, c.Account)
	},
}
