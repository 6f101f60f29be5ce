package dynamo_test

import (
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
)

var changes = map[string]func(*testing.T, *fixture){
	"a change of the contact keeps the rest": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		c.Note, c.Account.Notes, c.Account.Contact.Company = "note", account.Notes{Owner: "note"}, "Acme"
		expectNoError(t, f.Create(f.ctx, c))
		after := f.mustChange(t, c.Account, func(a *account.Account) {
			a.Contact.Name, a.Contact.Company = "Zoe", ""
		})
		f.expectStored(t, after)
		_, notes, err := f.ReadWithNotes(f.ctx, after.ID)
		expectNoError(t, err)
		expectEqual(t, "notes", notes, account.Notes{Owner: "note"})
	},
	"every field can be emptied and filled": func(t *testing.T, f *fixture) {
		c := f.completeCreation(t)
		expectNoError(t, f.Create(f.ctx, c))
		emptied := f.mustChange(t, c.Account, func(a *account.Account) {
			remaining := account.Account{
				ID:            a.ID,
				Kind:          a.Kind,
				Login:         a.Login,
				Owner:         a.Owner,
				ExternalID:    a.ExternalID,
				Contact:       account.Contact{Name: "x", Email: "x"},
				Lifecycle:     account.Ready,
				Notes:         a.Notes,
				Subscriptions: a.Subscriptions,
				CreatedAt:     a.CreatedAt,
				Version:       a.Version,
			}
			*a = remaining
		})
		f.expectStored(t, emptied)
		f.expectStored(t, f.mustChange(t, emptied, func(a *account.Account) {
			version := a.Version
			*a = c.Account
			a.Version = version
		}))
	},
	"a change does not overwrite the count of subscriptions": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Customer, account.AdministratorOwner, "ada")
		c.Account.Subscriptions = 3
		expectNoError(t, f.Create(f.ctx, c))
		stale := c.Account
		stale.Subscriptions = 1 // the count changes without a new version
		after := f.mustChange(t, stale, func(a *account.Account) { a.Contact.City = "Cork" })
		after.Subscriptions = c.Account.Subscriptions
		f.expectStored(t, after)
	},
	"holds are added and removed": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		held := f.mustChange(t, a, func(a *account.Account) { a.Holds = []account.Hold{f.hold()} })
		f.expectStored(t, held)
		f.expectStored(t, f.mustChange(t, held, func(a *account.Account) { a.Holds = nil }))
	},
	"a change of an old version is rejected": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		after := f.mustChange(t, a, func(a *account.Account) { a.Contact.City = "Cork" })
		late := f.change(a, func(a *account.Account) { a.Contact.City = "Bray" })
		late.Record = f.record("f", "1")
		expectFault(t, f.ChangeAccount(f.ctx, late), fault.VersionMismatch)
		f.expectStored(t, after)
		record, err := f.ReadRecord(f.ctx, late.Record.Key)
		expectNoError(t, err)
		expectEqual(t, "record", record, nil)
		missing := f.accountCreation(account.Customer, account.AdministratorOwner, "bob").Account
		expectFault(t, f.ChangeAccount(f.ctx, f.change(missing, func(*account.Account) {})), fault.VersionMismatch)
		f.expectNotStored(t, missing)
	},
	"a repeated request gets the first answer": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		c := f.change(a, func(a *account.Account) { a.Contact.City = "Cork" })
		c.Record = f.record("f", "1")
		expectNoError(t, f.ChangeAccount(f.ctx, c))
		again := f.change(a, func(a *account.Account) { a.Contact.City = "Bray" })
		again.Record = f.record("f", "2")
		expectEqual(t, "record", expectReplay(t, f.ChangeAccount(f.ctx, again)), *c.Record)
		f.expectStored(t, c.After)
	},
	"a new session epoch ends all sessions except the kept one": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		kept, other := f.newSession(&a), f.newSession(&a)
		expectNoError(t, f.CreateSession(f.ctx, access.SessionCreation{Session: kept, Known: "here", KnownUntil: f.now()}))
		expectNoError(t, f.CreateSession(f.ctx, access.SessionCreation{Session: other, Known: "here", KnownUntil: f.now()}))
		c := f.change(a, func(a *account.Account) { a.PasswordVersion, a.SessionEpoch = 2, 1 })
		c.PasswordHash = "$new$"
		kept.Epoch = 1
		c.Keep = &edit.KeptSession{Hash: kept.Hash, Epoch: 1}
		expectNoError(t, f.ChangeAccount(f.ctx, c))
		f.expectStored(t, c.After)
		f.expectPassword(t, a.ID, access.StoredPassword{Hash: "$new$", Version: 2})
		for _, s := range []struct {
			session access.Session
			live    bool
		}{{kept, true}, {other, false}} {
			found, err := f.ReadSession(f.ctx, access.Locator{Hints: []account.ID{a.ID}, Hash: s.session.Hash})
			expectNoError(t, err)
			expectEqual(t, "session", *found.Session, s.session)
			expectEqual(t, "live", found.Session.Live(&found.Chain[0], f.now()), s.live)
		}
	},
	"the kept session must exist": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		kept := f.newSession(&a)
		c := f.change(a, func(a *account.Account) { a.PasswordVersion, a.SessionEpoch = 2, 1 })
		c.PasswordHash = "$new$"
		c.Keep = &edit.KeptSession{Hash: kept.Hash, Epoch: 1}
		expectFault(t, f.ChangeAccount(f.ctx, c), fault.Unauthenticated)
		f.expectStored(t, a)
		f.expectPassword(t, a.ID, access.StoredPassword{Hash: "$hash$ada", Version: 1})
		found, err := f.ReadSession(f.ctx, access.Locator{Hints: []account.ID{a.ID}, Hash: kept.Hash})
		expectNoError(t, err)
		expectEqual(t, "session", found.Session, nil)
	},
	"a change updates the lists": func(t *testing.T, f *fixture) {
		a, b := f.createCustomer(t, account.AdministratorOwner, "ada"), f.createCustomer(t, account.AdministratorOwner, "bob")
		query := directory.Selection{Kind: account.Customer, Sort: directory.ByName}
		f.expectList(t, query, a.ID, b.ID)
		a = f.mustChange(t, a, func(a *account.Account) { a.Contact.Name = "Zoe" })
		f.expectList(t, query, b.ID, a.ID)
		a = f.mustChange(t, a, func(a *account.Account) { a.Holds = []account.Hold{f.hold()} })
		f.expectList(t, query, b.ID, a.ID)
		query.Status = account.Suspended
		f.expectList(t, query, a.ID)
		query.Status = account.Active
		f.expectList(t, query, b.ID)
		f.mustChange(t, a, func(a *account.Account) { a.Holds = nil })
		f.expectList(t, query, b.ID, a.ID)
	},
}
