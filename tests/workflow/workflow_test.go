package workflow

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"tenantry/shared/operation"
)

const (
	succeeded = types.ExecutionStatusSucceeded
	failed    = types.ExecutionStatusFailed
	stalled   = "Stalled"
)

func TestMachines(t *testing.T) {
	f := newFixture(t)
	tests := []struct {
		name string
		run  func(t *testing.T, f *fixture, machine string)
	}{
		{"failed batches are called in the next round", testNextRound}, // first, because it takes longest
		{"all batches of all groups are called", testAllBatches},
		{"an operation without batches", testNoBatches},
		{"failed calls are retried", testRetries},
		{"a stalled operation", testStalledOperation},
		{"a failing plan", testFailingPlan},
		{"a failing finish", testFailingFinish},
		{"an attempt is started twice", testStartedTwice},
		{"the state of an execution", testState},
	}
	t.Run("machines", func(t *testing.T) { // a group, so that the fixture exists until all parallel tests have ended
		for _, test := range tests {
			for _, machine := range machines {
				t.Run(test.name+"/"+machine, func(t *testing.T) {
					t.Parallel()
					test.run(t, f, machine)
				})
			}
		}
	})
}

// groups returns the result of planning a number of batches in groups of a size.
func groups(batches, size int64) operation.PlanResult {
	planned := operation.PlanResult{Groups: []operation.BatchRange{}}
	for first := int64(0); first < batches; first += size {
		planned.Groups = append(planned.Groups, operation.BatchRange{First: first, Last: min(first+size, batches) - 1})
	}
	return planned
}

// succeed is a script in which every call succeeds.
func succeed(batches, size int64) script {
	return func(c call) behaviour {
		switch c.Step {
		case plan:
			return behaviour{Result: groups(batches, size)}
		case finish:
			return behaviour{Result: operation.FinishResult{State: operation.Succeeded}}
		}
		return behaviour{Result: struct{}{}}
	}
}

func testAllBatches(t *testing.T, f *fixture, machine string) {
	const batches, size = 2_345, 1_000
	s := f.start(t, machine, func(c call) behaviour {
		if c.Step == plan && c.Earlier < 2 {
			return behaviour{Result: operation.PlanResult{More: true, Groups: []operation.BatchRange{}}}
		}
		return succeed(batches, size)(c)
	})
	f.wantEnd(t, machine, s, succeeded, "")
	s.wantSteps(t, "plan batch finish")
	if times := s.count(plan, 0); times != 3 {
		t.Errorf("plan was called %d times, want 3", times)
	}
	for number := range int64(batches) {
		if s.count(batch, number) == 0 {
			t.Errorf("batch %d was not called", number)
		}
	}
	group := int64(0)
	for _, c := range s.recorded() {
		if c.Step != batch {
			continue
		}
		if c.Batch >= batches || c.Batch/size < group {
			t.Fatalf("batch %d was called after group %d began", c.Batch, group)
		}
		group = c.Batch / size
	}
}

func testNoBatches(t *testing.T, f *fixture, machine string) {
	s := f.start(t, machine, succeed(0, 1))
	f.wantEnd(t, machine, s, succeeded, "")
	s.wantSteps(t, "plan finish")
}

func testRetries(t *testing.T, f *fixture, machine string) {
	firstErrors := map[call]string{
		{Step: plan}:            "TryAgain",
		{Step: batch, Batch: 2}: "TryAgain",
		{Step: batch, Batch: 4}: "Lambda.TooManyRequestsException",
		{Step: finish}:          "Lambda.ServiceException",
	}
	s := f.start(t, machine, func(c call) behaviour {
		if name := firstErrors[c]; name != "" {
			return behaviour{Error: name}
		}
		return succeed(6, 3)(c)
	})
	f.wantEnd(t, machine, s, succeeded, "")
	s.wantSteps(t, "plan batch finish")
	for c := range firstErrors {
		if times := s.count(c.Step, c.Batch); times < 2 {
			t.Errorf("%s %d was called %d times, want at least 2", c.Step, c.Batch, times)
		}
	}
	for number := range int64(6) {
		if s.count(batch, number) == 0 {
			t.Errorf("batch %d was not called", number)
		}
	}
}

