package removal_test

import (
	"testing"

	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// The function crashes in a batch, and the workflow service forgets the execution. The sweep starts it again.
func TestRemovalEndsTheSameAfterLostExecution(t *testing.T) {
	t.Parallel()
	for name, input := range map[string]func(s *flowtest.Scene) operation.NewOperation{
		"customers":                     func(s *flowtest.Scene) operation.NewOperation { return inputOf(s.Customers[0], s.Customers[2]) },
		"a reseller with its customers": func(s *flowtest.Scene) operation.NewOperation { return withCustomers(s.North) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testCrashes(t, 5, func(crashCall int, loseAnswer bool) (string, int) {
				s := newScene(t, 4)
				id := s.Accept(s.Admin, operation.Remove, input(s)).ID
				s.Process.CrashAt(crashCall, loseAnswer)
				engine := flowtest.Engine{Scene: s, Seed: 4, MaxSweeps: 2}
				engine.Lose = func(_ operation.ExecutionInput, earlier int) (flowtest.Loss, int) {
					if crashCall == 0 || earlier > 0 {
						return flowtest.NotLost, 0
					}
					const planAndBatch = 2
					return flowtest.Forgotten, planAndBatch
				}
				if !engine.Run(id) {
					t.Fatalf("lost at call %d (answer lost: %v): the removal does not end after two sweeps", crashCall, loseAnswer)
				}
				return s.Describe(id) + dumpAll(s), s.Process.Calls()
			})
		})
	}
}

func TestTwoExecutionsOfRemovalEndTheSame(t *testing.T) {
	t.Parallel()
	for name, input := range map[string]func(s *flowtest.Scene) operation.NewOperation{
		"customers":                     func(s *flowtest.Scene) operation.NewOperation { return inputOf(s.Customers[0], s.Customers[2]) },
		"a reseller with its customers": func(s *flowtest.Scene) operation.NewOperation { return withCustomers(s.North) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alone := newScene(t, 4)
			id := alone.Accept(alone.Admin, operation.Remove, input(alone)).ID
			run(t, alone, id)
			want := alone.Describe(id) + dumpAll(alone)
			for seed := range uint64(40) {
				s := newScene(t, 4)
				id := s.Accept(s.Admin, operation.Remove, input(s)).ID
				if !(flowtest.Engine{Scene: s, Seed: 4}).RunTwice(id, seed) {
					t.Fatalf("seed %d: the removal does not end", seed)
				}
				if got := s.Describe(id) + dumpAll(s); got != want {
					t.Fatalf("seed %d: result\n%s\nwant, as with one execution:\n%s", seed, got, want)
				}
			}
		})
	}
}
