package transfer_test

import (
	"fmt"
	"strings"
	"testing"

	"tenantry/shared/operation"
)

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

func TestTransferEndsTheSameAfterCrash(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, maxPerTransaction := range sizes {
			t.Run(name+", "+size, func(t *testing.T) {
				t.Parallel()
				testCrashes(t, 1, func(crashCall int, loseAnswer bool) (string, int) {
					s := newScene(t, 2, maxPerTransaction)
					s.Process.CrashAt(crashCall, loseAnswer)
					id := f.accept(s, s.Customers[0], s.South, s.Customers[2])
					s.run(t, id, 2)
					calls := s.Process.Calls()
					s.wantCorrectCounts(t, fmt.Sprintf("crash at call %d (answer lost: %v)", crashCall, loseAnswer))
					return s.Describe(id) + strings.Join(s.dump(), "\n"), calls
				})
			})
		}
	}
}

// A reseller that was a customer has subscriptions of its own, which count against its own limits. They are removed
// with it.
func TestRemovalOfConvertedCustomerEndsTheSameAfterCrash(t *testing.T) {
	t.Parallel()
	testCrashes(t, 3, func(crashCall int, loseAnswer bool) (string, int) {
		s := newScene(t, 3, 1)
		id := s.Customers[1]
		s.run(t, convert.accept(s, id), 3)
		s.Process.CrashAt(crashCall, loseAnswer)
		input := operation.NewOperation{
			Items: []operation.Item{{Customer: id}}, Parameters: operation.Parameters{AreResellers: true},
		}
		s.run(t, s.Accept(s.Admin, operation.Remove, input).ID, 3)
		calls := s.Process.Calls()
		where := fmt.Sprintf("crash at call %d (answer lost: %v)", crashCall, loseAnswer)
		if reseller, err := s.Store.ReadAccount(t.Context(), id); reseller != nil || err != nil {
			t.Fatalf("%s: the reseller is %+v, %v; want it removed", where, reseller, err)
		}
		s.wantCorrectCounts(t, where)
		return strings.Join(s.dump(), "\n"), calls
	})
}
