package removal_test

import (
	"slices"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// newScene returns a scene with three customers that have hosting.
func newScene(t *testing.T, seed uint64) *flowtest.Scene {
	t.Helper()
	return scenes.Get(seed, func() *flowtest.Scene {
		s := flowtest.New(t, seed, 3)
		for _, id := range s.Customers {
			s.AddHosting(id)
		}
		return s
	}).Fork(t)
}

var scenes flowtest.Cache[uint64, *flowtest.Scene]

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// inputOf returns the input of an operation on some accounts.
func inputOf(ids ...account.ID) operation.NewOperation {
	input := operation.NewOperation{}
	for _, id := range ids {
		input.Items = append(input.Items, operation.Item{Customer: id})
	}
	return input
}

// withCustomers returns the input of the removal of a reseller together with its customers.
func withCustomers(reseller account.ID) operation.NewOperation {
	input := inputOf(reseller)
	input.Parameters = operation.Parameters{AreResellers: true, WithCustomers: true}
	return input
}

// reassigning returns the input of the removal of a reseller whose customers get a new owner.
func reassigning(reseller, newOwner account.ID) operation.NewOperation {
	input := inputOf(reseller)
	input.Parameters = operation.Parameters{AreResellers: true, NewOwner: newOwner}
	return input
}

// moving returns the input of a move to a new owner.
func moving(customer, newOwner account.ID) operation.NewOperation {
	input := inputOf(customer)
	input.Parameters = operation.Parameters{NewOwner: newOwner}
	return input
}

// run runs an accepted operation until it ends.
func run(t *testing.T, s *flowtest.Scene, id string) {
	t.Helper()
	if !(flowtest.Engine{Scene: s}).Run(id) {
		t.Fatalf("operation %s does not end", id)
	}
}

// itemViews returns the results of an operation's items.
func itemViews(s *flowtest.Scene, id string, originator account.ID) []operation.ItemView {
	return s.Items(&operation.Operation{ID: id, Originator: originator})
}

// dump returns the content of the store, without the events of attempts.
func dump(s *flowtest.Scene) []string {
	return slices.DeleteFunc(s.Store.Dump(), func(line string) bool {
		return strings.Contains(line, string(event.OperationStarted))
	})
}

// dumpAll returns the content of the store and the keys of the stored backups.
func dumpAll(s *flowtest.Scene) string {
	return strings.Join(append(dump(s), s.Storage.Keys()...), "\n")
}

// linesAbout returns the lines that contain the id of an account, or a name made from it.
func linesAbout(lines []string, id account.ID) (found []string) {
	name := strings.ToLower(strings.TrimPrefix(string(id), account.CustomerPrefix))
	for _, line := range lines {
		if strings.Contains(strings.ToLower(line), name) {
			found = append(found, line)
		}
	}
	return found
}

// wantCorrectCounts checks the counts of North against the objects that exist.
func wantCorrectCounts(t *testing.T, s *flowtest.Scene) {
	t.Helper()
	counts, err := s.Store.Reconcile(t.Context(), s.North)
	if err != nil || !counts.InOrder {
		t.Errorf("counts %+v, error %v; want correct counts", counts, err)
	}
}

// testCrashes runs a flow in a process that crashes at every step-th of its calls. It checks that the result is the
// same as without a crash.
func testCrashes(t *testing.T, step int, flow func(crashCall int, loseAnswer bool) (result string, calls int)) {
	t.Helper()
	want, calls := flow(0, false)
	for call := 1; call <= calls; call += step {
		for _, loseAnswer := range []bool{false, true} {
			if got, _ := flow(call, loseAnswer); got != want {
				t.Fatalf("crash at call %d of %d (answer lost: %v): result\n%s\nwant, as without a crash:\n%s",
					call, calls, loseAnswer, got, want)
			}
		}
	}
}
