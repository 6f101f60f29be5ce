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

func (w *world) user(owner account.ID) directory.AccountCreation {
	c := w.creation(account.Customer, owner, "user")
	c.Account.ID, c.Account.Kind = account.ID(w.id(account.PanelUserPrefix)), account.PanelUser
	c.Event = w.event(event.PanelUserCreated, &account.Account{ID: owner})
	c.Event.Subject = string(c.Account.ID)
	return c
}

// free expects a login to be nobody's.
func (w *world) free(t reporter, login account.Login) {
	t.Helper()
	w.belongs(t, login, "")
}

func (w *world) belongs(t reporter, login account.Login, want account.ID) {
	t.Helper()
	found, err := w.FindLogin(w.ctx, login)
	succeeds(t, err)
	equal(t, "whose "+string(login)+" is", found, want)
}

var panelUsers = map[string]func(*testing.T, *world){
	"come and go": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		c := w.user(a.ID)
		succeeds(t, w.Create(w.ctx, c))
		w.stored(t, c.Account)
		w.belongs(t, "user", c.Account.ID)
		w.lists(t, directory.Selection{Kind: account.PanelUser, Owner: a.ID, Sort: directory.ByName}, c.Account.ID)
		w.lists(t, directory.Selection{Kind: account.Customer, Sort: directory.ByName}, a.ID)
		w.counts(t, account.Customer, "", 1)
		refused(t, w.Create(w.ctx, w.user(a.ID)), fault.LoginTaken)

		happened := w.event(event.PanelUserRemoved, &a)
		record := &idempotency.Record{
			Key:       idempotency.Key{Name: "k", Fingerprint: "f"},
			Answer:    []byte("null"),
			ExpiresAt: w.now().Add(time.Hour),
		}
		succeeds(t, w.RemovePanelUser(w.ctx, c.Account, nil, happened, record))
		equal(
			t,
			"record",
			replayed(t, w.RemovePanelUser(w.ctx, c.Account, nil, w.event(event.PanelUserRemoved, &a), record)),
			*record,
		)
		refused(t, w.RemovePanelUser(w.ctx, c.Account, nil, w.event(event.PanelUserRemoved, &a), nil), fault.NotFound)
		w.absent(t, c.Account)
		w.free(t, "user")
		w.lists(t, directory.Selection{Kind: account.PanelUser, Owner: a.ID, Sort: directory.ByName})
		trail, _, err := w.ListEvents(w.ctx, a.ID, "", 2)
		succeeds(t, err)
		equal(t, "event", trail[0].ID, happened.ID)
		equal(t, "event", trail[1].Subject, string(c.Account.ID))
		succeeds(t, w.Create(w.ctx, w.user(a.ID)))
	},
	"of a reseller, and of its customer": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		a := w.customer(t, r.ID, "ada")
		for _, owner := range []account.Account{r, a} {
			c := w.user(owner.ID)
			c.Account.Login = "user of " + owner.Login
			succeeds(t, w.Create(w.ctx, c))
			chain, err := w.ReadChain(w.ctx, []account.ID{c.Account.ID})
			succeeds(t, err)
			want := []account.Account{c.Account, a, r}
			if owner.ID == r.ID {
				want = []account.Account{c.Account, r}
			}
			equal(t, "chain", chain, want)
		}
		w.counts(t, account.Customer, r.ID, 1)
	},
	"what it signed in with is void without it": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		c := w.user(a.ID)
		succeeds(t, w.Create(w.ctx, c))
		session, token := w.session(&c.Account), w.token(&c.Account, "hash")
		succeeds(t, w.CreateSession(w.ctx, access.SessionCreation{Session: session, Known: "here", KnownUntil: w.now()}))
		succeeds(t, w.CreateToken(w.ctx, token, 0, w.event(event.TokenCreated, &c.Account), nil))
		for _, want := range []int{2, 0} {
			for _, at := range []access.Locator{{Hash: session.Hash}, {Hash: token.Hash, API: true}} {
				at.Hints = []account.ID{c.Account.ID, a.ID}
				found, err := w.ReadSession(w.ctx, at)
				succeeds(t, err)
				equal(t, "accounts", len(found.Chain), want)
			}
			if want > 0 {
				succeeds(t, w.RemovePanelUser(w.ctx, c.Account, nil, w.event(event.PanelUserRemoved, &a), nil))
			}
		}
	},
	"of an account that has changed hands since it was read": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		a := w.customer(t, r.ID, "ada")
		c := w.user(a.ID)
		c.Judged = &a
		succeeds(t, w.Create(w.ctx, c))
		for _, become := range []func(*account.Account){
			func(a *account.Account) { a.Owner = account.AdministratorOwner },
			func(a *account.Account) { a.Kind = account.Reseller },
		} {
			judged := a
			become(&judged)
			late := w.user(a.ID)
			late.Account.Login, late.Judged = "late", &judged
			refused(t, w.Create(w.ctx, late), fault.VersionMismatch)
			refused(
				t,
				w.RemovePanelUser(w.ctx, c.Account, &judged, w.event(event.PanelUserRemoved, &a), nil),
				fault.VersionMismatch,
			)
			w.free(t, "late")
			w.stored(t, c.Account)
		}
		a = w.mustChange(t, a, func(a *account.Account) { a.Contact.City = "Cork" })
		succeeds(t, w.RemovePanelUser(w.ctx, c.Account, &a, w.event(event.PanelUserRemoved, &a), nil))
	},
	"of an account that is going": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		a = w.mustChange(t, a, func(a *account.Account) { a.Lifecycle = account.Removing })
		refused(t, w.Create(w.ctx, w.user(a.ID)), fault.Busy)
		refused(t, w.Create(w.ctx, w.user("cus_00000000000000000000000000")), fault.NotFound)
		w.free(t, "user")
	},
	"of an account that goes at the same time": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		c, going := w.user(a.ID), w.change(a, func(a *account.Account) { a.Lifecycle = account.Removing })
		var created error
		var both sync.WaitGroup
		both.Go(func() { created = w.Create(w.ctx, c) })
		succeeds(t, w.ChangeAccount(w.ctx, going))
		both.Wait()
		w.stored(t, going.After)
		if created != nil {
			refused(t, created, fault.Busy)
			w.absent(t, c.Account)
			w.free(t, "user")
			return
		}
		w.stored(t, c.Account)
	},
}
