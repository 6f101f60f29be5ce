package transfer_test

import (
	"strings"
	"testing"

	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// The function crashes in a batch, and the workflow service forgets the execution. The sweep starts it again.
func TestTransferEndsTheSameAfterLostExecution(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]flow{"move": moveToPlanOfSouth, "convert": convertToPlan} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testCrashes(t, 3, func(crashCall int, loseAnswer bool) (string, int) {
				s := newScene(t, 2, 1)
				id := f.accept(s, s.Customers[0], s.Customers[2])
				s.Process.CrashAt(crashCall, loseAnswer)
				engine := flowtest.Engine{Scene: s.Scene, Seed: 2, MaxSweeps: 2}
				engine.Lose = func(_ operation.ExecutionInput, earlier int) (flowtest.Loss, int) {
					if crashCall == 0 || earlier > 0 {
						return flowtest.NotLost, 0
					}
					const planAndBatch = 2
					return flowtest.Forgotten, planAndBatch
				}
				if !engine.Run(id) {
					t.Fatalf("lost at call %d (answer lost: %v): the transfer does not end after two sweeps", crashCall, loseAnswer)
				}
				return s.Describe(id) + strings.Join(s.dump(), "\n"), s.Process.Calls()
			})
		})
	}
}

func TestTwoExecutionsOfTransferEndTheSame(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]flow{"move": moveToPlanOfSouth, "convert": convertToPlan} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alone := newScene(t, 2, 1)
			id := f.accept(alone, alone.Customers[0], alone.Customers[2])
			alone.run(t, id, 2)
			want := alone.Describe(id) + strings.Join(alone.dump(), "\n")
			for seed := range uint64(40) {
				s := newScene(t, 2, 1)
				id := f.accept(s, s.Customers[0], s.Customers[2])
				if !(flowtest.Engine{Scene: s.Scene, Seed: 2}).RunTwice(id, seed) {
					t.Fatalf("seed %d: the operation does not end", seed)
				}
				if got := s.Describe(id) + strings.Join(s.dump(), "\n"); got != want {
					t.Fatalf("seed %d: result\n%s\nwant, as with one execution:\n%s", seed, got, want)
				}
			}
		})
	}
}
