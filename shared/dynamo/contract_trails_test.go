package dynamo_test

import (
	"fmt"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/reset"
)

var trails = map[string]func(*testing.T, *world){
	"newest first, page by page": func(t *testing.T, w *world) {
		a, other := w.customer(t, account.AdministratorOwner, "ada"), w.customer(t, account.AdministratorOwner, "bob")
		var all []int64
		for i := range 5 {
			a = w.mustChange(t, a, func(a *account.Account) { a.Contact.City = fmt.Sprint(i) })
			other = w.mustChange(t, other, func(a *account.Account) { a.Contact.City = fmt.Sprint(i) })
		}
		for version := a.Version; version > 0; version-- {
			all = append(all, version)
		}
		for limit := 1; limit <= len(all)+1; limit++ {
			var versions []int64
			for before, more := "", true; more; {
				found, next, err := w.ListEvents(w.ctx, a.ID, before, limit)
				succeeds(t, err)
				for _, e := range found {
					equal(t, "account", e.Account, a.ID)
					versions, before = append(versions, e.Version), e.ID
				}
				more = next
				equal(t, "there is more", more, len(versions) < len(all))
			}
			equal(t, fmt.Sprintf("versions in pages of %d", limit), versions, all)
		}
	},
	"an event is kept whole": func(t *testing.T, w *world) {
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		happened := event.Event{
			ID:        c.Event.ID,
			Name:      event.LoginChanged,
			Account:   c.Account.ID,
			Kind:      account.Reseller,
			Owner:     "res_1",
			Actor:     "adm_1",
			RequestID: "r",
			At:        w.now(),
			Version:   3,
			Mail:      event.LoginChangedMail,
			Private:   true,
		}
		c.Event = happened
		c.Event.Changes = []account.FieldChange{
			{Field: "login", Old: account.Login("ada"), New: account.Login("O'Neil <b>x")},
			{Field: "password"},
			{Field: "holds", New: account.MailTrouble{Kind: "bounce", Since: w.now()}},
		}
		happened.Changes = []account.FieldChange{
			{Field: "login", Old: "ada", New: "O'Neil <b>x"},
			{Field: "password"},
			{Field: "holds", New: map[string]any{"kind": "bounce", "since": w.now().Format("2006-01-02T15:04:05.999Z07:00")}},
		}
		succeeds(t, w.Create(w.ctx, c))
		found, more, err := w.ListEvents(w.ctx, c.Account.ID, "", 10)
		succeeds(t, err)
		equal(t, "more", more, false)
		equal(t, "events", found, []event.Event{happened})
	},
	"nothing": func(t *testing.T, w *world) {
		happened := event.Event{
			ID:   w.id(event.IDPrefix),
			Name: event.PasswordForgotten,
			At:   w.now(),
			Mail: event.ForgottenMail,
		}
		succeeds(
			t,
			w.WriteForgotten(w.ctx, reset.Forgotten{Event: happened, Login: "ada", Email: "a@example.com", Ends: w.now()}),
		)
		found, more, err := w.ListEvents(w.ctx, "cus_00000000000000000000000000", "", 10)
		succeeds(t, err)
		if len(found) > 0 || more {
			t.Errorf("%v, %v", found, more)
		}
	},
}
