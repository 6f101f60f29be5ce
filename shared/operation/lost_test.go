package operation_test

import (
	"fmt"
	"testing"
	"time"

	"tenantry/shared/flowtest"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
)

// losses are the losses after which the next sweep continues an operation.
var losses = map[string]flowtest.Loss{
	"start lost": flowtest.StartLost, "forgotten": flowtest.Forgotten, "aborted": flowtest.Aborted,
}

// loseFirst loses the first executions of an operation after some steps.
func loseFirst(count int, loss flowtest.Loss, steps int) func(operation.ExecutionInput, int) (flowtest.Loss, int) {
	requests := 0
	return func(operation.ExecutionInput, int) (flowtest.Loss, int) {
		requests++
		if requests > count {
			return flowtest.NotLost, 0
		}
		return loss, steps
	}
}

func TestOperationEndsTheSameAfterLostExecution(t *testing.T) {
	t.Parallel()
	for name, flow := range flows {
		for lossName, loss := range losses {
			t.Run(name+", "+lossName, func(t *testing.T) {
				t.Parallel()
				want, _ := runFlow(t, name, 1, 0, false)
				for steps := 0; ; steps++ {
					s := newScene(t, 1, flow.customers)
					id := s.Accept(s.North, flow.kind, flow.input(s)).ID
					start := s.Now()
					engine := flowtest.Engine{Scene: s, Seed: 1, MaxSweeps: 2, Lose: loseFirst(1, loss, steps)}
					if !engine.Run(id) {
						t.Fatalf("lost after %d steps: the operation does not end after two sweeps", steps)
					}
					if got := s.Describe(id); got != want {
						t.Fatalf("lost after %d steps: result\n%s\nwant, as without the loss:\n%s", steps, got, want)
					}
					if loss == flowtest.StartLost || s.Now().Sub(start) < time.Minute {
						return // the execution ended before it could be lost
					}
				}
			})
		}
	}
}

// Several executions of the same attempt, or of several attempts, are lost one after another.
func TestOperationEndsAfterSeveralLostExecutions(t *testing.T) {
	t.Parallel()
	for lossName, loss := range losses {
		for steps := range 3 {
			s := newScene(t, 1, 5)
			id := s.Accept(s.North, operation.Suspend, operation.NewOperation{Items: mixedItems(s)}).ID
			if !(flowtest.Engine{Scene: s, MaxSweeps: 4, Lose: loseFirst(3, loss, steps)}).Run(id) {
				t.Errorf("%s after %d steps: the operation does not end after four sweeps", lossName, steps)
			}
			wantConsistent(t, s, id, fmt.Sprint(lossName, " after ", steps, " steps"))
		}
	}
}

// The execution is lost after the last item, before its last step.
func TestOperationWhoseItemsAreDoneEndsAtTheFirstSweep(t *testing.T) {
	t.Parallel()
	for _, loss := range []flowtest.Loss{flowtest.Forgotten, flowtest.Aborted, flowtest.Stuck} {
		s := newScene(t, 1, 5)
		id := s.Accept(s.North, operation.Suspend, operation.NewOperation{Items: mixedItems(s)}).ID
		const planAndBatch = 2
		if !(flowtest.Engine{Scene: s, MaxSweeps: 1, Lose: loseFirst(1, loss, planAndBatch)}).Run(id) {
			t.Fatalf("loss %d: the operation does not end at the first sweep", loss)
		}
		o, _, err := s.Store.ReadOperation(t.Context(), id, idempotency.Key{})
		must(t, err)
		if o.Attempt != 1 || o.State != operation.PartiallyFailed || o.DueAt != nil || o.FinishedAt == nil {
			t.Errorf("loss %d: operation %+v, want the end of attempt 1", loss, o)
		}
		wantConsistent(t, s, id, fmt.Sprint("loss ", loss))
	}
}

// An execution that seems to run but makes no progress is replaced after ten minutes.
func TestStuckExecutionIsReplaced(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 5)
	id := s.Accept(s.North, operation.Suspend, operation.NewOperation{Items: mixedItems(s)}).ID
	start := s.Now()
	if !(flowtest.Engine{Scene: s, MaxSweeps: 12, Lose: loseFirst(1, flowtest.Stuck, 1)}).Run(id) {
		t.Fatal("the operation does not end after twelve sweeps")
	}
	if took := s.Now().Sub(start); took < 10*time.Minute {
		t.Errorf("the execution was replaced after %s, want 10 minutes", took)
	}
	wantConsistent(t, s, id, "stuck")
}

// Step Functions may report a state that is some seconds old, and a function of a lost execution may still run. So two
// executions of an operation may run at once.
func TestTwoExecutionsDoEachItemOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"suspend items", "suspend by filter", "preview"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flow := flows[name]
			want, _ := runFlow(t, name, 1, 0, false)
			for seed := range uint64(60) {
				s := newScene(t, 1, flow.customers)
				id := s.Accept(s.North, flow.kind, flow.input(s)).ID
				if !(flowtest.Engine{Scene: s, Seed: 1}).RunTwice(id, seed) {
					t.Fatalf("seed %d: the operation does not end", seed)
				}
				if got := s.Describe(id); got != want {
					t.Fatalf("seed %d: result\n%s\nwant, as with one execution:\n%s", seed, got, want)
				}
			}
		})
	}
}
