package operation_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tenantry/shared/flowtest"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/sweep"
)

// scriptedWorkflows returns one state and one error, and records the executions that are started.
type scriptedWorkflows struct {
	state   operation.ExecutionState
	err     error
	started []operation.ExecutionInput
}

// Start implements operation.Workflows.
func (w *scriptedWorkflows) Start(_ context.Context, _ operation.Kind, input operation.ExecutionInput) error {
	if w.err == nil {
		w.started = append(w.started, input)
	}
	return w.err
}

// State implements operation.Workflows.
func (w *scriptedWorkflows) State(
	context.Context, operation.Kind, operation.ExecutionInput,
) (operation.ExecutionState, error) {
	return w.state, w.err
}

// silentOperation is an operation that has been accepted and makes no progress.
type silentOperation struct {
	*flowtest.Scene

	id        string
	workflows *scriptedWorkflows
}

func newSilentOperation(t *testing.T, workflows scriptedWorkflows) silentOperation {
	t.Helper()
	s := newScene(t, 1, 2)
	id := s.Accept(s.North, operation.Suspend, operation.NewOperation{Items: mixedItems(s)}).ID
	return silentOperation{s, id, &workflows}
}

func (s silentOperation) read(t *testing.T) *operation.Operation {
	t.Helper()
	o, _, err := s.Store.ReadOperation(t.Context(), s.id, idempotency.Key{})
	must(t, err)
	return o
}

// sweep lets a minute pass and checks the operation. It returns the operation after the check.
func (s silentOperation) sweep(t *testing.T) (*operation.Operation, error) {
	t.Helper()
	s.Advance(time.Minute)
	resumer := operation.Resumer{Store: s.Store, Workflows: s.workflows, NewID: s.IDs.New, Now: s.Now}
	entry := sweep.DueEntry{Kind: sweep.Operation, ID: s.id, At: *s.read(t).DueAt}
	err := resumer.HandleDue(t.Context(), entry)
	return s.read(t), err
}

func TestRunningExecutionIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := newSilentOperation(t, scriptedWorkflows{state: operation.ExecutionRunning})
	accepted := s.read(t)
	for minute := range 9 {
		o, err := s.sweep(t)
		must(t, err)
		if o.Attempt != 1 || !o.HeardAt.Equal(accepted.HeardAt) || !o.DueAt.After(s.Now()) {
			t.Fatalf("minute %d: operation %+v, want attempt 1, heard of when it was accepted, due later", minute, o)
		}
		if o.DueAt.Sub(s.Now()) > 30*time.Second {
			t.Errorf("minute %d: the next check is in %s, want it at the next sweep", minute, o.DueAt.Sub(s.Now()))
		}
	}
	if len(s.workflows.started) > 0 {
		t.Errorf("started %v, want no execution", s.workflows.started)
	}
}

func TestMissingExecutionIsStartedAgain(t *testing.T) {
	t.Parallel()
	s := newSilentOperation(t, scriptedWorkflows{state: operation.ExecutionMissing})
	o, err := s.sweep(t)
	must(t, err)
	want := []operation.ExecutionInput{{Operation: s.id, Attempt: 1}}
	if o.Attempt != 1 || !slices.Equal(s.workflows.started, want) {
		t.Errorf("started %v in attempt %d, want %v", s.workflows.started, o.Attempt, want)
	}
}

func TestUnavailableWorkflowsAreAnErrorAndPostponeTheCheck(t *testing.T) {
	t.Parallel()
	unavailable := errors.New("no answer")
	s := newSilentOperation(t, scriptedWorkflows{err: unavailable})
	for minute := range 9 {
		o, err := s.sweep(t)
		if !errors.Is(err, unavailable) || o.Attempt != 1 || !o.DueAt.After(s.Now()) {
			t.Fatalf("minute %d: attempt %d, due %s, error %v; want attempt 1, due later, and the error of the workflows",
				minute, o.Attempt, o.DueAt, err)
		}
	}
	o, err := s.sweep(t)
	if !errors.Is(err, unavailable) || o.Attempt != 2 || o.HeardAt.Before(s.Now().Add(-time.Second)) {
		t.Errorf("after ten minutes: attempt %d, heard of at %s, error %v; want attempt 2 now and the error",
			o.Attempt, o.HeardAt, err)
	}
}

// A cause that persists does not use up all attempts at once: the pauses grow, and add up to four hours.
func TestAttemptsThatEndAtOnceAreRepeatedForFourHours(t *testing.T) {
	t.Parallel()
	s := newSilentOperation(t, scriptedWorkflows{state: operation.ExecutionEnded})
	start := s.Now()
	var minutes []int // since the start, of each new attempt
	for o := s.read(t); !o.GivenUp; {
		attempt := o.Attempt
		var err error
		o, err = s.sweep(t)
		must(t, err)
		if o.Attempt != attempt {
			minutes = append(minutes, int(s.Now().Sub(start).Minutes()))
		}
	}
	if !slices.Equal(minutes[:8], []int{1, 2, 3, 4, 6, 10, 18, 28}) {
		t.Errorf("the first attempts start after %v minutes, want pauses of 0, 0, 0, 1, 2, 4, 8 and 10 minutes", minutes[:8])
	}
	if last := minutes[len(minutes)-1]; last < 4*60 || last > 5*60 {
		t.Errorf("the operation is given up after %d minutes, want four hours", last)
	}
}
