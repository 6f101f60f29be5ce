package dynamo_test

import (
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

var logins = map[string]func(*testing.T, *fixture){
	"a new login frees the old one": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		f.expectStored(t, f.mustChange(t, a, func(a *account.Account) { a.Login = "zoe" }))
		f.expectFreeLogin(t, "ada")
		f.expectLoginOf(t, "zoe", a.ID)
		b := f.createCustomer(t, account.AdministratorOwner, "bob")
		f.expectStored(t, f.mustChange(t, b, func(b *account.Account) { b.Login = "ada" }))
		f.expectLoginOf(t, "ada", b.ID)
		f.createCustomer(t, account.AdministratorOwner, "bob")
		hints, _, err := f.FindSignIn(f.ctx, "zoe", "nowhere")
		expectNoError(t, err)
		expectEqual(t, "hints", hints, []account.ID{a.ID})
	},
	"the guard of a new login names the reseller": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		a := f.createCustomer(t, r.ID, "ada")
		f.mustChange(t, a, func(a *account.Account) { a.Login = "zoe" })
		hints, _, err := f.FindSignIn(f.ctx, "zoe", "nowhere")
		expectNoError(t, err)
		expectEqual(t, "hints", hints, []account.ID{a.ID, r.ID})
	},
	"a login that is taken is rejected": func(t *testing.T, f *fixture) {
		a, b := f.createCustomer(t, account.AdministratorOwner, "ada"), f.createCustomer(t, account.AdministratorOwner, "bob")
		c := f.change(a, func(a *account.Account) { a.Login, a.Contact.City = "bob", "Cork" })
		expectFault(t, f.ChangeAccount(f.ctx, c), fault.LoginTaken)
		f.expectStored(t, a)
		f.expectLoginOf(t, "ada", a.ID)
		f.expectLoginOf(t, "bob", b.ID)
	},
	"one of several concurrent changes gets a login": func(t *testing.T, f *fixture) {
		accounts := make([]account.Account, 4)
		for i := range accounts {
			accounts[i] = f.createCustomer(t, account.AdministratorOwner, string(rune('a'+i)))
		}
		errs := concurrently(len(accounts), func(i int) error {
			return f.ChangeAccount(f.ctx, f.change(accounts[i], func(a *account.Account) { a.Login = "wanted" }))
		})
		expectEqual(t, "successful changes", countSuccesses(t, errs, fault.LoginTaken), 1)
		for i, err := range errs {
			if old := account.Login(rune('a' + i)); err == nil {
				f.expectFreeLogin(t, old)
			} else {
				f.expectLoginOf(t, old, accounts[i].ID)
			}
		}
	},
	"a change with an old hold sequence is rejected": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		held := f.mustChange(t, a, func(a *account.Account) { a.HoldSequence = 3 })
		stale := held
		stale.HoldSequence = 2
		expectFault(
			t,
			f.ChangeAccount(f.ctx, f.change(stale, func(a *account.Account) { a.Contact.City = "Cork" })),
			fault.VersionMismatch,
		)
		f.expectStored(t, held)
	},
}

var notes = map[string]func(*testing.T, *fixture){
	"the owner and the administrator write notes": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		write := func(a account.Account, author account.ID, text string) account.Account {
			c := f.change(a, func(*account.Account) {})
			c.Note = &edit.AccountNote{By: author, Text: text}
			expectNoError(t, f.ChangeAccount(f.ctx, c))
			return c.After
		}
		read := func(want account.Notes) {
			_, found, err := f.ReadWithNotes(f.ctx, a.ID)
			expectNoError(t, err)
			expectEqual(t, "notes", found, want)
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
	"notes are read by author, whoever owns the account": func(t *testing.T, f *fixture) {
		north, south := f.createReseller(t, "north"), f.createReseller(t, "south")
		a := f.createCustomer(t, north.ID, "ada")
		text := map[account.ID]string{
			north.ID:                   "of north",
			south.ID:                   "of south",
			account.AdministratorOwner: "of the administrator",
		}
		for _, author := range []account.ID{north.ID, south.ID, account.AdministratorOwner} {
			c := f.change(a, func(*account.Account) {})
			c.Note = &edit.AccountNote{By: author, Text: text[author]}
			expectNoError(t, f.ChangeAccount(f.ctx, c))
			a = c.After
		}
		for _, owner := range []account.ID{north.ID, south.ID, account.AdministratorOwner, north.ID, account.AdministratorOwner, south.ID} {
			a = f.mustChange(t, a, func(a *account.Account) { a.Owner = owner })
			want := account.Notes{Owner: text[owner], Administrator: text[account.AdministratorOwner]}
			if owner == account.AdministratorOwner {
				want.Administrator = ""
			}
			_, found, err := f.ReadWithNotes(f.ctx, a.ID)
			expectNoError(t, err)
			expectEqual(t, "notes under "+string(owner), found, want)
			_, found, _, err = f.ReadForChange(f.ctx, a.ID, idempotency.Key{})
			expectNoError(t, err)
			expectEqual(t, "notes for a change under "+string(owner), found, want)
		}
		notes, err := f.ReadNotes(
			f.ctx,
			a.ID,
			[]account.ID{north.ID, account.AdministratorOwner, "res_00000000000000000000000000"},
		)
		expectNoError(t, err)
		expectEqual(
			t,
			"notes",
			notes,
			map[account.ID]string{north.ID: "of north", account.AdministratorOwner: "of the administrator"},
		)
	},
	"the account has the beginning of the notes for lists": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		for _, preview := range []account.Notes{{Owner: "a"}, {Owner: "a", Administrator: "b"}, {Administrator: "b"}, {}} {
			a = f.mustChange(t, a, func(a *account.Account) { a.Notes = preview })
			f.expectStored(t, a)
			rows, err := f.List(
				f.ctx,
				directory.Selection{Kind: account.Customer, Owner: r.ID, Sort: directory.ByName, Limit: 1},
			)
			expectNoError(t, err)
			expectEqual(t, "notes in the list", rows.Accounts[0].Notes, preview)
		}
	},
	"a rejected change writes no note": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		f.createCustomer(t, account.AdministratorOwner, "bob")
		c := f.change(a, func(a *account.Account) { a.Login = "bob" })
		c.Note = &edit.AccountNote{By: a.Owner, Text: "lost"}
		expectFault(t, f.ChangeAccount(f.ctx, c), fault.LoginTaken)
		_, found, err := f.ReadWithNotes(f.ctx, a.ID)
		expectNoError(t, err)
		expectEqual(t, "notes", found, account.Notes{})
	},
	"ReadForChange returns account, notes and record": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		c.Note, c.Record = "note", f.record("f", "1")
		expectNoError(t, f.Create(f.ctx, c))
		a, found, record, err := f.ReadForChange(f.ctx, c.Account.ID, c.Record.Key)
		expectNoError(t, err)
		expectEqual(t, "account", a.ID, c.Account.ID)
		expectEqual(t, "notes", found, account.Notes{Owner: "note"})
		expectEqual(t, "record", *record, *c.Record)
		a, _, record, err = f.ReadForChange(f.ctx, "cus_00000000000000000000000000", c.Record.Key)
		expectNoError(t, err)
		expectEqual(t, "account", a, nil)
		expectEqual(t, "record", *record, *c.Record)
	},
}
