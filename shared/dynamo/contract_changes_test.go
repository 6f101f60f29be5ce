package dynamo_test

import (
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
)

var changes = map[string]func(*testing.T, *world){
	"contact": func(t *testing.T, w *world) {
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		c.Note, c.Account.Notes, c.Account.Contact.Company = "note", account.Notes{Owner: "note"}, "Acme"
		succeeds(t, w.Create(w.ctx, c))
		after := w.mustChange(t, c.Account, func(a *account.Account) {
			a.Contact.Name, a.Contact.Company = "Zoe", ""
		})
		w.stored(t, after)
		_, notes, err := w.ReadWithNotes(w.ctx, after.ID)
		succeeds(t, err)
		equal(t, "notes", notes, account.Notes{Owner: "note"})
	},
	"every field": func(t *testing.T, w *world) {
		c := w.full(t)
		succeeds(t, w.Create(w.ctx, c))
		emptied := w.mustChange(t, c.Account, func(a *account.Account) {
			kept := account.Account{
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
			*a = kept
		})
		w.stored(t, emptied)
		w.stored(t, w.mustChange(t, emptied, func(a *account.Account) {
			version := a.Version
			*a = c.Account
			a.Version = version
		}))
	},
	"what is counted meanwhile stays": func(t *testing.T, w *world) {
		c := w.creation(account.Customer, account.AdministratorOwner, "ada")
		c.Account.Subscriptions = 3
		succeeds(t, w.Create(w.ctx, c))
		stale := c.Account
		stale.Subscriptions = 1 // subscriptions count themselves without a change of the version
		after := w.mustChange(t, stale, func(a *account.Account) { a.Contact.City = "Cork" })
		after.Subscriptions = c.Account.Subscriptions
		w.stored(t, after)
	},
	"holds come and go": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		held := w.mustChange(t, a, func(a *account.Account) { a.Holds = []account.Hold{w.hold()} })
		w.stored(t, held)
		w.stored(t, w.mustChange(t, held, func(a *account.Account) { a.Holds = nil }))
	},
	"version mismatch": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		after := w.mustChange(t, a, func(a *account.Account) { a.Contact.City = "Cork" })
		late := w.change(a, func(a *account.Account) { a.Contact.City = "Bray" })
		late.Record = w.record("f", "1")
		refused(t, w.ChangeAccount(w.ctx, late), fault.VersionMismatch)
		w.stored(t, after)
		record, err := w.ReadRecord(w.ctx, late.Record.Key)
		succeeds(t, err)
		equal(t, "record", record, nil)
		gone := w.creation(account.Customer, account.AdministratorOwner, "bob").Account
		refused(t, w.ChangeAccount(w.ctx, w.change(gone, func(*account.Account) {})), fault.VersionMismatch)
		w.absent(t, gone)
	},
	"replay": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		c := w.change(a, func(a *account.Account) { a.Contact.City = "Cork" })
		c.Record = w.record("f", "1")
		succeeds(t, w.ChangeAccount(w.ctx, c))
		again := w.change(a, func(a *account.Account) { a.Contact.City = "Bray" })
		again.Record = w.record("f", "2")
		equal(t, "record", replayed(t, w.ChangeAccount(w.ctx, again)), *c.Record)
		w.stored(t, c.After)
	},
	"all sessions end but one": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		kept, other := w.session(&a), w.session(&a)
		succeeds(t, w.CreateSession(w.ctx, access.SessionCreation{Session: kept, Known: "here", KnownUntil: w.now()}))
		succeeds(t, w.CreateSession(w.ctx, access.SessionCreation{Session: other, Known: "here", KnownUntil: w.now()}))
		c := w.change(a, func(a *account.Account) { a.PasswordHash, a.SessionEpoch = "$new$", 1 })
		kept.Epoch = 1
		c.Keep = &edit.KeptSession{Hash: kept.Hash, Epoch: 1}
		succeeds(t, w.ChangeAccount(w.ctx, c))
		w.stored(t, c.After)
		for _, s := range []struct {
			session access.Session
			live    bool
		}{{kept, true}, {other, false}} {
			found, err := w.ReadSession(w.ctx, access.Locator{Hints: []account.ID{a.ID}, Hash: s.session.Hash})
			succeeds(t, err)
			equal(t, "session", *found.Session, s.session)
			equal(t, "live", found.Session.Live(&found.Chain[0], w.now()), s.live)
		}
	},
	"the kept session is gone": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		kept := w.session(&a)
		c := w.change(a, func(a *account.Account) { a.PasswordHash, a.SessionEpoch = "$new$", 1 })
		c.Keep = &edit.KeptSession{Hash: kept.Hash, Epoch: 1}
		refused(t, w.ChangeAccount(w.ctx, c), fault.Unauthenticated)
		w.stored(t, a)
		found, err := w.ReadSession(w.ctx, access.Locator{Hints: []account.ID{a.ID}, Hash: kept.Hash})
		succeeds(t, err)
		equal(t, "session", found.Session, nil)
	},
	"lists follow": func(t *testing.T, w *world) {
		a, b := w.customer(t, account.AdministratorOwner, "ada"), w.customer(t, account.AdministratorOwner, "bob")
		query := directory.Selection{Kind: account.Customer, Sort: directory.ByName}
		w.lists(t, query, a.ID, b.ID)
		a = w.mustChange(t, a, func(a *account.Account) { a.Contact.Name = "Zoe" })
		w.lists(t, query, b.ID, a.ID)
		a = w.mustChange(t, a, func(a *account.Account) { a.Holds = []account.Hold{w.hold()} })
		w.lists(t, query, b.ID, a.ID)
		query.Status = account.Suspended
		w.lists(t, query, a.ID)
		query.Status = account.Active
		w.lists(t, query, b.ID)
		w.mustChange(t, a, func(a *account.Account) { a.Holds = nil })
		w.lists(t, query, b.ID, a.ID)
	},
}
