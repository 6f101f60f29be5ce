package storetest

import (
	"errors"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/once"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// making is the making of a link after those that there are.
func (w *world) making(of *account.Account, links reset.Links, hash string) reset.Making {
	after := reset.Links{Account: of.ID, Version: links.Version + 1, Links: append(links.Links, reset.Link{
		Hash: hash, For: w.id(event.IDPrefix), Epoch: of.LinkEpoch, CreatedAt: w.now(), ExpiresAt: w.now().Add(time.Hour),
	})}
	return reset.Making{Links: &after, Event: w.event(event.ResetLinkShown, of)}
}

var links = map[string]func(*testing.T, *world){
	"links add up": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		var have reset.Links
		for _, hash := range []string{"1", "2"} {
			m := w.making(&a, have, hash)
			succeeds(t, w.MakeLink(w.ctx, m))
			have = *m.Links
		}
		of, found, _, err := w.ReadLinks(w.ctx, a.ID, once.Request{})
		succeeds(t, err)
		equal(t, "account", of.ID, a.ID)
		equal(t, "links", found, have)
	},
	"one of two at once": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		succeeds(t, w.MakeLink(w.ctx, w.making(&a, reset.Links{}, "1")))
		refused(t, w.MakeLink(w.ctx, w.making(&a, reset.Links{}, "2")), fault.VersionMismatch)
	},
	"a request only once": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		m := w.making(&a, reset.Links{}, "1")
		m.Once = w.record("f", "1")
		succeeds(t, w.MakeLink(w.ctx, m))
		again := w.making(&a, *m.Links, "2")
		again.Once = w.record("f", "2")
		equal(t, "record", replayed(t, w.MakeLink(w.ctx, again)), *m.Once)
		_, found, record, err := w.ReadLinks(w.ctx, a.ID, m.Once.Request)
		succeeds(t, err)
		equal(t, "links", found, *m.Links)
		equal(t, "record", *record, *m.Once)
	},
	"only an event": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		happened := w.event(event.ResetLinkOrdered, &a)
		succeeds(t, w.MakeLink(w.ctx, reset.Making{Event: happened}))
		found, _, err := w.ListEvents(w.ctx, a.ID, "", 1)
		succeeds(t, err)
		equal(t, "event", found[0].ID, happened.ID)
	},
	"of nobody": func(t *testing.T, w *world) {
		of, found, _, err := w.ReadLinks(w.ctx, "cus_00000000000000000000000000", once.Request{})
		succeeds(t, err)
		equal(t, "account", of, nil)
		equal(t, "links", len(found.Links), 0)
	},
}

var mails = map[string]func(*testing.T, *world){
	"a lease is taken once": func(t *testing.T, w *world) {
		order := outbox.Order{Event: w.id(event.IDPrefix), Account: "cus_1"}
		lease := func(want bool, wantErr error) {
			t.Helper()
			due, err := w.Lease(w.ctx, order, w.now().Add(time.Minute))
			equal(t, "due", due, want)
			equal(t, "error", errors.Is(err, outbox.ErrLeased), wantErr != nil)
		}
		lease(true, nil)
		lease(false, outbox.ErrLeased)
		w.pass(time.Minute)
		lease(true, nil) // the try before has died
		succeeds(t, w.Sent(w.ctx, order, []string{"message"}))
		lease(false, nil)
		w.pass(time.Hour)
		lease(false, nil)
	},
	"an order's event": func(t *testing.T, w *world) {
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		c.Event.Mail = event.WelcomeMail
		succeeds(t, w.Create(w.ctx, c))
		happened, asked, err := w.ReadOrder(w.ctx, outbox.Order{Event: c.Event.ID, Account: c.Account.ID})
		succeeds(t, err)
		equal(t, "mail", happened.Mail, event.WelcomeMail)
		equal(t, "asked", asked, nil)
		happened, _, err = w.ReadOrder(w.ctx, outbox.Order{Event: "evt_gone", Account: c.Account.ID})
		succeeds(t, err)
		equal(t, "event", happened, nil)
	},
	"a forgotten password": func(t *testing.T, w *world) {
		happened := event.Event{ID: w.id(event.IDPrefix), Name: event.PasswordForgotten, At: w.now(), Mail: event.ForgottenMail}
		succeeds(t, w.WriteForgotten(w.ctx, reset.Forgotten{Event: happened, Login: "ada", Email: "a@example.com", Ends: w.now().Add(time.Hour)}))
		found, asked, err := w.ReadOrder(w.ctx, outbox.Order{Event: happened.ID})
		succeeds(t, err)
		equal(t, "mail", found.Mail, event.ForgottenMail)
		equal(t, "account", found.Account, account.ID(""))
		equal(t, "login", asked.Login, account.Login("ada"))
		equal(t, "email", asked.Email, "a@example.com")
	},
}
