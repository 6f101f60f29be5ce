package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// effects are how it is recognised what has taken effect.
var effects = map[string]func(*testing.T, *fixture){
	"which events there are": func(t *testing.T, f *fixture) {
		a, b := f.createReseller(t, "north"), f.createReseller(t, "south")
		accepting := f.acceptance(&a, 1)
		expectNoError(t, f.AcceptOperation(f.ctx, accepting))
		there := operation.EventKey{Account: a.ID, ID: accepting.Event.ID}
		asked := []operation.EventKey{there, {Account: b.ID, ID: accepting.Event.ID}}
		for range 120 { // more than one read takes
			asked = append(asked, operation.EventKey{Account: a.ID, ID: f.id(event.IDPrefix)})
		}
		happened, err := f.FindEvents(f.ctx, asked)
		expectNoError(t, err)
		for _, name := range asked {
			expectEqual(t, name.ID, happened[name], name == there)
		}
		happened, err = f.FindEvents(f.ctx, nil)
		expectNoError(t, err)
		expectEqual(t, "nothing asked", len(happened), 0)
	},
	"a change whose event is there has taken effect": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		meta := request.Metadata{EventID: f.id(event.IDPrefix)}
		_, err := f.editAccount(meta, a, appendToCity("a"))
		expectNoError(t, err)
		once, err := f.ReadAccount(f.ctx, a.ID)
		expectNoError(t, err)
		expectEqual(t, "city", once.Contact.City, a.Contact.City+"a")
		for name, from := range map[string]account.Account{"from the same version": a, "from the newest version": *once} {
			if _, err := f.editAccount(meta, from, appendToCity("b")); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			f.expectStored(t, *once)
		}
		later := f.mustChange(t, *once, func(a *account.Account) { a.Contact.City = "Bray" })
		_, err = f.editAccount(meta, later, appendToCity("c"))
		expectNoError(t, err)
		f.expectStored(t, later)
		events, _, err := f.ListEvents(f.ctx, a.ID, "", 100)
		expectNoError(t, err)
		expectEqual(t, "events", len(events), 3)
		_, err = f.editAccount(request.Metadata{EventID: f.id(event.IDPrefix)}, later, appendToCity("d"))
		expectNoError(t, err)
		found, err := f.ReadAccount(f.ctx, a.ID)
		expectNoError(t, err)
		expectEqual(t, "city", found.Contact.City, "Brayd")
	},
}
