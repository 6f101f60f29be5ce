package operation_test

import (
	"fmt"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// disturbances are what others do while an operation of North suspends North's customers. The operation's id is empty
// before the operation is accepted.
var disturbances = map[string]func(t *testing.T, s *flowtest.Scene, id string){
	"a customer is activated": func(t *testing.T, s *flowtest.Scene, _ string) {
		meta := request.Metadata{ID: "other"}
		_, err := s.AccountChanger().Activate(t.Context(), s.Caller(s.North), meta, string(s.Customers[1]), "")
		must(t, err)
	},
	"a customer is suspended": func(t *testing.T, s *flowtest.Scene, _ string) {
		meta, customer := request.Metadata{ID: "other"}, string(s.Customers[2])
		_, err := s.AccountChanger().Suspend(t.Context(), s.Caller(s.North), meta, customer, account.HoldInput{})
		must(t, err)
	},
	"the operation is cancelled": func(t *testing.T, s *flowtest.Scene, id string) {
		if id == "" {
			return
		}
		_, err := s.Canceller().Cancel(t.Context(), s.Caller(s.North), request.Metadata{}, id)
		if err != nil && !fault.Is(err, fault.Conflict) { // Conflict: the operation has ended
			t.Fatal(err)
		}
	},
	"the originator is suspended": func(t *testing.T, s *flowtest.Scene, _ string) {
		meta := request.Metadata{ID: "other"}
		_, err := s.AccountChanger().Suspend(t.Context(), s.Caller(s.Admin), meta, string(s.North), account.HoldInput{})
		must(t, err)
	},
	"another operation activates the same customers": func(t *testing.T, s *flowtest.Scene, _ string) {
		other := s.Accept(s.Admin, operation.Activate, operation.NewOperation{Items: itemsOf(s.Customers...)})
		if !(flowtest.Engine{Scene: s, Seed: 1}).Run(other.ID) {
			t.Fatal("the other operation does not end")
		}
	},
	"another operation removes a customer": func(t *testing.T, s *flowtest.Scene, _ string) {
		other := s.Accept(s.Admin, operation.Remove, operation.NewOperation{Items: itemsOf(s.Customers[3])})
		if !(flowtest.Engine{Scene: s, Seed: 1}).Run(other.ID) {
			t.Fatal("the removal does not end")
		}
	},
	"the process crashes": func(_ *testing.T, s *flowtest.Scene, _ string) { s.Process.Kill() },
}

// stoppingDisturbances are those after which the operation starts no more items.
var stoppingDisturbances = map[string]bool{"the operation is cancelled": true, "the originator is suspended": true}

func TestOperationIsConsistentAfterDisturbances(t *testing.T) {
	t.Parallel()
	for first := range disturbances {
		for second := range disturbances {
			t.Run(first+", "+second, func(t *testing.T) {
				t.Parallel()
				for call := 1; ; call++ {
					if calls := runDisturbed(t, call, first, second); call > calls {
						break
					}
				}
			})
		}
	}
}

// runDisturbed runs an operation with a disturbance before a call and another one three calls later. It returns the
// number of calls.
func runDisturbed(t *testing.T, disturbedCall int, first, second string) (calls int) {
	t.Helper()
	s := newScene(t, 1, 5)
	id := ""
	allowed := -1 // how many customers the operation may change after a disturbance that stops it
	s.Process.CrashAt(0, false)
	s.Process.BeforeCall = func(call int) {
		for name, disturbed := range map[string]int{first: disturbedCall, second: disturbedCall + 3} {
			if call == disturbed {
				disturbances[name](t, s, id)
				if stoppingDisturbances[name] && id != "" && allowed < 0 {
					allowed = 1 + countEffects(s, id) // one item may be in progress
				}
			}
		}
	}
	id = s.Accept(s.North, operation.Suspend, operation.NewOperation{Items: mixedItems(s)}).ID
	where := fmt.Sprintf("%s at call %d, then %s", first, disturbedCall, second)
	if !(flowtest.Engine{Scene: s, Seed: 1}).Run(id) {
		t.Fatalf("%s: the operation does not end", where)
	}
	calls = s.Process.Calls()
	s.Process.BeforeCall = nil
	if effects := countEffects(s, id); allowed >= 0 && effects > allowed {
		t.Errorf("%s: the operation has changed %d customers, want at most %d", where, effects, allowed)
	}
	wantConsistent(t, s, id, where)
	return calls
}

// countEffects returns how many changes an operation has made.
func countEffects(s *flowtest.Scene, id string) (count int) {
	for _, customer := range s.Customers {
		count += countEffectsOn(s, customer, id)
	}
	return count
}

func countEffectsOn(s *flowtest.Scene, customer account.ID, id string) (count int) {
	for _, entry := range s.Trail(customer) {
		if entry.RequestID == id {
			count++
		}
	}
	return count
}

// wantConsistent checks that the results of an operation's items match the trails and the counts, and that every
// customer has the status that its last event says.
func wantConsistent(t *testing.T, s *flowtest.Scene, id, where string) {
	t.Helper()
	o, _, err := s.Store.ReadOperation(t.Context(), id, idempotency.Key{})
	must(t, err)
	counts := map[operation.RunState]int64{}
	for _, item := range s.Items(o) {
		counts[item.State]++
		if item.State == operation.Cancelled && item.Code != fault.Conflict {
			t.Errorf("%s: the cancelled item of %s has the code %q, want conflict", where, item.Customer, item.Code)
		}
		if a, err := s.Store.ReadAccount(t.Context(), item.Customer); err == nil && a == nil {
			continue // removed together with its trail
		}
		effects := countEffectsOn(s, item.Customer, id)
		switch {
		case effects > 1:
			t.Errorf("%s: %s was changed %d times, want once", where, item.Customer, effects)
		case item.State != operation.Succeeded && effects != 0:
			t.Errorf("%s: %s was changed, but its item has %s", where, item.Customer, item.State)
		case item.State == operation.Succeeded && effects == 0 && !isSuspendedByOthers(s, item.Customer, id):
			t.Errorf("%s: %s was not changed, but its item has succeeded", where, item.Customer)
		}
	}
	if counts[operation.Succeeded] != o.Succeeded || counts[operation.Failed] != o.Failed ||
		counts[operation.Cancelled] != o.Cancelled || o.Total != o.Succeeded+o.Failed+o.Cancelled {
		t.Errorf("%s: the operation counts %d = %d + %d + %d, its items %v",
			where, o.Total, o.Succeeded, o.Failed, o.Cancelled, counts)
	}
	for _, customer := range s.Customers {
		a, err := s.Store.ReadAccount(t.Context(), customer)
		must(t, err)
		if a == nil {
			continue
		}
		if want := lastStatus(s, customer); a.Status(s.Now()) != want {
			t.Errorf("%s: %s is %s, want %s, as its last event says", where, customer, a.Status(s.Now()), want)
		}
	}
}

func isSuspendedByOthers(s *flowtest.Scene, customer account.ID, id string) bool {
	for _, entry := range s.Trail(customer) {
		if entry.Name == event.Suspended && entry.RequestID != id {
			return true
		}
	}
	return false
}

// lastStatus returns the status of an account after the events of its trail, in the order of the account's versions.
func lastStatus(s *flowtest.Scene, customer account.ID) account.Status {
	status, version := account.Active, int64(0)
	for _, entry := range s.Trail(customer) {
		if entry.Version < version {
			continue
		}
		version = entry.Version
		switch entry.Name {
		case event.Suspended:
			status = account.Suspended
		case event.Activated:
			status = account.Active
		default:
		}
	}
	return status
}
