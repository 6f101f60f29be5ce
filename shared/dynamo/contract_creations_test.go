package dynamo_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

var creations = map[string]func(*testing.T, *fixture){
	"a customer of the administrator is stored with guards, notes and counts": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		c.Account.ExternalID, c.Note = "4711", "pays late\n"+strings.Repeat("ñ", 3980)
		c.Account.Notes = account.Notes{Owner: c.Note}.Truncate(account.NotePreview)
		c.Account.Contact = account.Contact{
			Name: "O'Neil <b>x", Company: "李小龍", Email: "a@example.com", Phone: "1", Fax: "2", Address: "Street 1\n2nd floor",
			City: "Cork", State: "Munster", PostalCode: "T12", Country: "IE", Locale: "en-IE",
		}
		expectNoError(t, f.Create(f.ctx, c))
		f.expectStored(t, c.Account)

		a, notes, err := f.ReadWithNotes(f.ctx, c.Account.ID)
		expectNoError(t, err)
		expectEqual(t, "account", *a, c.Account)
		expectEqual(t, "notes", notes, account.Notes{Owner: c.Note})
		id, err := f.FindLogin(f.ctx, "ada")
		expectNoError(t, err)
		expectEqual(t, "login", id, c.Account.ID)
		id, err = f.FindExternalID(f.ctx, account.AdministratorOwner, "4711")
		expectNoError(t, err)
		expectEqual(t, "external id", id, c.Account.ID)
		f.expectCount(t, account.Customer, account.AdministratorOwner, 1)
		f.expectCount(t, account.Customer, "", 1)
	},
	"every field is stored": func(t *testing.T, f *fixture) {
		c := f.completeCreation(t)
		expectNoError(t, f.Create(f.ctx, c))
		f.expectStored(t, c.Account)
	},
	"a customer of a reseller is counted and found by its login": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		c := f.accountCreation(account.Customer, r.ID, "ada")
		c.Note = "ours"
		expectNoError(t, f.Create(f.ctx, c))
		_, notes, err := f.ReadWithNotes(f.ctx, c.Account.ID)
		expectNoError(t, err)
		expectEqual(t, "notes", notes, account.Notes{Owner: "ours"})
		f.expectCount(t, account.Customer, r.ID, 1)
		f.expectCount(t, account.Customer, account.AdministratorOwner, 0)
		f.expectCount(t, account.Customer, "", 1)
		f.expectCount(t, account.Reseller, account.AdministratorOwner, 1)
		hints, known, err := f.FindSignIn(f.ctx, "ada", "nowhere")
		expectNoError(t, err)
		expectEqual(t, "hints", hints, []account.ID{c.Account.ID, r.ID})
		expectEqual(t, "known until", known, time.Time{})
	},
	"accounts and guards that do not exist": func(t *testing.T, f *fixture) {
		const nobody = account.ID("cus_00000000000000000000000000")
		a, notes, err := f.ReadWithNotes(f.ctx, nobody)
		expectNoError(t, err)
		if a != nil || notes != (account.Notes{}) {
			t.Fatalf("found account %v with notes %v, want none", a, notes)
		}
		a, err = f.ReadAccount(f.ctx, nobody)
		expectNoError(t, err)
		expectEqual(t, "account", a, nil)
		for _, login := range []string{"", "nobody", strings.Repeat("x", 5000)} {
			id, err := f.FindLogin(f.ctx, account.Login(login))
			expectNoError(t, err)
			expectEqual(t, "login", id, "")
			hints, known, err := f.FindSignIn(f.ctx, account.Login(login), "nowhere")
			expectNoError(t, err)
			if len(hints) > 0 || !known.IsZero() {
				t.Fatalf("found hints %v, known %v, want none", hints, known)
			}
			id, err = f.FindExternalID(f.ctx, nobody, login)
			expectNoError(t, err)
			expectEqual(t, "external id", id, "")
		}
		f.expectCount(t, account.Customer, nobody, 0)
		expectNoError(t, f.Ping(f.ctx))
	},
	"a login is unique": func(t *testing.T, f *fixture) {
		f.createReseller(t, "ada")
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		c.Account.ExternalID = "4711"
		expectFault(t, f.Create(f.ctx, c), fault.LoginTaken)
		f.expectNotStored(t, c.Account)
		id, err := f.FindExternalID(f.ctx, account.AdministratorOwner, "4711")
		expectNoError(t, err)
		expectEqual(t, "external id", id, "")
		f.expectCount(t, account.Customer, "", 0)
	},
	"an external id is unique per owner": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		create := func(owner account.ID, login string) error {
			c := f.accountCreation(account.Customer, owner, login)
			c.Account.ExternalID = "4711"
			return f.Create(f.ctx, c)
		}
		expectNoError(t, create(r.ID, "first"))
		expectFault(t, create(r.ID, "second"), fault.Conflict)
		expectNoError(t, create(account.AdministratorOwner, "second"))
		f.expectCount(t, account.Customer, "", 2)
	},
	"the owner must be a reseller": func(t *testing.T, f *fixture) {
		for _, owner := range []account.ID{"res_00000000000000000000000000", f.createCustomer(t, account.AdministratorOwner, "ada").ID} {
			c := f.accountCreation(account.Customer, owner, "bob")
			expectFault(t, f.Create(f.ctx, c), fault.NotFound)
			f.expectNotStored(t, c.Account)
		}
	},
	"the first failed condition decides the error": func(t *testing.T, f *fixture) {
		first := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		first.Account.ExternalID, first.Record = "4711", f.record("f", `"first"`)
		expectNoError(t, f.Create(f.ctx, first))
		second := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		second.Account.ExternalID = "4711"
		expectFault(t, f.Create(f.ctx, second), fault.LoginTaken)
		second.Record = f.record("f", `"second"`)
		expectEqual(t, "answer", string(expectReplay(t, f.Create(f.ctx, second)).Answer), `"first"`)
	},
	"one of several concurrent creations gets a login": func(t *testing.T, f *fixture) {
		errs := concurrently(8, func(int) error {
			return f.Create(f.ctx, f.accountCreation(account.Customer, account.AdministratorOwner, "ada"))
		})
		expectEqual(t, "successful creations", countSuccesses(t, errs, fault.LoginTaken), 1)
		f.expectCount(t, account.Customer, "", 1)
	},
	"concurrent duplicates of a request get the first answer": func(t *testing.T, f *fixture) {
		errs := concurrently(4, func(int) error {
			c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
			c.Record = f.record("f", `"`+string(c.Account.ID)+`"`)
			return f.Create(f.ctx, c)
		})
		created, err := f.FindLogin(f.ctx, "ada")
		expectNoError(t, err)
		successes := 0
		for _, err := range errs {
			if err == nil {
				successes++
			} else {
				expectEqual(t, "answer", string(expectReplay(t, err).Answer), `"`+string(created)+`"`)
			}
		}
		expectEqual(t, "successful creations", successes, 1)
	},
	"a repeated request gets the first answer": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		c.Record = f.record("f", `{"id":1}`)
		expectNoError(t, f.Create(f.ctx, c))
		again := f.accountCreation(account.Customer, account.AdministratorOwner, "other")
		again.Record = f.record("another body", `{"id":2}`)
		expectEqual(t, "first record", expectReplay(t, f.Create(f.ctx, again)), *c.Record)
		f.expectNotStored(t, again.Account)

		_, first, err := f.ReadOwner(f.ctx, account.AdministratorOwner, again.Record.Key)
		expectNoError(t, err)
		expectEqual(t, "record", first, c.Record)
		first, err = f.ReadRecord(f.ctx, again.Record.Key)
		expectNoError(t, err)
		expectEqual(t, "record", first, c.Record)
	},
	"a record expires": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		c.Record = f.record("f", `1`)
		expectNoError(t, f.Create(f.ctx, c))
		f.advance(idempotency.Lifetime)
		record, err := f.ReadRecord(f.ctx, c.Record.Key)
		expectNoError(t, err)
		expectEqual(t, "record", record, nil)
		again := f.accountCreation(account.Customer, account.AdministratorOwner, "bob")
		again.Record = f.record("f", `2`)
		expectNoError(t, f.Create(f.ctx, again))
		record, err = f.ReadRecord(f.ctx, c.Record.Key)
		expectNoError(t, err)
		expectEqual(t, "record", record, again.Record)
	},
	"ReadOwner returns the new owner and the record": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		owner, record, err := f.ReadOwner(f.ctx, r.ID, idempotency.Key{Name: "k", Fingerprint: "f"})
		expectNoError(t, err)
		expectEqual(t, "owner", *owner, r)
		expectEqual(t, "record", record, nil)
		owner, record, err = f.ReadOwner(f.ctx, r.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "owner", *owner, r)
		expectEqual(t, "record", record, nil)
		for _, id := range []account.ID{account.AdministratorOwner, "res_00000000000000000000000000"} {
			owner, _, err = f.ReadOwner(f.ctx, id, idempotency.Key{})
			expectNoError(t, err)
			expectEqual(t, "owner", owner, nil)
		}
		f.advance(time.Second)
		record, err = f.ReadRecord(f.ctx, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "record", record, nil)
	},
}

