package storetest

import (
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
)

func (w *world) token(of *account.Account, hash string) access.APIToken {
	return access.APIToken{
		ID: w.id(access.APITokenPrefix), Account: of.ID, Name: "billing", Scopes: []access.Scope{access.CustomersRead}, Hash: hash,
		CreatedAt: w.now(), ExpiresAt: w.now().Add(time.Hour),
	}
}

var tokens = map[string]func(*testing.T, *world){
	"come and go": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		first, second := w.token(&a, "2"), w.token(&a, "1")
		for _, token := range []access.APIToken{first, second} {
			succeeds(t, w.CreateToken(w.ctx, token, w.event(event.TokenCreated, &a), nil))
		}
		listed, err := w.ListTokens(w.ctx, a.ID)
		succeeds(t, err)
		equal(t, "tokens", listed, []access.APIToken{first, second})
		at := access.Place{Hints: []account.ID{a.ID}, Hash: first.Hash, API: true}
		found, err := w.ReadSession(w.ctx, at)
		succeeds(t, err)
		equal(t, "token", *found.Token, first)
		equal(t, "session", found.Session, nil)
		at.API = false // the same secret is no session's
		found, err = w.ReadSession(w.ctx, at)
		succeeds(t, err)
		equal(t, "session", found.Session, nil)
		equal(t, "token", found.Token, nil)

		succeeds(t, w.DeleteToken(w.ctx, first, w.event(event.TokenRemoved, &a)))
		refused(t, w.DeleteToken(w.ctx, first, w.event(event.TokenRemoved, &a)), fault.NotFound)
		at.API = true
		found, err = w.ReadSession(w.ctx, at)
		succeeds(t, err)
		equal(t, "token", found.Token, nil)
	},
	"a request only once": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		record := w.record("f", "")
		record.Answer = nil
		succeeds(t, w.CreateToken(w.ctx, w.token(&a, "1"), w.event(event.TokenCreated, &a), record))
		equal(t, "record", replayed(t, w.CreateToken(w.ctx, w.token(&a, "2"), w.event(event.TokenCreated, &a), record)), *record)
	},
}

func (w *world) user(owner account.ID) directory.Creation {
	c := w.creation(account.Customer, owner, "user")
	c.Account.ID, c.Account.Kind = account.ID(w.id(account.PanelUserPrefix)), account.PanelUser
	c.Event = w.event(event.PanelUserCreated, &c.Account)
	return c
}

var panelUsers = map[string]func(*testing.T, *world){
	"come and go": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		c := w.user(a.ID)
		succeeds(t, w.Create(w.ctx, c))
		w.stored(t, c.Account)
		w.lists(t, directory.Selection{Kind: account.PanelUser, Owner: a.ID, Sort: directory.ByName}, c.Account.ID)
		w.lists(t, directory.Selection{Kind: account.Customer, Sort: directory.ByName}, a.ID)
		refused(t, w.Create(w.ctx, w.user(a.ID)), fault.LoginTaken)
		user, customer, err := w.ReadForRemoval(w.ctx, c.Account.ID)
		succeeds(t, err)
		equal(t, "user", user.ID, c.Account.ID)
		equal(t, "customer", customer.ID, a.ID)
		succeeds(t, w.RemovePanelUser(w.ctx, *user, w.event(event.PanelUserRemoved, &a)))
		refused(t, w.RemovePanelUser(w.ctx, *user, w.event(event.PanelUserRemoved, &a)), fault.NotFound)
		w.lists(t, directory.Selection{Kind: account.PanelUser, Owner: a.ID, Sort: directory.ByName})
		succeeds(t, w.Create(w.ctx, w.user(a.ID))) // the login is free
	},
	"of an account that is going": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		a = w.mustChange(t, a, func(a *account.Account) { a.Lifecycle = account.Removing })
		refused(t, w.Create(w.ctx, w.user(a.ID)), fault.Busy)
		refused(t, w.Create(w.ctx, w.user("cus_00000000000000000000000000")), fault.NotFound)
		found, err := w.FindLogin(w.ctx, "user")
		succeeds(t, err)
		equal(t, "login", found, account.ID(""))
	},
}

var trails = map[string]func(*testing.T, *world){
	"newest first, page by page": func(t *testing.T, w *world) {
		a, other := w.customer(t, account.AdministratorOwner, "ada"), w.customer(t, account.AdministratorOwner, "bob")
		for _, city := range []string{"Cork", "Bray", "Ennis"} {
			a = w.mustChange(t, a, func(a *account.Account) { a.Contact.City = city })
			other = w.mustChange(t, other, func(a *account.Account) { a.Contact.City = city })
		}
		var versions []int64
		for before, more := "", true; more; {
			found, next, err := w.ListEvents(w.ctx, a.ID, before, 2)
			succeeds(t, err)
			for _, e := range found {
				equal(t, "account", e.Account, a.ID)
				versions, before = append(versions, e.Version), e.ID
			}
			more = next
		}
		equal(t, "versions", versions, []int64{4, 3, 2, 1})
	},
}
