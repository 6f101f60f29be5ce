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
	"tenantry/shared/sweep"
)

// expectLease expects the result of leasing a mail.
func (f *fixture) expectLease(t reporter, message outbox.Message, want bool, wantErr error) {
	t.Helper()
	_, due, err := f.LeaseMail(f.ctx, message, f.now().Add(time.Minute))
	expectEqual(t, "due", due, want)
	expectEqual(t, "error", err, wantErr)
}

// expectOwed expects the owed mail of a message, or none if want is nil. The sweep sees the mail exactly if it is owed.
func (f *fixture) expectOwed(t reporter, message outbox.Message, want *outbox.Owed) {
	t.Helper()
	got, err := f.ReadOwed(f.ctx, message.Event)
	expectNoError(t, err)
	expectEqual(t, "owed", got, want)
	var due []sweep.DueEntry
	for shard := range f.DueShards() {
		entries, _, err := f.ReadDue(f.ctx, shard, f.now().Add(48*time.Hour), "", 100)
		expectNoError(t, err)
		for _, entry := range entries {
			if entry.Kind == sweep.Mail && entry.ID == message.Event {
				due = append(due, entry)
			}
		}
	}
	if want == nil {
		expectEqual(t, "due", due, nil)
		return
	}
	expectEqual(t, "due", due, []sweep.DueEntry{{Kind: sweep.Mail, ID: message.Event, At: want.DueAt}})
}

// expectOneLease expects one of several concurrent leases to succeed.
func (f *fixture) expectOneLease(t reporter, message outbox.Message) {
	t.Helper()
	dues, errs := make([]bool, 5), make([]error, 5)
	var calls sync.WaitGroup
	for i := range dues {
		calls.Go(func() { _, dues[i], errs[i] = f.LeaseMail(f.ctx, message, f.now().Add(time.Minute)) })
	}
	calls.Wait()
	leased := 0
	for i, err := range errs {
		if dues[i] && err == nil {
			leased++
		} else {
			expectEqual(t, "the error is outbox.ErrLeased", errors.Is(err, outbox.ErrLeased), true)
		}
	}
	expectEqual(t, "successful leases", leased, 1)
}