// testNextRound lets batches fail in every possible way throughout the first round.
func testNextRound(t *testing.T, f *fixture, machine string) {
	const batches = 12
	failures := map[int64]behaviour{
		0: {Error: "Refusal"},
		3: {Panic: true},
		5: {Error: "Lambda.TooManyRequestsException"},
		7: {Hang: true},
		9: {Error: "TryAgain"},
	}
	rounds := 0
	firstRound := map[int64]int{} // the number of calls of each batch
	s := f.start(t, machine, func(c call) behaviour {
		if c.Step == batch && rounds == 0 {
			firstRound[c.Batch]++
			if failure, fails := failures[c.Batch]; fails {
				return failure
			}
		}
		if c.Step == finish {
			rounds++
			return behaviour{Result: operation.FinishResult{State: operation.Running, Again: rounds == 1, Pause: 1}}
		}
		return succeed(batches, 6)(c)
	})
	f.wantEnd(t, machine, s, succeeded, "")
	s.wantSteps(t, "plan batch finish plan batch finish")
	for number := range int64(batches) {
		if firstRound[number] == 0 {
			t.Errorf("batch %d was not called in the first round", number)
		}
		if s.count(batch, number) == firstRound[number] {
			t.Errorf("batch %d was not called in the second round", number)
		}
	}
	for _, number := range []int64{5, 9} {
		if firstRound[number] < 2 {
			t.Errorf("batch %d was called %d times in the first round, want at least 2", number, firstRound[number])
		}
	}
}

func testStalledOperation(t *testing.T, f *fixture, machine string) {
	s := f.start(t, machine, func(c call) behaviour {
		if c.Step == finish {
			return behaviour{Result: operation.FinishResult{State: operation.Running, Stalled: true}}
		}
		return succeed(2, 1)(c)
	})
	f.wantEnd(t, machine, s, failed, stalled)
	s.wantSteps(t, "plan batch finish")
}

func testFailingPlan(t *testing.T, f *fixture, machine string) {
	s := f.start(t, machine, func(call) behaviour { return behaviour{Error: "Refusal"} })
	f.wantEnd(t, machine, s, failed, stalled)
	s.wantSteps(t, plan)
	if times := s.count(plan, 0); times != 3 {
		t.Errorf("plan was called %d times, want 3", times)
	}
}

func testFailingFinish(t *testing.T, f *fixture, machine string) {
	s := f.start(t, machine, func(c call) behaviour {
		if c.Step == finish {
			return behaviour{Panic: true}
		}
		return succeed(2, 1)(c)
	})
	f.wantEnd(t, machine, s, failed, stalled)
	s.wantSteps(t, "plan batch finish")
}

// testStartedTwice starts the same attempt again while it runs and after it has ended.
func testStartedTwice(t *testing.T, f *fixture, machine string) {
	s := f.start(t, machine, succeed(3, 3))
	f.startExecution(t, machine, s)
	f.wantEnd(t, machine, s, succeeded, "")
	f.startExecution(t, machine, s)
	f.wantEnd(t, machine, s, succeeded, "")
	s.wantSteps(t, "plan batch finish")
	if plans, ends := s.count(plan, 0), s.count(finish, 0); plans != 1 || ends != 1 {
		t.Errorf("planned %d times and finished %d times, want once each", plans, ends)
	}
}

// The sweep asks for the state of an execution before it starts an operation again.
func testState(t *testing.T, f *fixture, machine string) {
	workflows := f.workflows(machine)
	wantState := func(input operation.ExecutionInput, want operation.ExecutionState) {
		t.Helper()
		if state, err := workflows.State(t.Context(), operation.Suspend, input); err != nil || state != want {
			t.Errorf("the state of %s is %q, error %v; want %q", input.ExecutionName(), state, err, want)
		}
	}
	release := make(chan struct{})
	s := f.start(t, machine, func(c call) behaviour {
		if c.Step == plan {
			<-release
		}
		return succeed(1, 1)(c)
	})
	wantState(s.start, operation.ExecutionRunning)
	close(release)
	f.wantEnd(t, machine, s, succeeded, "")
	wantState(s.start, operation.ExecutionEnded)
	next := s.start
	next.Attempt++
	wantState(next, operation.ExecutionMissing)
}
