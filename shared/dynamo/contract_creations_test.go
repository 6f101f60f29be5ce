package dynamo_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

var creations = map[string]func(*testing.T, *fixture){
	"customer of the administrator": func(t *testing.T, f *fixture) {
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
	"every field": func(t *testing.T, f *fixture) {
		c := f.completeCreation(t)
		expectNoError(t, f.Create(f.ctx, c))
		f.expectStored(t, c.Account)
	},
	"customer of a reseller": func(t *testing.T, f *fixture) {
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
		expectEqual(t, "known", known, false)
	},
	"what does not exist": func(t *testing.T, f *fixture) {
		const nobody = account.ID("cus_00000000000000000000000000")
		a, notes, err := f.ReadWithNotes(f.ctx, nobody)
		expectNoError(t, err)
		if a != nil || notes != (account.Notes{}) {
			t.Fatalf("found %v, %v", a, notes)
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
			if len(hints) > 0 || known {
				t.Fatalf("found %v, %v", hints, known)
			}
			id, err = f.FindExternalID(f.ctx, nobody, login)
			expectNoError(t, err)
			expectEqual(t, "external id", id, "")
		}
		f.expectCount(t, account.Customer, nobody, 0)
		expectNoError(t, f.Ping(f.ctx))
	},
	"login taken": func(t *testing.T, f *fixture) {
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
	"external id taken": func(t *testing.T, f *fixture) {
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
	"owner that is no reseller": func(t *testing.T, f *fixture) {
		for _, owner := range []account.ID{"res_00000000000000000000000000", f.createCustomer(t, account.AdministratorOwner, "ada").ID} {
			c := f.accountCreation(account.Customer, owner, "bob")
			expectFault(t, f.Create(f.ctx, c), fault.NotFound)
			f.expectNotStored(t, c.Account)
		}
	},
	"the first refusal is told": func(t *testing.T, f *fixture) {
		first := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		first.Account.ExternalID, first.Record = "4711", f.record("f", `"first"`)
		expectNoError(t, f.Create(f.ctx, first))
		second := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		second.Account.ExternalID = "4711"
		expectFault(t, f.Create(f.ctx, second), fault.LoginTaken)
		second.Record = f.record("f", `"second"`)
		expectEqual(t, "answer", string(expectReplay(t, f.Create(f.ctx, second)).Answer), `"first"`)
	},
	"concurrent creations of one login": func(t *testing.T, f *fixture) {
		const clients = 8
		errs := make([]error, clients)
		var all sync.WaitGroup
		for i := range clients {
			c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
			all.Go(func() { errs[i] = f.Create(f.ctx, c) })
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				expectFault(t, err, fault.LoginTaken)
			}
		}
		expectEqual(t, "winners", won, 1)
		f.expectCount(t, account.Customer, "", 1)
	},
	"concurrent duplicates": func(t *testing.T, f *fixture) {
		const clients = 4
		errs := make([]error, clients)
		var all sync.WaitGroup
		for i := range clients {
			c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
			c.Record = f.record("f", `"`+string(c.Account.ID)+`"`)
			all.Go(func() { errs[i] = f.Create(f.ctx, c) })
		}
		all.Wait()
		winner, err := f.FindLogin(f.ctx, "ada")
		expectNoError(t, err)
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				expectEqual(t, "answer", string(expectReplay(t, err).Answer), `"`+string(winner)+`"`)
			}
		}
		expectEqual(t, "winners", won, 1)
	},
	"replay": func(t *testing.T, f *fixture) {
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
	"a record is forgotten": func(t *testing.T, f *fixture) {
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
	"owner to be": func(t *testing.T, f *fixture) {
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
		Lifecycle: account.Ready, PasswordHash: "$hash$", CreatedAt: f.now(), Version: 1,
	}
	return access.FirstAdministratorCreation{
		Account:   a,
		Event:     f.event(event.AdministratorCreated, &a),
		CursorKey: []byte("0123456789abcdef0123456789abcdef"),
	}
}

var firstAdministrators = map[string]func(*testing.T, *fixture){
	"once": func(t *testing.T, f *fixture) {
		if _, err := f.CursorKey(f.ctx); err == nil {
			t.Fatal("there is a key before the founding")
		}
		secret, err := f.IdempotencySecret(f.ctx)
		expectNoError(t, err)
		expectEqual(t, "secret before the founding", secret, nil)
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
	"login taken": func(t *testing.T, f *fixture) {
		f.createCustomer(t, account.AdministratorOwner, "admin")
		expectFault(t, f.CreateFirstAdministrator(f.ctx, f.firstAdministrator("admin")), fault.LoginTaken)
		expectNoError(t, f.CreateFirstAdministrator(f.ctx, f.firstAdministrator("root2")))
	},
}
