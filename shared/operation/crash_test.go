package operation_test

import (
	"fmt"
	"testing"

	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// items names customers, one that is another's, and one that nobody has.
func items(s *flowtest.Scene) []operation.Item {
	var all []operation.Item
	for _, id := range s.Customers {
		all = append(all, operation.Item{Customer: id})
	}
	return append(all, operation.Item{Customer: s.South}, operation.Item{Customer: "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"})
}

// flows are operations whose every step is to be interrupted.
var flows = map[string]struct {
	customers int
	kind      operation.Kind
	wanted    func(s *flowtest.Scene) operation.NewOperation
}{
	"suspend by items": {7, operation.Suspend, func(s *flowtest.Scene) operation.NewOperation {
		return operation.NewOperation{Items: items(s), Parameters: operation.Parameters{Reason: "unpaid"}}
	}},
	"suspend by filter": {5, operation.Suspend, func(*flowtest.Scene) operation.NewOperation {
		return operation.NewOperation{Filter: &operation.Filter{}}
	}},
	"activate what is active": {4, operation.Activate, func(s *flowtest.Scene) operation.NewOperation {
		return operation.NewOperation{Items: items(s)}
	}},
	"suspend in several batches": {operation.BatchSize + 3, operation.Suspend, func(s *flowtest.Scene) operation.NewOperation {
		return operation.NewOperation{Items: items(s)}
	}},
	"preview": {3, operation.Suspend, func(*flowtest.Scene) operation.NewOperation {
		return operation.NewOperation{Filter: &operation.Filter{}, DryRun: true}
	}},
}

type sceneKey struct {
	seed      uint64
	customers int
}

var scenes flowtest.Cache[sceneKey, *flowtest.Scene]

// run does a flow on a fresh scene whose process dies at a call, and tells what came of it and how many calls it took.
func run(t *testing.T, name string, seed uint64, at int, after bool) (result string, calls int) {
	t.Helper()
	flow := flows[name]
	s := scenes.Get(sceneKey{seed, flow.customers}, func() *flowtest.Scene { return flowtest.New(t, seed, flow.customers) }).Fork(t)
	s.Process.CrashAt(at, after)
	id := s.Accept(s.North, flow.kind, flow.wanted(s)).ID
	if !(flowtest.Engine{Scene: s, Seed: seed}).Run(id) {
		t.Fatalf("killed at call %d (answer lost: %v): the operation does not end", at, after)
	}
	calls = s.Process.Calls()
	return s.Describe(id), calls
}

func TestAKilledProcessChangesNothing(t *testing.T) {
	t.Parallel()
	for name := range flows {
		for seed := range uint64(2) {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				t.Parallel()
				want, calls := run(t, name, seed, 0, false)
				step := 1
				if calls > 150 {
					step = 7 // the steps of one item are those of all
				}
				for at := 1; at <= calls; at += step {
					for _, after := range []bool{false, true} {
						if got, _ := run(t, name, seed, at, after); got != want {
							t.Fatalf("killed at call %d of %d (answer lost: %v):\n%s\nwithout:\n%s", at, calls, after, got, want)
						}
					}
				}
			})
		}
	}
}
