package dynamo

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/meter"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// TestCallsOfAccounts checks the calls of the methods that change accounts. Calls that are made concurrently are sorted.
func TestCallsOfAccounts(t *testing.T) {
	w := newAccountFixture(t)
	id := w.customer.ID
	loginChange, user, token := w.loginChange(t), w.panelUserCreation(t, id), w.newToken(t, id)
	noteRemoval := edit.AccountChange{
		Before: loginChange.After,
		After:  loginChange.After,
		Event:  w.newEvent(t, id),
		Note:   &edit.AccountNote{By: w.customer.Owner},
	}
	noteRemoval.After.Version++
	user.Account.Login, user.Account.ID = "another", account.ID(w.id(t, account.PanelUserPrefix))
	links := &reset.Links{Account: id, Version: 1, Links: []reset.Link{{Hash: "h", ExpiresAt: w.now().UTC()}}}
	request := reset.ForgottenRequest{Event: w.newEvent(t, ""), Login: "ada", Ends: w.now().Add(time.Hour)}
	request.Event.Mail, user.Event.Mail = event.ForgottenMail, event.WelcomeMail
	owed := outbox.Owed{Message: outbox.Message{Event: request.Event.ID}, DueAt: request.Event.At.Add(outbox.FirstPause)}
	message := outbox.Message{Event: request.Event.ID}
	keyed := idempotency.Key{Name: "k", Fingerprint: "f"}

	const (
		get, batch, put = "dynamodb:GetItem table", "dynamodb:BatchGetItem table", "dynamodb:PutItem table"
		update, remove  = "dynamodb:UpdateItem table", "dynamodb:DeleteItem table"
		query, check    = "dynamodb:Query table", "dynamodb:ConditionCheckItem table"
		tx              = "dynamodb:TransactWriteItems table"
	)
	for _, step := range []struct {
		method string
		do     func(context.Context) error
		trips  int
		calls  []string
	}{
		{"ReadForChange", func(ctx context.Context) error { return fourth(w.ReadForChange(ctx, id, idempotency.Key{})) }, 1, []string{query}},
		{"ReadForChange with a key, concurrently", func(ctx context.Context) error { return fourth(w.ReadForChange(ctx, id, keyed)) }, 2, []string{batch, query}},
		{"ChangeAccount", func(ctx context.Context) error { return w.ChangeAccount(ctx, loginChange) }, 1, []string{tx, put, put, update, remove, put, put, update}},
		{"ChangeAccount without a note", func(ctx context.Context) error { return w.ChangeAccount(ctx, noteRemoval) }, 1, []string{tx, put, update, remove}},
		{"Remember", func(ctx context.Context) error {
			return w.Remember(ctx, idempotency.Record{Key: keyed, ExpiresAt: w.now()})
		}, 1, []string{put}},
		{"ReadLinks", func(ctx context.Context) error { return fourth(w.ReadLinks(ctx, id, keyed)) }, 1, []string{batch}},
		{"MakeLink", func(ctx context.Context) error {
			return w.MakeLink(ctx, reset.LinksChange{Links: links, Event: w.newEvent(t, id)})
		}, 1, []string{tx, put, put}},
		{"MakeLink with an event only", func(ctx context.Context) error { return w.MakeLink(ctx, reset.LinksChange{Event: w.newEvent(t, id)}) }, 1, []string{tx, put}},
		{"MakeLink that replaces a link", func(ctx context.Context) error {
			return w.MakeLink(ctx, reset.LinksChange{Links: &reset.Links{Account: id, Version: 2}})
		}, 1, []string{put}},
		{"ListTokens", func(ctx context.Context) error { return third(w.ListTokens(ctx, id, idempotency.Key{})) }, 1, []string{query}},
		{"ListTokens with a key, concurrently", func(ctx context.Context) error { return third(w.ListTokens(ctx, id, keyed)) }, 2, []string{batch, query}},
		{"CreateToken", func(ctx context.Context) error { return w.CreateToken(ctx, token, 1, w.newEvent(t, id), nil) }, 1, []string{tx, put, put, put}},
		{"ReadSession by an API token", func(ctx context.Context) error {
			return second(w.ReadSession(ctx, access.Locator{Hints: []account.ID{id}, Hash: token.Hash, API: true}))
		}, 1, []string{batch}},
		{"DeleteToken", func(ctx context.Context) error { return w.DeleteToken(ctx, token, w.newEvent(t, id), nil) }, 1, []string{tx, put, remove}},
		{"Create a panel user", func(ctx context.Context) error { return w.Create(ctx, user) }, 1, []string{tx, put, put, put, update, put}},
		{"List panel users", func(ctx context.Context) error {
			return second(w.List(ctx, directory.Selection{Kind: account.PanelUser, Owner: id, Sort: directory.ByName, Limit: 25}))
		}, 2, repeated("dynamodb:Query index/accounts-by-owner-name", 2)},
		{"RemovePanelUser", func(ctx context.Context) error {
			return w.RemovePanelUser(ctx, user.Account, &w.customer, w.newEvent(t, id), nil)
		}, 1, []string{tx, put, remove, remove, remove, update, remove + "/PASSWORD#*"}},
		{"ListEvents", func(ctx context.Context) error { return third(w.ListEvents(ctx, id, "", 25)) }, 1, []string{query}},
		{"WriteForgotten", func(ctx context.Context) error { return w.WriteForgotten(ctx, request) }, 1, []string{tx, put, put}},
		{"ReadMailEvent", func(ctx context.Context) error { return third(w.ReadMailEvent(ctx, message)) }, 1, []string{get}},
		{"ReadOwed", func(ctx context.Context) error { return second(w.ReadOwed(ctx, message.Event)) }, 1, []string{get}},
		{"PostponeMail", func(ctx context.Context) error { return w.PostponeMail(ctx, owed, w.now(), 1) }, 1, []string{update}},
		{"LeaseMail", func(ctx context.Context) error { return third(w.LeaseMail(ctx, message, w.now().Add(time.Hour))) }, 1, []string{update}},
		{"RecordDeliveries", func(ctx context.Context) error { return w.RecordDeliveries(ctx, message, outbox.Sending, nil) }, 1, []string{update}},
		{"RecordDeliveries at the end", func(ctx context.Context) error { return w.RecordDeliveries(ctx, message, outbox.Sent, nil) }, 2, []string{remove, update}},
		{"LeaseMail of a sent mail", func(ctx context.Context) error { return third(w.LeaseMail(ctx, message, w.now())) }, 1, []string{update}},
	} {
		ctx, counted := meter.With(t.Context())
		if err := step.do(ctx); err != nil {
			t.Fatalf("%s: %v", step.method, err)
		}
		got := counted.Figures()
		if got.Trips > 1 {
			slices.Sort(got.Calls)
		}
		if got.Trips != step.trips || !slices.Equal(got.Calls, step.calls) {
			t.Errorf("%s: %d trips, %q\nwant %d, %q", step.method, got.Trips, got.Calls, step.trips, step.calls)
		}
	}
}

func third[T, U any](_ T, _ U, err error) error { return err }

func fourth[T, U, V any](_ T, _ U, _ V, err error) error { return err }

// The cost of a page depends on its bytes, and not on the length of the trail.
func TestCapacityOfListEvents(t *testing.T) {
	w := newAccountFixture(t)
	a := w.customer
	for i := range 200 {
		after := a
		after.Contact.City, after.Version = fmt.Sprint(i), a.Version+1
		changed := w.newEvent(t, a.ID)
		changed.Changes = []account.FieldChange{{Field: "contact.city", Old: a.Contact.City, New: after.Contact.City}}
		change := edit.AccountChange{Before: a, After: after, Event: changed}
		if err := w.reliable.ChangeAccount(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		a = after
	}
	ctx, counted := meter.With(t.Context())
	events, more, err := w.ListEvents(ctx, a.ID, "", 25)
	if err != nil || len(events) != 25 || !more {
		t.Fatalf("%d events, more %v, error %v; want 25 and more", len(events), more, err)
	}
	if used := counted.Figures().ReadUnits; used > 1.5 {
		t.Errorf("25 events cost %.1f read units, want at most 1.5", used)
	}
}
