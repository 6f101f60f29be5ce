package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// effects are how it is recognised what has taken effect.
var effects = map[string]func(*testing.T, *world){
	"which events there are": func(t *testing.T, w *world) {
		a, b := w.reseller(t, "north"), w.reseller(t, "south")
		accepting := w.accepting(&a, 1)
		succeeds(t, w.AcceptOperation(w.ctx, accepting))
		there := operation.EventKey{Account: a.ID, ID: accepting.Event.ID}
		asked := []operation.EventKey{there, {Account: b.ID, ID: accepting.Event.ID}}
		for range 120 { // more than one read takes
			asked = append(asked, operation.EventKey{Account: a.ID, ID: w.id(event.IDPrefix)})
		}
		happened, err := w.FindEvents(w.ctx, asked)
		succeeds(t, err)
		for _, name := range asked {
			equal(t, name.ID, happened[name], name == there)
		}
		happened, err = w.FindEvents(w.ctx, nil)
		succeeds(t, err)
		equal(t, "nothing asked", len(happened), 0)
	},
	"a change whose event is there has taken effect": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		meta := request.Metadata{EventID: w.id(event.IDPrefix)}
		_, err := w.apply(meta, a, appending("a"))
		succeeds(t, err)
		once, err := w.ReadAccount(w.ctx, a.ID)
		succeeds(t, err)
		equal(t, "city", once.Contact.City, a.Contact.City+"a")
		for name, from := range map[string]account.Account{"from the same version": a, "from the newest version": *once} {
			if _, err := w.apply(meta, from, appending("b")); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			w.stored(t, *once)
		}
		later := w.mustChange(t, *once, func(a *account.Account) { a.Contact.City = "Bray" })
		_, err = w.apply(meta, later, appending("c"))
		succeeds(t, err)
		w.stored(t, later)
		events, _, err := w.ListEvents(w.ctx, a.ID, "", 100)
		succeeds(t, err)
		equal(t, "events", len(events), 3)
		_, err = w.apply(request.Metadata{EventID: w.id(event.IDPrefix)}, later, appending("d"))
		succeeds(t, err)
		found, err := w.ReadAccount(w.ctx, a.ID)
		succeeds(t, err)
		equal(t, "city", found.Contact.City, "Brayd")
	},
}
