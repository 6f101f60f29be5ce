package operation_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// A batch reads the customers of a group with one call. Apart from that it needs one call for each customer: its write.
func TestBatchReadsTheCustomersOfAGroupAtOnce(t *testing.T) {
	for _, kind := range []operation.Kind{operation.Suspend, operation.Activate} {
		t.Run(string(kind), func(t *testing.T) {
			const customers, width = 30, 10
			s := newScene(t, 1, customers)
			if kind == operation.Activate {
				runAll(t, s, operation.Suspend, width)
			}
			id := s.Accept(s.Admin, kind, operation.NewOperation{Items: itemsOf(s.Customers...)}).ID
			before := s.Process.Calls()
			run(t, s, id, width)
			const groups, frame = customers / width, 12 // frame: starting, planning, beginning and finishing
			if calls := s.Process.Calls() - before; calls > customers+2*groups+frame {
				t.Errorf("%d calls for %d customers, want one for each, two for each group and at most %d others",
					calls, customers, frame)
			}
			for _, item := range s.Items(&operation.Operation{ID: id, Originator: s.Admin}) {
				if item.State != operation.Succeeded {
					t.Errorf("the item of %s has the state %s and the code %q, want succeeded", item.Customer, item.State, item.Code)
				}
			}
		})
	}
}

func runAll(t *testing.T, s *flowtest.Scene, kind operation.Kind, width int) {
	t.Helper()
	run(t, s, s.Accept(s.Admin, kind, operation.NewOperation{Items: itemsOf(s.Customers...)}).ID, width)
}

func run(t *testing.T, s *flowtest.Scene, id string, width int) {
	t.Helper()
	if !(flowtest.Engine{Scene: s, Seed: 1, Width: width}).Run(id) {
		t.Fatal("the operation does not end")
	}
}

// A customer that leaves between the read of its group and its own write is read again. It is not suspended, because its
// former owner may no longer do this.
func TestBatchLeavesCustomersThatHaveMovedAway(t *testing.T) {
	for call := 1; ; call++ {
		s := newScene(t, 1, 3)
		moved := s.Customers[1]
		suspendedBefore := false
		s.Process.CrashAt(0, false)
		s.Process.BeforeCall = func(n int) {
			if n != call {
				return
			}
			s.Edit(moved, event.CustomerMoved, func(a *account.Account) {
				suspendedBefore = len(a.Holds) > 0 // in the version that moves: other calls run at the same time
				a.Owner = s.South
			})
		}
		id := s.Accept(s.North, operation.Suspend, operation.NewOperation{Items: itemsOf(s.Customers...)}).ID
		run(t, s, id, 3)
		if s.Process.Calls() < call {
			return
		}
		s.Process.BeforeCall = nil
		if isSuspended := countEvents(s, moved, event.Suspended) > 0; isSuspended != suspendedBefore {
			t.Errorf("moved at call %d: suspended is %v, want %v as before the move", call, isSuspended, suspendedBefore)
		}
		for _, item := range s.Items(&operation.Operation{ID: id, Originator: s.North}) {
			wantFailed := item.Customer == moved && !suspendedBefore
			if isFailed := item.State == operation.Failed && item.Code == fault.NotFound; isFailed != wantFailed {
				t.Errorf("moved at call %d: the item of %s is %s with the code %q", call, item.Customer, item.State, item.Code)
			}
		}
	}
}

func countEvents(s *flowtest.Scene, id account.ID, name event.Name) (count int) {
	for _, entry := range s.Trail(id) {
		if entry.Name == name {
			count++
		}
	}
	return count
}