var mails = map[string]func(*testing.T, *fixture){
	"a mail is leased again when its lease ends, and not before": func(t *testing.T, f *fixture) {
		message := outbox.Message{Event: f.id(event.IDPrefix), Account: "cus_1"}
		f.expectLease(t, message, true, nil)
		f.expectLease(t, message, false, outbox.ErrLeased)
		f.advance(time.Minute - time.Millisecond)
		f.expectLease(t, message, false, outbox.ErrLeased)
		f.advance(time.Millisecond)
		f.expectLease(t, message, true, nil) // the lease has ended
		f.expectLease(t, message, false, outbox.ErrLeased)
		f.expectLease(t, outbox.Message{Event: f.id(event.IDPrefix), Account: "cus_1"}, true, nil)
	},
	"a mail that is done is never due again": func(t *testing.T, f *fixture) {
		for _, state := range []outbox.MailState{outbox.Sent, outbox.Undelivered} {
			message := outbox.Message{Event: f.id(event.IDPrefix), Account: "cus_1"}
			f.expectLease(t, message, true, nil)
			for range 2 { // the second time by a sender whose lease has ended
				expectNoError(
					t,
					f.RecordDeliveries(
						f.ctx,
						message,
						state,
						[]outbox.Delivery{{Recipient: "a", MessageID: "message"}, {Recipient: "b", Unsent: outbox.BadAddress}},
					),
				)
				f.expectLease(t, message, false, nil)
				f.advance(time.Hour)
				f.expectLease(t, message, false, nil)
			}
			none := outbox.Message{Event: f.id(event.IDPrefix)}
			expectNoError(t, f.RecordDeliveries(f.ctx, none, state, nil)) // without a letter
			f.expectLease(t, none, false, nil)
		}
	},
	"the next lease returns the deliveries so far": func(t *testing.T, f *fixture) {
		message := outbox.Message{Event: f.id(event.IDPrefix), Account: "cus_1"}
		f.expectLease(t, message, true, nil)
		for _, deliveries := range [][]outbox.Delivery{
			{{Recipient: "a", MessageID: "message"}}, {{Recipient: "a", MessageID: "message"}, {Recipient: "b", Unsent: outbox.BadAddress}},
		} {
			expectNoError(t, f.RecordDeliveries(f.ctx, message, outbox.Sending, deliveries))
			f.expectLease(t, message, false, outbox.ErrLeased)
			f.advance(time.Minute)
			before, due, err := f.LeaseMail(f.ctx, message, f.now().Add(time.Minute))
			expectNoError(t, err)
			expectEqual(t, "due", due, true)
			expectEqual(t, "deliveries", before, deliveries)
		}
	},
	"one of several concurrent senders gets the lease": func(t *testing.T, f *fixture) {
		message := outbox.Message{Event: f.id(event.IDPrefix), Account: "cus_1"}
		f.expectOneLease(t, message)
		f.advance(time.Minute)
		f.expectOneLease(t, message)
	},
	"a mail is owed from its order until it is done": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		c.Event.Mail = event.WelcomeMail
		message := outbox.Message{Event: c.Event.ID, Account: c.Account.ID}
		expectNoError(t, f.Create(f.ctx, c))
		dueAt := c.Event.At.Add(outbox.FirstPause)
		f.expectOwed(t, message, &outbox.Owed{
			Message: message, OrderedAt: c.Event.At, DueAt: dueAt, LeaseEnds: time.UnixMilli(0).UTC(),
		})
		f.advance(time.Minute)
		leaseEnds := f.now().Add(time.Minute)
		f.expectLease(t, message, true, nil)
		want := outbox.Owed{Message: message, OrderedAt: c.Event.At, DueAt: dueAt, LeaseEnds: leaseEnds}
		f.expectOwed(t, message, &want)
		expectNoError(t, f.RecordDeliveries(f.ctx, message, outbox.Sending, nil))
		f.expectOwed(t, message, &want)
		expectNoError(t, f.PostponeMail(f.ctx, want, dueAt.Add(time.Hour), 3))
		expectNoError(t, f.PostponeMail(f.ctx, want, dueAt.Add(time.Minute), 1)) // too late: it was postponed meanwhile
		want.DueAt, want.HandOvers = dueAt.Add(time.Hour), 3
		f.expectOwed(t, message, &want)
		expectNoError(t, f.RecordDeliveries(f.ctx, message, outbox.Sent, nil))
		f.expectOwed(t, message, nil)
		expectNoError(t, f.PostponeMail(f.ctx, want, dueAt.Add(2*time.Hour), 4))
		f.expectOwed(t, message, nil)
		f.expectOwed(t, outbox.Message{Event: f.id(event.IDPrefix)}, nil)
	},
	"an event without a mail owes none": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		expectNoError(t, f.Create(f.ctx, c))
		f.expectOwed(t, outbox.Message{Event: c.Event.ID}, nil)
	},
	"ReadMailEvent returns the event of an account": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		c.Event.Mail = event.WelcomeMail
		expectNoError(t, f.Create(f.ctx, c))
		found, request, err := f.ReadMailEvent(f.ctx, outbox.Message{Event: c.Event.ID, Account: c.Account.ID})
		expectNoError(t, err)
		expectEqual(t, "mail", found.Mail, event.WelcomeMail)
		expectEqual(t, "request", request, nil)
		found, _, err = f.ReadMailEvent(f.ctx, outbox.Message{Event: "evt_gone", Account: c.Account.ID})
		expectNoError(t, err)
		expectEqual(t, "event", found, nil)
	},
	"a request for a forgotten password is deleted when its mail is done": func(t *testing.T, f *fixture) {
		for state, isKept := range map[outbox.MailState]bool{
			outbox.Sending: true, outbox.Sent: false, outbox.Undelivered: false,
		} {
			e := event.Event{ID: f.id(event.IDPrefix), Name: event.PasswordForgotten, At: f.now(), Mail: event.ForgottenMail}
			expectNoError(t, f.WriteForgotten(f.ctx, reset.ForgottenRequest{
				Event: e, Login: "ada", Email: "a@example.com", Ends: f.now().Add(time.Hour),
			}))
			message := outbox.Message{Event: e.ID}
			_, _, err := f.LeaseMail(f.ctx, message, f.now().Add(time.Minute))
			expectNoError(t, err)
			expectNoError(t, f.RecordDeliveries(f.ctx, message, state, nil))
			found, _, err := f.ReadMailEvent(f.ctx, message)
			expectNoError(t, err)
			expectEqual(t, string(state)+": the request exists", found != nil, isKept)
		}
	},
	"ReadMailEvent returns a request for a forgotten password until it expires": func(t *testing.T, f *fixture) {
		e := event.Event{
			ID:        f.id(event.IDPrefix),
			Name:      event.PasswordForgotten,
			RequestID: "r",
			At:        f.now(),
			Mail:      event.ForgottenMail,
		}
		want := reset.ForgottenRequest{
			Event: e,
			Login: "ada",
			Email: "a@example.com",
			Ends:  f.now().Truncate(time.Second).Add(time.Hour),
		}
		expectNoError(t, f.WriteForgotten(f.ctx, want))
		message := outbox.Message{Event: e.ID}
		found, request, err := f.ReadMailEvent(f.ctx, message)
		expectNoError(t, err)
		expectEqual(t, "event", *found, e)
		expectEqual(t, "request", *request, want)
		for _, other := range []outbox.Message{{Event: e.ID, Account: "cus_1"}, {Event: "evt_other"}} {
			found, request, err = f.ReadMailEvent(f.ctx, other)
			expectNoError(t, err)
			expectEqual(t, "event", found, nil)
			expectEqual(t, "request", request, nil)
		}
		f.advance(time.Hour)
		found, request, err = f.ReadMailEvent(f.ctx, message)
		expectNoError(t, err)
		expectEqual(t, "event", found, nil)
		expectEqual(t, "request", request, nil)
	},
	"a repeated request for a forgotten password is written once": func(t *testing.T, f *fixture) {
		write := func() (outbox.Message, error) {
			e := event.Event{ID: f.id(event.IDPrefix), Name: event.PasswordForgotten, At: f.now(), Mail: event.ForgottenMail}
			return outbox.Message{Event: e.ID}, f.WriteForgotten(f.ctx, reset.ForgottenRequest{
				Event: e, Login: "ada", Email: "a@example.com", Ends: f.now().Add(time.Hour), Record: f.record("f", "{}"),
			})
		}
		first, err := write()
		expectNoError(t, err)
		second, err := write()
		expectEqual(t, "answer", string(expectReplay(t, err).Answer), "{}")
		for message, exists := range map[outbox.Message]bool{first: true, second: false} {
			found, _, err := f.ReadMailEvent(f.ctx, message)
			expectNoError(t, err)
			expectEqual(t, "the request exists", found != nil, exists)
		}
	},
}
