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
	s := raise(t)
	tests := []struct {
		name string
		play func(*testing.T, *stage, string)
	}{
		{"what is left is for the next round", nextRound}, // first, because it takes longest
		{"all batches of all groups are called", allBatches},
		{"nothing to do", nothingToDo},
		{"what fails once is tried again", triedAgain},
		{"an operation that stalls", finishStalls},
		{"a plan that fails", planFails},
		{"an end that fails", finishFails},
		{"a start that is repeated", startedTwice},
	}
	t.Run("machines", func(t *testing.T) { // the stage stays until all have ended
		for _, test := range tests {
			for _, machine := range machines {
				t.Run(test.name+"/"+machine, func(t *testing.T) {
					t.Parallel()
					test.play(t, s, machine)
				})
			}
		}
	})
}

// groups cuts batches as the plan does.
func groups(batches, size int64) operation.Planned {
	planned := operation.Planned{Groups: []operation.Group{}}
	for first := int64(0); first < batches; first += size {
		planned.Groups = append(planned.Groups, operation.Group{First: first, Last: min(first+size, batches) - 1})
	}
	return planned
}

// smooth is the script of an operation of which nothing fails.
func smooth(batches, size int64) func(call) cue {
	return func(c call) cue {
		switch c.Step {
		case plan:
			return cue{Answer: groups(batches, size)}
		case finish:
			return cue{Answer: operation.Ending{State: operation.Succeeded}}
		}
		return cue{Answer: struct{}{}}
	}
}

func allBatches(t *testing.T, s *stage, machine string) {
	const batches, size = 2_345, 1_000
	p := s.begin(t, machine, func(c call) cue {
		if c.Step == plan && c.Times < 2 {
			return cue{Answer: operation.Planned{More: true, Groups: []operation.Group{}}}
		}
		return smooth(batches, size)(c)
	})
	s.end(t, machine, p, succeeded, "")
	p.wantOutline(t, "plan batch finish")
	if times := p.count(plan, 0); times != 3 {
		t.Errorf("plan was called %d times, want 3", times)
	}
	for number := range int64(batches) {
		if p.count(batch, number) == 0 {
			t.Errorf("batch %d was not called", number)
		}
	}
	group := int64(0)
	for _, c := range p.called() {
		if c.Step != batch {
			continue
		}
		if c.Batch >= batches || c.Batch/size < group {
			t.Fatalf("batch %d was called after group %d began", c.Batch, group)
		}
		group = c.Batch / size
	}
}

func nothingToDo(t *testing.T, s *stage, machine string) {
	p := s.begin(t, machine, smooth(0, 1))
	s.end(t, machine, p, succeeded, "")
	p.wantOutline(t, "plan finish")
}

func triedAgain(t *testing.T, s *stage, machine string) {
	once := map[call]string{
		{Step: plan}:            "TryAgain",
		{Step: batch, Batch: 2}: "TryAgain",
		{Step: batch, Batch: 4}: "Lambda.TooManyRequestsException",
		{Step: finish}:          "Lambda.ServiceException",
	}
	p := s.begin(t, machine, func(c call) cue {
		if fault := once[c]; fault != "" {
			return cue{Error: fault}
		}
		return smooth(6, 3)(c)
	})
	s.end(t, machine, p, succeeded, "")
	p.wantOutline(t, "plan batch finish")
	for c := range once {
		if times := p.count(c.Step, c.Batch); times < 2 {
			t.Errorf("%s %d was called %d times, want a second call after the first failed", c.Step, c.Batch, times)
		}
	}
	for number := range int64(6) {
		if p.count(batch, number) == 0 {
			t.Errorf("batch %d was not called", number)
		}
	}
}

// nextRound has batches fail in every way, however often they are called, until the next round.
func nextRound(t *testing.T, s *stage, machine string) {
	const batches = 12
	faults := map[int64]cue{
		0: {Error: "Refusal"},
		3: {Panic: true},
		5: {Error: "Lambda.TooManyRequestsException"},
		7: {Hang: true}, // until its function's time is over
		9: {Error: "TryAgain"},
	}
	rounds := 0 // calls of a script come one by one
	inFirst := map[int64]int{}
	p := s.begin(t, machine, func(c call) cue {
		if c.Step == batch && rounds == 0 {
			inFirst[c.Batch]++
			if fault, fails := faults[c.Batch]; fails {
				return fault
			}
		}
		if c.Step == finish {
			rounds++
			return cue{Answer: operation.Ending{State: operation.Running, Again: rounds == 1}}
		}
		return smooth(batches, 6)(c)
	})
	s.end(t, machine, p, succeeded, "")
	p.wantOutline(t, "plan batch finish plan batch finish")
	for number := range int64(batches) {
		if inFirst[number] == 0 {
			t.Errorf("batch %d was not called in the first round", number)
		}
		if p.count(batch, number) == inFirst[number] {
			t.Errorf("batch %d was not called in the second round", number)
		}
	}
	for _, number := range []int64{5, 9} {
		if inFirst[number] < 2 {
			t.Errorf("batch %d was called %d times in the first round, want more", number, inFirst[number])
		}
	}
}

func finishStalls(t *testing.T, s *stage, machine string) {
	p := s.begin(t, machine, func(c call) cue {
		if c.Step == finish {
			return cue{Answer: operation.Ending{State: operation.Running, Stalled: true}}
		}
		return smooth(2, 1)(c)
	})
	s.end(t, machine, p, failed, stalled)
	p.wantOutline(t, "plan batch finish")
}

func planFails(t *testing.T, s *stage, machine string) {
	p := s.begin(t, machine, func(call) cue { return cue{Error: "Refusal"} })
	s.end(t, machine, p, failed, stalled)
	p.wantOutline(t, plan)
	if times := p.count(plan, 0); times != 3 {
		t.Errorf("plan was called %d times, want 3", times)
	}
}

func finishFails(t *testing.T, s *stage, machine string) {
	p := s.begin(t, machine, func(c call) cue {
		if c.Step == finish {
			return cue{Panic: true}
		}
		return smooth(2, 1)(c)
	})
	s.end(t, machine, p, failed, stalled)
	p.wantOutline(t, "plan batch finish")
}

// startedTwice starts an attempt again while it runs, and when it has ended.
func startedTwice(t *testing.T, s *stage, machine string) {
	p := s.begin(t, machine, smooth(3, 3))
	s.start(t, machine, p)
	s.end(t, machine, p, succeeded, "")
	s.start(t, machine, p)
	s.end(t, machine, p, succeeded, "")
	p.wantOutline(t, "plan batch finish")
	if plans, ends := p.count(plan, 0), p.count(finish, 0); plans != 1 || ends != 1 {
		t.Errorf("planned %d times and finished %d times, want once each", plans, ends)
	}
}
