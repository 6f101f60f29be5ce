package operation_test

import (
	"fmt"
	"testing"

	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// flows are operations that are interrupted at each of their calls.
var flows = map[string]struct {
	customers int
	kind      operation.Kind
	input     func(s *flowtest.Scene) operation.NewOperation
}{
	"suspend items": {7, operation.Suspend, func(s *flowtest.Scene) operation.NewOperation {
		return operation.NewOperation{Items: mixedItems(s), Parameters: operation.Parameters{Reason: "unpaid"}}
	}},
	"suspend by filter": {5, operation.Suspend, func(*flowtest.Scene) operation.NewOperation {
		return operation.NewOperation{Filter: &operation.Filter{}}
	}},
	"activate active customers": {4, operation.Activate, func(s *flowtest.Scene) operation.NewOperation {
		return operation.NewOperation{Items: mixedItems(s)}
	}},
	"suspend several batches": {
		operation.BatchSize + 3,
		operation.Suspend,
		func(s *flowtest.Scene) operation.NewOperation {
			return operation.NewOperation{Items: mixedItems(s)}
		},
	},
	"preview": {3, operation.Suspend, func(*flowtest.Scene) operation.NewOperation {
		return operation.NewOperation{Filter: &operation.Filter{}, DryRun: true}
	}},
}

type sceneKey struct {
	seed      uint64
	customers int
}

var scenes flowtest.Cache[sceneKey, *flowtest.Scene]

// newScene returns a copy of the scene with the seed and number of customers.
func newScene(t *testing.T, seed uint64, customers int) *flowtest.Scene {
	t.Helper()
	key := sceneKey{seed, customers}
	return scenes.Get(key, func() *flowtest.Scene { return flowtest.New(t, seed, customers) }).Fork(t)
}

// runFlow runs a flow in a process that crashes at a call. It returns a description of the result and the number of
// calls.
func runFlow(t *testing.T, name string, seed uint64, crashCall int, loseAnswer bool) (result string, calls int) {
	t.Helper()
	flow := flows[name]
	s := newScene(t, seed, flow.customers)
	s.Process.CrashAt(crashCall, loseAnswer)
	id := s.Accept(s.North, flow.kind, flow.input(s)).ID
	if !(flowtest.Engine{Scene: s, Seed: seed}).Run(id) {
		t.Fatalf("crash at call %d (answer lost: %v): the operation does not end", crashCall, loseAnswer)
	}
	calls = s.Process.Calls()
	return s.Describe(id), calls
}

func TestOperationEndsTheSameAfterCrash(t *testing.T) {
	t.Parallel()
	for name := range flows {
		for seed := range uint64(2) {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				t.Parallel()
				want, calls := runFlow(t, name, seed, 0, false)
				step := 1
				if calls > 150 {
					step = 7 // in large operations the calls repeat
				}
				for call := 1; call <= calls; call += step {
					for _, loseAnswer := range []bool{false, true} {
						if got, _ := runFlow(t, name, seed, call, loseAnswer); got != want {
							t.Fatalf("crash at call %d of %d (answer lost: %v): result\n%s\nwant, as without a crash:\n%s",
								call, calls, loseAnswer, got, want)
						}
					}
				}
			})
		}
	}
}
