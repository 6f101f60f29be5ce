package flowtest

import (
	"context"

	"tenantry/shared/operation"
)

// Loss is how an execution is lost.
type Loss int

// The losses of executions.
const (
	NotLost   Loss = iota
	StartLost      // the request to start the execution is lost
	Forgotten      // the execution stops, and the workflow service forgets it, as an emulator does that is killed
	Aborted        // the execution stops, and the workflow service knows that it has ended
	Stuck          // the execution stops, and for the workflow service it still runs
)

// service is the workflow service. It implements operation.Workflows and stream.Workflows.
type service struct {
	engine    Engine
	states    map[string]operation.ExecutionState
	requests  map[string]int // by execution
	pending   []pendingExecution
	delivered map[string]bool // the events that the stream has delivered
}

// pendingExecution is an execution that will run.
type pendingExecution struct {
	operation.ExecutionInput

	loss  Loss
	steps int // after which it is lost
}

func newService(e Engine) *service {
	return &service{
		engine: e, states: map[string]operation.ExecutionState{}, requests: map[string]int{}, delivered: map[string]bool{},
	}
}

// Start implements operation.Workflows.
func (s *service) Start(_ context.Context, _ operation.Kind, input operation.ExecutionInput) error {
	name := input.ExecutionName()
	if _, exists := s.states[name]; exists {
		return nil
	}
	next := pendingExecution{ExecutionInput: input}
	if s.engine.Lose != nil {
		next.loss, next.steps = s.engine.Lose(input, s.requests[name])
	}
	s.requests[name]++
	if next.loss == StartLost {
		return nil
	}
	s.states[name] = operation.ExecutionRunning
	s.pending = append(s.pending, next)
	return nil
}

// State implements operation.Workflows.
func (s *service) State(
	_ context.Context, _ operation.Kind, input operation.ExecutionInput,
) (operation.ExecutionState, error) {
	if state, exists := s.states[input.ExecutionName()]; exists {
		return state, nil
	}
	return operation.ExecutionMissing, nil
}

// runAll runs the pending executions, each in a process of its own.
func (s *service) runAll() {
	pending := s.pending
	s.pending = nil
	for _, next := range pending {
		s.run(next)
		s.engine.Scene.Process.Restart()
	}
}

// run runs an execution until it ends or is lost.
func (s *service) run(next pendingExecution) {
	steps, isLost := 0, false
	s.engine.execute(next.ExecutionInput, func() bool {
		steps++
		isLost = next.loss != NotLost && steps > next.steps
		return isLost
	})
	name := next.ExecutionName()
	switch {
	case isLost && next.loss == Forgotten:
		delete(s.states, name)
	case isLost && next.loss == Stuck:
	default:
		s.states[name] = operation.ExecutionEnded
	}
}
