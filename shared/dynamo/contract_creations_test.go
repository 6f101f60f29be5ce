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

var creations = map[string]func(*testing.T, *world){
	"customer of the administrator": func(t *testing.T, w *world) {
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		c.Account.ExternalID, c.Note = "4711", "pays late\n"+strings.Repeat("ñ", 3980)
		c.Account.Notes = account.Notes{Owner: c.Note}.Truncate(account.NotePreview)
		c.Account.Contact = account.Contact{
			Name: "O'Neil <b>x", Company: "李小龍", Email: "a@example.com", Phone: "1", Fax: "2", Address: "Street 1\n2nd floor",
			City: "Cork", State: "Munster", PostalCode: "T12", Country: "IE", Locale: "en-IE",
		}
		succeeds(t, w.Create(w.ctx, c))
		w.stored(t, c.Account)

		a, notes, err := w.ReadWithNotes(w.ctx, c.Account.ID)
		succeeds(t, err)
		equal(t, "account", *a, c.Account)
		equal(t, "notes", notes, account.Notes{Owner: c.Note})
		id, err := w.FindLogin(w.ctx, "ada")
		succeeds(t, err)
		equal(t, "login", id, c.Account.ID)
		id, err = w.FindExternalID(w.ctx, account.AdministratorOwner, "4711")
		succeeds(t, err)
		equal(t, "external id", id, c.Account.ID)
		w.counts(t, account.Customer, account.AdministratorOwner, 1)
		w.counts(t, account.Customer, "", 1)
	},
	"every field": func(t *testing.T, w *world) {
		c := w.full(t)
		succeeds(t, w.Create(w.ctx, c))
		w.stored(t, c.Account)
	},
	"customer of a reseller": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		c := w.creation(account.Customer, r.ID, "ada")
		c.Note = "ours"
		succeeds(t, w.Create(w.ctx, c))
		_, notes, err := w.ReadWithNotes(w.ctx, c.Account.ID)
		succeeds(t, err)
		equal(t, "notes", notes, account.Notes{Owner: "ours"})
		w.counts(t, account.Customer, r.ID, 1)
		w.counts(t, account.Customer, account.AdministratorOwner, 0)
		w.counts(t, account.Customer, "", 1)
		w.counts(t, account.Reseller, account.AdministratorOwner, 1)
		hints, known, err := w.FindSignIn(w.ctx, "ada", "nowhere")
		succeeds(t, err)
		equal(t, "hints", hints, []account.ID{c.Account.ID, r.ID})
		equal(t, "known", known, false)
	},
	"what does not exist": func(t *testing.T, w *world) {
		const nobody = account.ID("cus_00000000000000000000000000")
		a, notes, err := w.ReadWithNotes(w.ctx, nobody)
		succeeds(t, err)
		if a != nil || notes != (account.Notes{}) {
			t.Fatalf("found %v, %v", a, notes)
		}
		a, err = w.ReadAccount(w.ctx, nobody)
		succeeds(t, err)
		equal(t, "account", a, nil)
		for _, login := range []string{"", "nobody", strings.Repeat("x", 5000)} {
			id, err := w.FindLogin(w.ctx, account.Login(login))
			succeeds(t, err)
			equal(t, "login", id, "")
			hints, known, err := w.FindSignIn(w.ctx, account.Login(login), "nowhere")
			succeeds(t, err)
			if len(hints) > 0 || known {
				t.Fatalf("found %v, %v", hints, known)
			}
			id, err = w.FindExternalID(w.ctx, nobody, login)
			succeeds(t, err)
			equal(t, "external id", id, "")
		}
		w.counts(t, account.Customer, nobody, 0)
		succeeds(t, w.Ping(w.ctx))
	},
	"login taken": func(t *testing.T, w *world) {
		w.reseller(t, "ada")
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		c.Account.ExternalID = "4711"
		refused(t, w.Create(w.ctx, c), fault.LoginTaken)
		w.absent(t, c.Account)
		id, err := w.FindExternalID(w.ctx, account.AdministratorOwner, "4711")
		succeeds(t, err)
		equal(t, "external id", id, "")
		w.counts(t, account.Customer, "", 0)
	},
	"external id taken": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		create := func(owner account.ID, login string) error {
			c := w.creation(account.Customer, owner, login)
			c.Account.ExternalID = "4711"
			return w.Create(w.ctx, c)
		}
		succeeds(t, create(r.ID, "first"))
		refused(t, create(r.ID, "second"), fault.Conflict)
		succeeds(t, create(account.AdministratorOwner, "second"))
		w.counts(t, account.Customer, "", 2)
	},
	"owner that is no reseller": func(t *testing.T, w *world) {
		for _, owner := range []account.ID{"res_00000000000000000000000000", w.customer(t, account.AdministratorOwner, "ada").ID} {
			c := w.creation(account.Customer, owner, "bob")
			refused(t, w.Create(w.ctx, c), fault.NotFound)
			w.absent(t, c.Account)
		}
	},
	"the first refusal is told": func(t *testing.T, w *world) {
		first := w.creation(account.Customer, account.AdministratorOwner, "ada")
		first.Account.ExternalID, first.Record = "4711", w.record("f", `"first"`)
		succeeds(t, w.Create(w.ctx, first))
		second := w.creation(account.Customer, account.AdministratorOwner, "ada")
		second.Account.ExternalID = "4711"
		refused(t, w.Create(w.ctx, second), fault.LoginTaken)
		second.Record = w.record("f", `"second"`)
		equal(t, "answer", string(replayed(t, w.Create(w.ctx, second)).Answer), `"first"`)
	},
	"concurrent creations of one login": func(t *testing.T, w *world) {
		const clients = 8
		errs := make([]error, clients)
		var all sync.WaitGroup
		for i := range clients {
			c := w.creation(account.Customer, account.AdministratorOwner, "ada")
			all.Go(func() { errs[i] = w.Create(w.ctx, c) })
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
		w.counts(t, account.Customer, "", 1)
	},
	"concurrent duplicates": func(t *testing.T, w *world) {
		const clients = 4
		errs := make([]error, clients)
		var all sync.WaitGroup
		for i := range clients {
			c := w.creation(account.Customer, account.AdministratorOwner, "ada")
			c.Record = w.record("f", `"`+string(c.Account.ID)+`"`)
			all.Go(func() { errs[i] = w.Create(w.ctx, c) })
		}
		all.Wait()
		winner, err := w.FindLogin(w.ctx, "ada")
		succeeds(t, err)
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				equal(t, "answer", string(replayed(t, err).Answer), `"`+string(winner)+`"`)
			}
		}
		equal(t, "winners", won, 1)
	},
	"replay": func(t *testing.T, w *world) {
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		c.Record = w.record("f", `{"id":1}`)
		succeeds(t, w.Create(w.ctx, c))
		again := w.creation(account.Customer, account.AdministratorOwner, "other")
		again.Record = w.record("another body", `{"id":2}`)
		equal(t, "first record", replayed(t, w.Create(w.ctx, again)), *c.Record)
		w.absent(t, again.Account)

		_, first, err := w.ReadOwner(w.ctx, account.AdministratorOwner, again.Record.Key)
		succeeds(t, err)
		equal(t, "record", first, c.Record)
		first, err = w.ReadRecord(w.ctx, again.Record.Key)
		succeeds(t, err)
		equal(t, "record", first, c.Record)
	},
	"a record is forgotten": func(t *testing.T, w *world) {
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		c.Record = w.record("f", `1`)
		succeeds(t, w.Create(w.ctx, c))
		w.pass(idempotency.Lifetime)
		record, err := w.ReadRecord(w.ctx, c.Record.Key)
		succeeds(t, err)
		equal(t, "record", record, nil)
		again := w.creation(account.Customer, account.AdministratorOwner, "bob")
		again.Record = w.record("f", `2`)
		succeeds(t, w.Create(w.ctx, again))
		record, err = w.ReadRecord(w.ctx, c.Record.Key)
		succeeds(t, err)
		equal(t, "record", record, again.Record)
	},
	"owner to be": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		owner, record, err := w.ReadOwner(w.ctx, r.ID, idempotency.Key{Name: "k", Fingerprint: "f"})
		succeeds(t, err)
		equal(t, "owner", *owner, r)
		equal(t, "record", record, nil)
		owner, record, err = w.ReadOwner(w.ctx, r.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "owner", *owner, r)
		equal(t, "record", record, nil)
		for _, id := range []account.ID{account.AdministratorOwner, "res_00000000000000000000000000"} {
			owner, _, err = w.ReadOwner(w.ctx, id, idempotency.Key{})
			succeeds(t, err)
			equal(t, "owner", owner, nil)
		}
		w.pass(time.Second)
		record, err = w.ReadRecord(w.ctx, idempotency.Key{})
		succeeds(t, err)
		equal(t, "record", record, nil)
	},
}

