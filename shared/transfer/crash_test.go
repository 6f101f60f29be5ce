package transfer_test

import (
	"fmt"
	"strings"
	"testing"

	"tenantry/shared/operation"
)

// A flow that dies at any of its calls, or whose answer is lost there, ends as one that does not die.
func TestAKilledTransferEndsTheSame(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, few := range sizes {
			t.Run(name+" "+size, func(t *testing.T) {
				t.Parallel()
				run := func(at int, after bool) (string, int) {
					s := newScene(t, 2, few)
					s.Process.CrashAt(at, after)
					id := f.accept(s, s.Customers[0], s.South, s.Customers[2])
					s.run(t, id, 2)
					calls := s.Process.Calls()
					s.balanced(t, fmt.Sprintf("killed at call %d (answer lost: %v)", at, after))
					return s.Describe(id) + strings.Join(s.dump(), "\n"), calls
				}
				want, calls := run(0, false)
				for at := 1; at <= calls; at++ {
					for _, after := range []bool{false, true} {
						if got, _ := run(at, after); got != want {
							t.Fatalf("killed at call %d of %d (answer lost: %v):\n%s\nwithout:\n%s", at, calls, after, got, want)
						}
					}
				}
			})
		}
	}
}

// A reseller that was a customer has subscriptions of its own, which count against what it was given: it goes with them, wherever its
// removal is cut off.
func TestAConvertedCustomerIsRemoved(t *testing.T) {
	t.Parallel()
	run := func(at int, after bool) (string, int) {
		s := newScene(t, 3, 1)
		id := s.Customers[1]
		s.run(t, flows["to a reseller"].accept(s, id), 3)
		s.Process.CrashAt(at, after)
		s.run(t, s.Accept(s.Admin, operation.Remove, operation.NewOperation{
			Items: []operation.Item{{Customer: id}}, Parameters: operation.Parameters{AreResellers: true},
		}).ID, 3)
		calls := s.Process.Calls()
		if of, err := s.Store.ReadAccount(t.Context(), id); of != nil || err != nil {
			t.Fatalf("killed at call %d (answer lost: %v): %+v, %v", at, after, of, err)
		}
		s.balanced(t, fmt.Sprintf("killed at call %d (answer lost: %v)", at, after))
		return strings.Join(s.dump(), "\n"), calls
	}
	want, calls := run(0, false)
	for at := 1; at <= calls; at += 3 {
		for _, after := range []bool{false, true} {
			if got, _ := run(at, after); got != want {
				t.Fatalf("killed at call %d of %d (answer lost: %v):\n%s\nwithout:\n%s", at, calls, after, got, want)
			}
		}
	}
}
