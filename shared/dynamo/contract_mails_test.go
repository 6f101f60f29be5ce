package dynamo_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// leases expects the outcome of a try of sending.
func (w *world) leases(t reporter, order outbox.Message, want bool, wantErr error) {
	t.Helper()
	_, due, err := w.LeaseMail(w.ctx, order, w.now().Add(time.Minute))
	equal(t, "due", due, want)
	equal(t, "error", err, wantErr)
}

// leasesOne expects one of many tries at once to be due.
func (w *world) leasesOne(t reporter, order outbox.Message) {
	t.Helper()
	dues, errs := make([]bool, 5), make([]error, 5)
	var all sync.WaitGroup
	for i := range dues {
		all.Go(func() { _, dues[i], errs[i] = w.LeaseMail(w.ctx, order, w.now().Add(time.Minute)) })
	}
	all.Wait()
	winners := 0
	for i, err := range errs {
		if dues[i] && err == nil {
			winners++
		} else {
			equal(t, "another try holds it", errors.Is(err, outbox.ErrLeased), true)
		}
	}
	equal(t, "winners", winners, 1)
}

var mails = map[string]func(*testing.T, *world){
	"a lease is taken over when it has ended, and not before": func(t *testing.T, w *world) {
		order := outbox.Message{Event: w.id(event.IDPrefix), Account: "cus_1"}
		w.leases(t, order, true, nil)
		w.leases(t, order, false, outbox.ErrLeased)
		w.pass(time.Minute - time.Millisecond)
		w.leases(t, order, false, outbox.ErrLeased)
		w.pass(time.Millisecond)
		w.leases(t, order, true, nil) // the try before has died
		w.leases(t, order, false, outbox.ErrLeased)
		w.leases(t, outbox.Message{Event: w.id(event.IDPrefix), Account: "cus_1"}, true, nil)
	},
	"what is done with is never due again": func(t *testing.T, w *world) {
		for _, state := range []outbox.DeliveryState{outbox.Sent, outbox.Undelivered} {
			order := outbox.Message{Event: w.id(event.IDPrefix), Account: "cus_1"}
			w.leases(t, order, true, nil)
			for range 2 { // a second time by a try that was taken for dead
				succeeds(t, w.RecordDeliveries(w.ctx, order, state, []outbox.Delivery{{Recipient: "a", MessageID: "message"}, {Recipient: "b", Unsent: outbox.BadAddress}}))
				w.leases(t, order, false, nil)
				w.pass(time.Hour)
				w.leases(t, order, false, nil)
			}
			none := outbox.Message{Event: w.id(event.IDPrefix)}
			succeeds(t, w.RecordDeliveries(w.ctx, none, state, nil)) // there was nothing to send
			w.leases(t, none, false, nil)
		}
	},
	"the next try learns what became of the letters": func(t *testing.T, w *world) {
		order := outbox.Message{Event: w.id(event.IDPrefix), Account: "cus_1"}
		w.leases(t, order, true, nil)
		for _, letters := range [][]outbox.Delivery{
			{{Recipient: "a", MessageID: "message"}}, {{Recipient: "a", MessageID: "message"}, {Recipient: "b", Unsent: outbox.BadAddress}},
		} {
			succeeds(t, w.RecordDeliveries(w.ctx, order, outbox.Sending, letters))
			w.leases(t, order, false, outbox.ErrLeased)
			w.pass(time.Minute)
			before, due, err := w.LeaseMail(w.ctx, order, w.now().Add(time.Minute))
			succeeds(t, err)
			equal(t, "due", due, true)
			equal(t, "letters", before, letters)
		}
	},
	"one of many tries at once": func(t *testing.T, w *world) {
		order := outbox.Message{Event: w.id(event.IDPrefix), Account: "cus_1"}
		w.leasesOne(t, order)
		w.pass(time.Minute)
		w.leasesOne(t, order)
	},
	"an order's event": func(t *testing.T, w *world) {
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		c.Event.Mail = event.WelcomeMail
		succeeds(t, w.Create(w.ctx, c))
		happened, asked, err := w.ReadMailEvent(w.ctx, outbox.Message{Event: c.Event.ID, Account: c.Account.ID})
		succeeds(t, err)
		equal(t, "mail", happened.Mail, event.WelcomeMail)
		equal(t, "asked", asked, nil)
		happened, _, err = w.ReadMailEvent(w.ctx, outbox.Message{Event: "evt_gone", Account: c.Account.ID})
		succeeds(t, err)
		equal(t, "event", happened, nil)
	},
	"a forgotten password": func(t *testing.T, w *world) {
		happened := event.Event{ID: w.id(event.IDPrefix), Name: event.PasswordForgotten, RequestID: "r", At: w.now(), Mail: event.ForgottenMail}
		want := reset.Forgotten{Event: happened, Login: "ada", Email: "a@example.com", Ends: w.now().Truncate(time.Second).Add(time.Hour)}
		succeeds(t, w.WriteForgotten(w.ctx, want))
		order := outbox.Message{Event: happened.ID}
		found, asked, err := w.ReadMailEvent(w.ctx, order)
		succeeds(t, err)
		equal(t, "event", *found, happened)
		equal(t, "asked", *asked, want)
		for _, other := range []outbox.Message{{Event: happened.ID, Account: "cus_1"}, {Event: "evt_other"}} {
			found, asked, err = w.ReadMailEvent(w.ctx, other)
			succeeds(t, err)
			equal(t, "event", found, nil)
			equal(t, "asked", asked, nil)
		}
		w.pass(time.Hour)
		found, asked, err = w.ReadMailEvent(w.ctx, order)
		succeeds(t, err)
		equal(t, "event", found, nil)
		equal(t, "asked", asked, nil)
	},
	"a forgotten password, asked for twice": func(t *testing.T, w *world) {
		ask := func() (outbox.Message, error) {
			happened := event.Event{ID: w.id(event.IDPrefix), Name: event.PasswordForgotten, At: w.now(), Mail: event.ForgottenMail}
			return outbox.Message{Event: happened.ID}, w.WriteForgotten(w.ctx, reset.Forgotten{
				Event: happened, Login: "ada", Email: "a@example.com", Ends: w.now().Add(time.Hour), Record: w.record("f", "{}"),
			})
		}
		first, err := ask()
		succeeds(t, err)
		second, err := ask()
		equal(t, "answer", string(replayed(t, err).Answer), "{}")
		for order, there := range map[outbox.Message]bool{first: true, second: false} {
			found, _, err := w.ReadMailEvent(w.ctx, order)
			succeeds(t, err)
			equal(t, "it is written down", found != nil, there)
		}
	},
}