func (f *fixture) firstAdministrator(login string) access.FirstAdministratorCreation {
	a := account.Account{
		ID: account.ID(f.id(account.AdministratorPrefix)), Kind: account.Administrator, Login: account.Login(login),
		Contact: account.Contact{Name: "Admin", Email: "admin@example.com", Locale: "en"}, Owner: account.AdministratorOwner,
		Lifecycle: account.Ready, PasswordVersion: 1, CreatedAt: f.now(), Version: 1,
	}
	return access.FirstAdministratorCreation{
		Account: a, PasswordHash: "$hash$",
		Event:     f.event(event.AdministratorCreated, &a),
		CursorKey: []byte("0123456789abcdef0123456789abcdef"),
	}
}

var firstAdministrators = map[string]func(*testing.T, *fixture){
	"there is one first administrator": func(t *testing.T, f *fixture) {
		if _, err := f.CursorKey(f.ctx); err == nil {
			t.Fatal("CursorKey returned a key before there is a first administrator")
		}
		secret, err := f.IdempotencySecret(f.ctx)
		expectNoError(t, err)
		expectEqual(t, "secret before the first administrator", secret, nil)
		first, second := f.firstAdministrator("admin"), f.firstAdministrator("root2")
		second.CursorKey = []byte("ffffffffffffffffffffffffffffffff")
		expectNoError(t, f.CreateFirstAdministrator(f.ctx, first))
		expectFault(t, f.CreateFirstAdministrator(f.ctx, second), fault.Conflict)
		f.expectStored(t, first.Account)
		f.expectNotStored(t, second.Account)
		key, err := f.CursorKey(f.ctx)
		expectNoError(t, err)
		expectEqual(t, "key", key, first.CursorKey)
		want, err := idempotency.NewSecret(key)
		expectNoError(t, err)
		for range 2 {
			secret, err = f.IdempotencySecret(f.ctx)
			expectNoError(t, err)
			expectEqual(t, "secret", secret, want)
		}
		for _, kind := range []account.Kind{account.Customer, account.Reseller} {
			f.expectCount(t, kind, "", 0)
		}
		chain, err := f.ReadChain(f.ctx, []account.ID{first.Account.ID})
		expectNoError(t, err)
		expectEqual(t, "chain", chain, []account.Account{first.Account})
	},
	"its login must be free": func(t *testing.T, f *fixture) {
		f.createCustomer(t, account.AdministratorOwner, "admin")
		expectFault(t, f.CreateFirstAdministrator(f.ctx, f.firstAdministrator("admin")), fault.LoginTaken)
		expectNoError(t, f.CreateFirstAdministrator(f.ctx, f.firstAdministrator("root2")))
	},
}
