package dynamo_test

import (
	"strings"
	"sync"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

var logins = map[string]func(*testing.T, *world){
	"a new login frees the old one": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		w.stored(t, w.mustChange(t, a, func(a *account.Account) { a.Login = "zoe" }))
		w.free(t, "ada")
		w.belongs(t, "zoe", a.ID)
		b := w.customer(t, account.AdministratorOwner, "bob")
		w.stored(t, w.mustChange(t, b, func(b *account.Account) { b.Login = "ada" }))
		w.belongs(t, "ada", b.ID)
		w.customer(t, account.AdministratorOwner, "bob")
		hints, _, err := w.FindSignIn(w.ctx, "zoe", "nowhere")
		succeeds(t, err)
		equal(t, "hints", hints, []account.ID{a.ID})
	},
	"a new login of a reseller's customer": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		a := w.customer(t, r.ID, "ada")
		w.mustChange(t, a, func(a *account.Account) { a.Login = "zoe" })
		hints, _, err := w.FindSignIn(w.ctx, "zoe", "nowhere")
		succeeds(t, err)
		equal(t, "hints", hints, []account.ID{a.ID, r.ID})
	},
	"a taken login": func(t *testing.T, w *world) {
		a, b := w.customer(t, account.AdministratorOwner, "ada"), w.customer(t, account.AdministratorOwner, "bob")
		c := w.change(a, func(a *account.Account) { a.Login, a.Contact.City = "bob", "Cork" })
		refused(t, w.ChangeAccount(w.ctx, c), fault.LoginTaken)
		w.stored(t, a)
		w.belongs(t, "ada", a.ID)
		w.belongs(t, "bob", b.ID)
	},
	"one of many gets a login": func(t *testing.T, w *world) {
		errs, accounts := make([]error, 4), make([]account.Account, 4)
		var all sync.WaitGroup
		for i := range errs {
			accounts[i] = w.customer(t, account.AdministratorOwner, string(rune('a'+i)))
			c := w.change(accounts[i], func(a *account.Account) { a.Login = "wanted" })
			all.Go(func() { errs[i] = w.ChangeAccount(w.ctx, c) })
		}
		all.Wait()
		equal(t, "winners", won(t, errs, fault.LoginTaken), 1)
		for i, err := range errs {
			if old := account.Login(rune('a' + i)); err == nil {
				w.free(t, old)
			} else {
				w.belongs(t, old, accounts[i].ID)
			}
		}
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
			c.Note = &edit.AccountNote{By: by, Text: text}
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
		a = write(a, r.ID, "")
		long := strings.Repeat("ñ", account.MaxNote)
		write(a, r.ID, long)
		read(account.Notes{Owner: long})
	},
	"notes are read by whose they are, whoever owns the account": func(t *testing.T, w *world) {
		north, south := w.reseller(t, "north"), w.reseller(t, "south")
		a := w.customer(t, north.ID, "ada")
		text := map[account.ID]string{north.ID: "of north", south.ID: "of south", account.AdministratorOwner: "of the administrator"}
		for _, by := range []account.ID{north.ID, south.ID, account.AdministratorOwner} {
			c := w.change(a, func(*account.Account) {})
			c.Note = &edit.AccountNote{By: by, Text: text[by]}
			succeeds(t, w.ChangeAccount(w.ctx, c))
			a = c.After
		}
		for _, owner := range []account.ID{north.ID, south.ID, account.AdministratorOwner, north.ID, account.AdministratorOwner, south.ID} {
			a = w.mustChange(t, a, func(a *account.Account) { a.Owner = owner })
			want := account.Notes{Owner: text[owner], Administrator: text[account.AdministratorOwner]}
			if owner == account.AdministratorOwner {
				want.Administrator = ""
			}
			_, found, err := w.ReadWithNotes(w.ctx, a.ID)
			succeeds(t, err)
			equal(t, "notes under "+string(owner), found, want)
			_, found, _, err = w.ReadForChange(w.ctx, a.ID, idempotency.Key{})
			succeeds(t, err)
			equal(t, "notes for a change under "+string(owner), found, want)
		}
		notes, err := w.ReadNotes(w.ctx, a.ID, []account.ID{north.ID, account.AdministratorOwner, "res_00000000000000000000000000"})
		succeeds(t, err)
		equal(t, "notes", notes, map[account.ID]string{north.ID: "of north", account.AdministratorOwner: "of the administrator"})
	},
	"what lists show of notes is written with them": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		a := w.customer(t, r.ID, "ada")
		for _, preview := range []account.Notes{{Owner: "a"}, {Owner: "a", Administrator: "b"}, {Administrator: "b"}, {}} {
			a = w.mustChange(t, a, func(a *account.Account) { a.Notes = preview })
			w.stored(t, a)
			rows, err := w.List(w.ctx, directory.Selection{Kind: account.Customer, Owner: r.ID, Sort: directory.ByName, Limit: 1})
			succeeds(t, err)
			equal(t, "notes in the list", rows.Accounts[0].Notes, preview)
		}
	},
	"a note goes with a refused change": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		w.customer(t, account.AdministratorOwner, "bob")
		c := w.change(a, func(a *account.Account) { a.Login = "bob" })
		c.Note = &edit.AccountNote{By: a.Owner, Text: "lost"}
		refused(t, w.ChangeAccount(w.ctx, c), fault.LoginTaken)
		_, found, err := w.ReadWithNotes(w.ctx, a.ID)
		succeeds(t, err)
		equal(t, "notes", found, account.Notes{})
	},
	"read for a change": func(t *testing.T, w *world) {
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		c.Note, c.Record = "note", w.record("f", "1")
		succeeds(t, w.Create(w.ctx, c))
		a, found, record, err := w.ReadForChange(w.ctx, c.Account.ID, c.Record.Key)
		succeeds(t, err)
		equal(t, "account", a.ID, c.Account.ID)
		equal(t, "notes", found, account.Notes{Owner: "note"})
		equal(t, "record", *record, *c.Record)
		a, _, record, err = w.ReadForChange(w.ctx, "cus_00000000000000000000000000", c.Record.Key)
		succeeds(t, err)
		equal(t, "account", a, nil)
		equal(t, "record", *record, *c.Record)
	},
}
