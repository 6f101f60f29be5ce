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

// disturbances are what others do while an operation of North suspends North's customers. The operation's id is empty before it
// is accepted.
var disturbances = map[string]func(t *testing.T, s *flowtest.Scene, id string){
	"somebody activates a customer": func(t *testing.T, s *flowtest.Scene, _ string) {
		_, err := s.AccountChanger().Activate(t.Context(), s.Caller(s.North), request.Metadata{ID: "other"}, string(s.Customers[1]), "")
		must(t, err)
	},
	"somebody suspends a customer": func(t *testing.T, s *flowtest.Scene, _ string) {
		_, err := s.AccountChanger().Suspend(t.Context(), s.Caller(s.North), request.Metadata{ID: "other"}, string(s.Customers[2]), account.HoldInput{})
		must(t, err)
	},
	"the operation is cancelled": func(t *testing.T, s *flowtest.Scene, id string) {
		if id == "" {
			return
		}
		_, err := s.Canceller().Cancel(t.Context(), s.Caller(s.North), request.Metadata{}, id)
		if err != nil && !fault.Is(err, fault.Conflict) { // it has ended
			t.Fatal(err)
		}
	},
	"the originator is suspended": func(t *testing.T, s *flowtest.Scene, _ string) {
		_, err := s.AccountChanger().Suspend(t.Context(), s.Caller(s.Admin), request.Metadata{ID: "other"}, string(s.North), account.HoldInput{})
		must(t, err)
	},
	"another operation activates the same customers": func(t *testing.T, s *flowtest.Scene, _ string) {
		var all []operation.Item
		for _, id := range s.Customers {
			all = append(all, operation.Item{Customer: id})
		}
		other := s.Accept(s.Admin, operation.Activate, operation.NewOperation{Items: all})
		if !(flowtest.Engine{Scene: s, Seed: 1}).Run(other.ID) {
			t.Fatal("the other operation does not end")
		}
	},
	"another operation removes a customer": func(t *testing.T, s *flowtest.Scene, _ string) {
		other := s.Accept(s.Admin, operation.Remove, operation.NewOperation{Items: []operation.Item{{Customer: s.Customers[3]}}})
		if !(flowtest.Engine{Scene: s, Seed: 1}).Run(other.ID) {
			t.Fatal("the removal does not end")
		}
	},
	"the process dies": func(_ *testing.T, s *flowtest.Scene, _ string) { s.Process.Kill() },
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stopping are the disturbances after which nothing more may begin.
var stopping = map[string]bool{"the operation is cancelled": true, "the originator is suspended": true}

func TestWhatOthersDoMeanwhileLeavesASerialOrder(t *testing.T) {
	t.Parallel()
	for first := range disturbances {
		for second := range disturbances {
			t.Run(first+", "+second, func(t *testing.T) {
				t.Parallel()
				for at := 1; ; at++ {
					if calls := disturbed(t, at, first, second); at > calls {
						break
					}
				}
			})
		}
	}
}

// disturbed runs an operation with a disturbance before one of its calls and another three calls later.
func disturbed(t *testing.T, at int, first, second string) (calls int) {
	t.Helper()
	s := scenes.Get(sceneKey{1, 5}, func() *flowtest.Scene { return flowtest.New(t, 1, 5) }).Fork(t)
	id, begun := "", map[string]int{}
	s.Process.CrashAt(0, false)
	s.Process.BeforeCall = func(call int) {
		for name, when := range map[string]int{first: at, second: at + 3} {
			if call == when {
				disturbances[name](t, s, id)
				if stopping[name] && id != "" && begun[id] == 0 {
					begun[id] = 1 + effects(t, s, id)
				}
			}
		}
	}
	id = s.Accept(s.North, operation.Suspend, operation.NewOperation{Items: items(s)}).ID
	if !(flowtest.Engine{Scene: s, Seed: 1}).Run(id) {
		t.Fatalf("%s at call %d, then %s: the operation does not end", first, at, second)
	}
	calls = s.Process.Calls()
	s.Process.BeforeCall = nil
	where := fmt.Sprintf("%s at call %d, then %s", first, at, second)
	if before := begun[id]; before > 0 && effects(t, s, id) > before { // one item may have been in hand
		t.Errorf("%s: %d more took effect after that", where, effects(t, s, id)-before+1)
	}
	balanced(t, s, id, where)
	return calls
}

// effects is how many customers an operation has changed.
func effects(t *testing.T, s *flowtest.Scene, id string) (count int) {
	t.Helper()
	for _, customer := range s.Customers {
		count += effectOn(s, customer, id)
	}
	return count
}

func effectOn(s *flowtest.Scene, customer account.ID, id string) (count int) {
	for _, happened := range s.Trail(customer) {
		if happened.RequestID == id {
			count++
		}
	}
	return count
}

// balanced holds the account that an operation gives against what has happened: nothing twice, nothing untold, nothing told that
// has not been, and every customer as its last event says.
func balanced(t *testing.T, s *flowtest.Scene, id, where string) {
	t.Helper()
	o, _, err := s.Store.ReadOperation(t.Context(), id, idempotency.Key{})
	must(t, err)
	told := map[operation.RunState]int64{}
	for _, item := range s.Items(o) {
		told[item.State]++
		if found, err := s.Store.ReadAccount(t.Context(), item.Customer); err == nil && found == nil {
			continue // gone meanwhile, with its trail
		}
		count := effectOn(s, item.Customer, id)
		switch {
		case count > 1:
			t.Errorf("%s: %s was changed %d times", where, item.Customer, count)
		case item.State != operation.Succeeded && count != 0:
			t.Errorf("%s: %s is told to have %s, but was changed", where, item.Customer, item.State)
		case item.State == operation.Succeeded && count == 0 && !suspendedByOthers(s, item.Customer, id):
			t.Errorf("%s: %s is told to have succeeded, but was not changed", where, item.Customer)
		}
	}
	if told[operation.Succeeded] != o.Succeeded || told[operation.Failed] != o.Failed || told[operation.Cancelled] != o.Cancelled ||
		o.Total != o.Succeeded+o.Failed+o.Cancelled {
		t.Errorf("%s: counted %d = %d + %d + %d, told %v", where, o.Total, o.Succeeded, o.Failed, o.Cancelled, told)
	}
	for _, customer := range s.Customers {
		found, err := s.Store.ReadAccount(t.Context(), customer)
		must(t, err)
		if found == nil {
			continue
		}
		if want := lastStatus(s, customer); found.Status(s.Now()) != want {
			t.Errorf("%s: %s is %s, by its trail it is %s", where, customer, found.Status(s.Now()), want)
		}
	}
}

func suspendedByOthers(s *flowtest.Scene, customer account.ID, id string) bool {
	for _, happened := range s.Trail(customer) {
		if happened.Name == event.Suspended && happened.RequestID != id {
			return true
		}
	}
	return false
}

// lastStatus is what the events of an account, in the order of its versions, make of it.
func lastStatus(s *flowtest.Scene, customer account.ID) account.Status {
	status, version := account.Active, int64(0)
	for _, happened := range s.Trail(customer) {
		if happened.Version < version {
			continue
		}
		version = happened.Version
		switch happened.Name {
		case event.Suspended:
			status = account.Suspended
		case event.Activated:
			status = account.Active
		default:
		}
	}
	return status
}
