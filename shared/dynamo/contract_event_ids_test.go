package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// eventIDs are the cases of events that mark changes as written.
var eventIDs = map[string]func(*testing.T, *fixture){
	"FindEvents returns the events that exist": func(t *testing.T, f *fixture) {
		a, b := f.createReseller(t, "north"), f.createReseller(t, "south")
		acceptance := f.acceptance(&a, 1)
		expectNoError(t, f.AcceptOperation(f.ctx, acceptance))
		existing := operation.EventKey{Account: a.ID, ID: acceptance.Event.ID}
		keys := []operation.EventKey{existing, {Account: b.ID, ID: acceptance.Event.ID}}
		for range 120 { // more than one BatchGetItem
			keys = append(keys, operation.EventKey{Account: a.ID, ID: f.id(event.IDPrefix)})
		}
		exists, err := f.FindEvents(f.ctx, keys)
		expectNoError(t, err)
		for _, key := range keys {
			expectEqual(t, key.ID+" exists", exists[key], key == existing)
		}
		exists, err = f.FindEvents(f.ctx, nil)
		expectNoError(t, err)
		expectEqual(t, "events of no keys", len(exists), 0)
	},
	"a change with the id of an existing event changes nothing": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		meta := request.Metadata{EventID: f.id(event.IDPrefix)}
		_, err := f.editAccount(meta, a, appendToCity("a"))
		expectNoError(t, err)
		changed, err := f.ReadAccount(f.ctx, a.ID)
		expectNoError(t, err)
		expectEqual(t, "city", changed.Contact.City, a.Contact.City+"a")
		for name, from := range map[string]account.Account{"from the same version": a, "from the newest version": *changed} {
			if _, err := f.editAccount(meta, from, appendToCity("b")); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			f.expectStored(t, *changed)
		}
		later := f.mustChange(t, *changed, func(a *account.Account) { a.Contact.City = "Bray" })
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
