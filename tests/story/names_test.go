package story

import (
	"net/http"
	"testing"

	"tenantry/tests/client"
)

// displayed is what people know an account by.
type displayed struct{ Kind, Login, Name string }

// namedItem is an item of an operation with the names of its account and plan.
type namedItem struct {
	Customer, Plan, PlanName string
	Account                  *displayed
}

// namedItems returns the first items of an operation.
func namedItems(t *testing.T, caller client.Caller, o operation) []namedItem {
	t.Helper()
	var page struct{ Items []namedItem }
	caller.Get(t, o.path()+"/items").Want(http.StatusOK).Into(&page)
	return page.Items
}

// assertSuspensionIsNamed checks what a partially failed suspension was asked to do, and the names of its items: the own
// customers have names, another reseller's customer has none.
func (s *story) assertSuspensionIsNamed(t *testing.T, o operation, reason, foreign string) {
	t.Helper()
	var shown struct {
		OriginatorName string
		Parameters     struct{ Reason string }
	}
	s.admin.Get(t, o.path()).Want(http.StatusOK).Into(&shown)
	if shown.OriginatorName == "" || shown.Parameters.Reason != reason {
		t.Errorf("got the operation %+v, want a name of the reseller and the reason", shown)
	}
	for _, item := range namedItems(t, s.north, o) {
		isOwn := item.Customer != foreign && item.Customer != unknownCustomer
		if isOwn != (item.Account != nil && item.Account.Login != "" && item.Account.Kind == "customer") {
			t.Errorf("the item %s has the account %+v; want a name: %v", item.Customer, item.Account, isOwn)
		}
	}
}

// assertMoveIsNamed checks that a move and the trail of a moved customer name the owners and the plan.
func (s *story) assertMoveIsNamed(t *testing.T, o operation, c customer, planName string) {
	t.Helper()
	var shown struct {
		Parameters struct{ Owner, OwnerName string }
	}
	s.admin.Get(t, o.path()).Want(http.StatusOK).Into(&shown)
	if shown.Parameters.Owner != s.south.ID || shown.Parameters.OwnerName == "" {
		t.Errorf("got the parameters %+v, want the new owner with its name", shown.Parameters)
	}
	first := namedItems(t, s.admin, o)[0]
	if first.Customer != c.ID || first.PlanName != planName || first.Account == nil || first.Account.Login != c.Login {
		t.Errorf("got the item %+v of %+v, want %s on the plan %s", first, first.Account, c.Login, planName)
	}
	var trail struct {
		Items []struct {
			Event, ActorName string
			Changes          []struct{ Field, OldName, NewName string }
		}
	}
	s.admin.Get(t, c.path("/events?limit=1")).Want(http.StatusOK).Into(&trail)
	entry := trail.Items[0]
	owner := entry.Changes[0]
	if entry.Event != "customer.moved" || entry.ActorName == "" || owner.Field != "owner" || owner.OldName == "" ||
		owner.NewName != shown.Parameters.OwnerName {
		t.Errorf("got the entry %+v, want the names of the actor and of both owners", entry)
	}
}
