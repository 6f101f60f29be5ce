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
func (f *fixture) expectLease(t reporter, order outbox.Order, want bool, wantErr error) {
	t.Helper()
	_, due, err := f.Lease(f.ctx, order, f.now().Add(time.Minute))
	expectEqual(t, "due", due, want)
	expectEqual(t, "error", err, wantErr)
}

// leasesOne expects one of many tries at once to be due.
func (f *fixture) expectOneLease(t reporter, order outbox.Order) {
	t.Helper()
	dues, errs := make([]bool, 5), make([]error, 5)
	var all sync.WaitGroup
	for i := range dues {
		all.Go(func() { _, dues[i], errs[i] = f.Lease(f.ctx, order, f.now().Add(time.Minute)) })
	}
	all.Wait()
	winners := 0
	for i, err := range errs {
		if dues[i] && err == nil {
			winners++
		} else {
			expectEqual(t, "another try holds it", errors.Is(err, outbox.ErrLeased), true)
		}
	}
	expectEqual(t, "winners", winners, 1)
}

var mails = map[string]func(*testing.T, *fixture){
	"a lease is taken over when it has ended, and not before": func(t *testing.T, f *fixture) {
		order := outbox.Order{Event: f.id(event.IDPrefix), Account: "cus_1"}
		f.expectLease(t, order, true, nil)
		f.expectLease(t, order, false, outbox.ErrLeased)
		f.advance(time.Minute - time.Millisecond)
		f.expectLease(t, order, false, outbox.ErrLeased)
		f.advance(time.Millisecond)
		f.expectLease(t, order, true, nil) // the try before has died
		f.expectLease(t, order, false, outbox.ErrLeased)
		f.expectLease(t, outbox.Order{Event: f.id(event.IDPrefix), Account: "cus_1"}, true, nil)
	},
	"what is done with is never due again": func(t *testing.T, f *fixture) {
		for _, state := range []outbox.MailState{outbox.Sent, outbox.Undelivered} {
			order := outbox.Order{Event: f.id(event.IDPrefix), Account: "cus_1"}
			f.expectLease(t, order, true, nil)
			for range 2 { // a second time by a try that was taken for dead
				expectNoError(
					t,
					f.Note(
						f.ctx,
						order,
						state,
						[]outbox.Delivery{{To: "a", Message: "message"}, {To: "b", Unsent: outbox.BadAddress}},
					),
				)
				f.expectLease(t, order, false, nil)
				f.advance(time.Hour)
				f.expectLease(t, order, false, nil)
			}
			none := outbox.Order{Event: f.id(event.IDPrefix)}
			expectNoError(t, f.Note(f.ctx, none, state, nil)) // there was nothing to send
			f.expectLease(t, none, false, nil)
		}
	},
	"the next try learns what became of the letters": func(t *testing.T, f *fixture) {
		order := outbox.Order{Event: f.id(event.IDPrefix), Account: "cus_1"}
		f.expectLease(t, order, true, nil)
		for _, letters := range [][]outbox.Delivery{
			{{To: "a", Message: "message"}}, {{To: "a", Message: "message"}, {To: "b", Unsent: outbox.BadAddress}},
		} {
			expectNoError(t, f.Note(f.ctx, order, outbox.Sending, letters))
			f.expectLease(t, order, false, outbox.ErrLeased)
			f.advance(time.Minute)
			before, due, err := f.Lease(f.ctx, order, f.now().Add(time.Minute))
			expectNoError(t, err)
			expectEqual(t, "due", due, true)
			expectEqual(t, "letters", before, letters)
		}
	},
	"one of many tries at once": func(t *testing.T, f *fixture) {
		order := outbox.Order{Event: f.id(event.IDPrefix), Account: "cus_1"}
		f.expectOneLease(t, order)
		f.advance(time.Minute)
		f.expectOneLease(t, order)
	},
	"an order's event": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		c.Event.Mail = event.WelcomeMail
		expectNoError(t, f.Create(f.ctx, c))
		happened, asked, err := f.ReadOrder(f.ctx, outbox.Order{Event: c.Event.ID, Account: c.Account.ID})
		expectNoError(t, err)
		expectEqual(t, "mail", happened.Mail, event.WelcomeMail)
		expectEqual(t, "asked", asked, nil)
		happened, _, err = f.ReadOrder(f.ctx, outbox.Order{Event: "evt_gone", Account: c.Account.ID})
		expectNoError(t, err)
		expectEqual(t, "event", happened, nil)
	},
	"a forgotten password": func(t *testing.T, f *fixture) {
		happened := event.Event{
			ID:        f.id(event.IDPrefix),
			Name:      event.PasswordForgotten,
			RequestID: "r",
			At:        f.now(),
			Mail:      event.ForgottenMail,
		}
		want := reset.Forgotten{
			Event: happened,
			Login: "ada",
			Email: "a@example.com",
			Ends:  f.now().Truncate(time.Second).Add(time.Hour),
		}
		expectNoError(t, f.WriteForgotten(f.ctx, want))
		order := outbox.Order{Event: happened.ID}
		found, asked, err := f.ReadOrder(f.ctx, order)
		expectNoError(t, err)
		expectEqual(t, "event", *found, happened)
		expectEqual(t, "asked", *asked, want)
		for _, other := range []outbox.Order{{Event: happened.ID, Account: "cus_1"}, {Event: "evt_other"}} {
			found, asked, err = f.ReadOrder(f.ctx, other)
			expectNoError(t, err)
			expectEqual(t, "event", found, nil)
			expectEqual(t, "asked", asked, nil)
		}
		f.advance(time.Hour)
		found, asked, err = f.ReadOrder(f.ctx, order)
		expectNoError(t, err)
		expectEqual(t, "event", found, nil)
		expectEqual(t, "asked", asked, nil)
	},
	"a forgotten password, asked for twice": func(t *testing.T, f *fixture) {
		ask := func() (outbox.Order, error) {
			happened := event.Event{
				ID:   f.id(event.IDPrefix),
				Name: event.PasswordForgotten,
				At:   f.now(),
				Mail: event.ForgottenMail,
			}
			return outbox.Order{Event: happened.ID}, f.WriteForgotten(f.ctx, reset.Forgotten{
				Event: happened, Login: "ada", Email: "a@example.com", Ends: f.now().Add(time.Hour), Record: f.record("f", "{}"),
			})
		}
		first, err := ask()
		expectNoError(t, err)
		second, err := ask()
		expectEqual(t, "answer", string(expectReplay(t, err).Answer), "{}")
		for order, there := range map[outbox.Order]bool{first: true, second: false} {
			found, _, err := f.ReadOrder(f.ctx, order)
			expectNoError(t, err)
			expectEqual(t, "it is written down", found != nil, there)
		}
	},
}
