package dynamo_test

import (
	"fmt"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/reset"
)

var trails = map[string]func(*testing.T, *fixture){
	"events are listed newest first, in pages": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		other := f.createCustomer(t, account.AdministratorOwner, "bob")
		var all []int64
		for i := range 5 {
			a = f.mustChange(t, a, func(a *account.Account) { a.Contact.City = fmt.Sprint(i) })
			other = f.mustChange(t, other, func(a *account.Account) { a.Contact.City = fmt.Sprint(i) })
		}
		for version := a.Version; version > 0; version-- {
			all = append(all, version)
		}
		for limit := 1; limit <= len(all)+1; limit++ {
			var versions []int64
			for before, hasMore := "", true; hasMore; {
				found, more, err := f.ListEvents(f.ctx, a.ID, before, limit)
				expectNoError(t, err)
				for _, e := range found {
					expectEqual(t, "account", e.Account, a.ID)
					versions, before = append(versions, e.Version), e.ID
				}
				hasMore = more
				expectEqual(t, "there are more events", more, len(versions) < len(all))
			}
			expectEqual(t, fmt.Sprintf("versions in pages of %d", limit), versions, all)
		}
	},
	"every field of an event is stored": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		want := event.Event{
			ID:        c.Event.ID,
			Name:      event.LoginChanged,
			Account:   c.Account.ID,
			Kind:      account.Reseller,
			Owner:     "res_1",
			Actor:     "adm_1",
			RequestID: "r",
			At:        f.now(),
			Version:   3,
			Mail:      event.LoginChangedMail,
			Private:   true,
		}
		c.Event = want
		c.Event.Changes = []account.FieldChange{
			{Field: "login", Old: account.Login("ada"), New: account.Login("O'Neil <b>x")},
			{Field: "password"},
			{Field: "holds", New: account.MailTrouble{Kind: "bounce", Since: f.now()}},
		}
		want.Changes = []account.FieldChange{
			{Field: "login", Old: "ada", New: "O'Neil <b>x"},
			{Field: "password"},
			{Field: "holds", New: map[string]any{"kind": "bounce", "since": f.now().Format("2006-01-02T15:04:05.999Z07:00")}},
		}
		expectNoError(t, f.Create(f.ctx, c))
		found, more, err := f.ListEvents(f.ctx, c.Account.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "more", more, false)
		expectEqual(t, "events", found, []event.Event{want})
	},
	"a missing account has no events": func(t *testing.T, f *fixture) {
		requested := event.Event{
			ID:   f.id(event.IDPrefix),
			Name: event.PasswordForgotten,
			At:   f.now(),
			Mail: event.ForgottenMail,
		}
		expectNoError(
			t,
			f.WriteForgotten(
				f.ctx,
				reset.ForgottenRequest{Event: requested, Login: "ada", Email: "a@example.com", Ends: f.now()},
			),
		)
		found, more, err := f.ListEvents(f.ctx, "cus_00000000000000000000000000", "", 10)
		expectNoError(t, err)
		if len(found) > 0 || more {
			t.Errorf("events %v, more %v, want none", found, more)
		}
	},
}
