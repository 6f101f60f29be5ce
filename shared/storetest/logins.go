package storetest

import (
	"sync"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/fault"
)

var logins = map[string]func(*testing.T, *world){
	"a new login frees the old one": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		w.stored(t, w.mustChange(t, a, func(a *account.Account) { a.Login = "zoe" }))
		for login, want := range map[account.Login]account.ID{"ada": "", "zoe": a.ID} {
			found, err := w.FindLogin(w.ctx, login)
			succeeds(t, err)
			equal(t, string(login), found, want)
		}
		w.customer(t, account.AdministratorOwner, "ada")
	},
	"a taken login": func(t *testing.T, w *world) {
		a, b := w.customer(t, account.AdministratorOwner, "ada"), w.customer(t, account.AdministratorOwner, "bob")
		c := w.change(a, func(a *account.Account) { a.Login, a.Contact.City = "bob", "Cork" })
		refused(t, w.ChangeAccount(w.ctx, c), fault.LoginTaken)
		w.stored(t, a)
		for login, want := range map[account.Login]account.ID{"ada": a.ID, "bob": b.ID} {
			found, err := w.FindLogin(w.ctx, login)
			succeeds(t, err)
			equal(t, string(login), found, want)
		}
	},
	"one of many gets a login": func(t *testing.T, w *world) {
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			c := w.change(w.customer(t, account.AdministratorOwner, string(rune('a'+i))), func(a *account.Account) { a.Login = "wanted" })
			all.Go(func() { errs[i] = w.ChangeAccount(w.ctx, c) })
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				refused(t, err, fault.LoginTaken)
			}
		}
		equal(t, "winners", won, 1)
	},
	"a sequence that was taken meanwhile": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		held := w.mustChange(t, a, func(a *account.Account) { a.HoldSequence = 3 })
		stale := held
		stale.HoldSequence = 2
		refused(t, w.ChangeAccount(w.ctx, w.change(stale, func(a *account.Account) { a.Contact.City = "Cork" })), fault.VersionMismatch)
		w.stored(t, held)
	},
}

var notes = map[string]func(*testing.T, *world){
	"notes of an owner and of the administrator": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		a := w.customer(t, r.ID, "ada")
		write := func(a account.Account, by account.ID, text string) account.Account {
			c := w.change(a, func(*account.Account) {})
			c.Note = &change.Note{By: by, Text: text}
			succeeds(t, w.ChangeAccount(w.ctx, c))
			return c.After
		}
		read := func(want account.Notes) {
			_, found, err := w.ReadWithNotes(w.ctx, a.ID)
			succeeds(t, err)
			equal(t, "notes", found, want)
		}
		a = write(a, r.ID, "by the reseller")
		a = write(a, account.AdministratorOwner, "by the administrator")
		read(account.Notes{Owner: "by the reseller", Administrator: "by the administrator"})
		a = write(a, r.ID, "")
		read(account.Notes{Administrator: "by the administrator"})
		a = write(a, account.AdministratorOwner, "")
		read(account.Notes{})
	},
	"read for a change": func(t *testing.T, w *world) {
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		c.Note, c.Once = "note", w.record("f", "1")
		succeeds(t, w.Create(w.ctx, c))
		a, found, record, err := w.ReadForChange(w.ctx, c.Account.ID, c.Once.Request)
		succeeds(t, err)
		equal(t, "account", a.ID, c.Account.ID)
		equal(t, "notes", found, account.Notes{Owner: "note"})
		equal(t, "record", *record, *c.Once)
		a, _, record, err = w.ReadForChange(w.ctx, "cus_00000000000000000000000000", c.Once.Request)
		succeeds(t, err)
		equal(t, "account", a, nil)
		equal(t, "record", *record, *c.Once)
	},
}