func (w *world) founding(login string) access.FirstAdministratorCreation {
	a := account.Account{
		ID: account.ID(w.id(account.AdministratorPrefix)), Kind: account.Administrator, Login: account.Login(login),
		Contact: account.Contact{Name: "Admin", Email: "admin@example.com", Locale: "en"}, Owner: account.AdministratorOwner,
		Lifecycle: account.Ready, PasswordHash: "$hash$", CreatedAt: w.now(), Version: 1,
	}
	return access.FirstAdministratorCreation{
		Account:   a,
		Event:     w.event(event.AdministratorCreated, &a),
		CursorKey: []byte("0123456789abcdef0123456789abcdef"),
	}
}

var foundings = map[string]func(*testing.T, *world){
	"once": func(t *testing.T, w *world) {
		if _, err := w.CursorKey(w.ctx); err == nil {
			t.Fatal("there is a key before the founding")
		}
		secret, err := w.IdempotencySecret(w.ctx)
		succeeds(t, err)
		equal(t, "secret before the founding", secret, nil)
		first, second := w.founding("admin"), w.founding("root2")
		second.CursorKey = []byte("ffffffffffffffffffffffffffffffff")
		succeeds(t, w.CreateFirstAdministrator(w.ctx, first))
		refused(t, w.CreateFirstAdministrator(w.ctx, second), fault.Conflict)
		w.stored(t, first.Account)
		w.absent(t, second.Account)
		key, err := w.CursorKey(w.ctx)
		succeeds(t, err)
		equal(t, "key", key, first.CursorKey)
		want, err := idempotency.NewSecret(key)
		succeeds(t, err)
		for range 2 {
			secret, err = w.IdempotencySecret(w.ctx)
			succeeds(t, err)
			equal(t, "secret", secret, want)
		}
		for _, kind := range []account.Kind{account.Customer, account.Reseller} {
			w.counts(t, kind, "", 0)
		}
		chain, err := w.ReadChain(w.ctx, []account.ID{first.Account.ID})
		succeeds(t, err)
		equal(t, "chain", chain, []account.Account{first.Account})
	},
	"login taken": func(t *testing.T, w *world) {
		w.customer(t, account.AdministratorOwner, "admin")
		refused(t, w.CreateFirstAdministrator(w.ctx, w.founding("admin")), fault.LoginTaken)
		succeeds(t, w.CreateFirstAdministrator(w.ctx, w.founding("root2")))
	},
}
