package flowtest

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/stream"
	"tenantry/shared/sweep"
)

// Engine does what the state machines do: plan, go through all batches in an order of the seed, finish, and again while there
// are batches left. A step that fails is left, as after all its retries.
type Engine struct {
	Scene      *Scene
	Seed       uint64
	Width      int                                    // items at once; by default 1
	Processors map[operation.Kind]operation.Processor // by default the scene's
	Attempts   int                                    // most attempts; by default 20
}

// workflows remembers what is to be started.
type workflows []operation.ExecutionInput

// Start remembers.
func (w *workflows) Start(_ context.Context, _ operation.Kind, start operation.ExecutionInput) error {
	*w = append(*w, start)
	return nil
}

// Run has an operation come to its end: it starts what its events ask for, and resumes it as the sweep does when nothing has been
// heard of it. It reports whether the end was reached.
func (e Engine) Run(id string) bool {
	s := e.Scene
	s.tb.Helper()
	done := map[string]bool{}
	for range cmp.Or(e.Attempts, 20) {
		for _, start := range e.requestedExecutions(id) {
			if !done[start.ExecutionName()] {
				done[start.ExecutionName()] = true
				e.execute(start)
				s.Process.Restart() // another process goes on
			}
		}
		if e.read(id).State.HasEnded() {
			return true
		}
		s.Advance(time.Hour)
		ids := []string{id}
		for _, start := range e.requestedExecutions(id) {
			if !slices.Contains(ids, start.Operation) {
				ids = append(ids, start.Operation)
			}
		}
		for _, id := range ids {
			e.resume(id)
		}
	}
	return false
}

// resume does what the sweep does when nothing has been heard of an operation.
func (e Engine) resume(id string) {
	s, o := e.Scene, e.read(id)
	s.tb.Helper()
	if o.State.HasEnded() {
		return
	}
	resume := operation.Resumer{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	if err := resume.HandleDue(s.tb.Context(), sweep.Entry{Kind: sweep.Operation, ID: id, At: *o.DueAt}); err != nil && !errors.Is(err, ErrCrashed) {
		s.tb.Fatal(err)
	}
	s.Process.Restart()
}

func (e Engine) read(id string) *operation.Operation {
	resume := e.Scene.Process.pause()
	defer resume()
	o, _, err := e.Scene.Store.ReadOperation(e.Scene.tb.Context(), id, idempotency.Key{})
	e.Scene.must(err)
	return o
}

// requestedExecutions are the attempts that the events of an operation ask for, and of those that it has begun itself.
func (e Engine) requestedExecutions(id string) workflows {
	s := e.Scene
	resume := s.Process.pause()
	defer resume()
	var asked workflows
	handler := stream.StartWorkflows{Workflows: &asked}
	ids := map[string]bool{id: true}
	for _, happened := range s.Store.Events(event.OperationStarted) {
		if ids[happened.Subject] || happened.RequestID == id {
			ids[happened.Subject] = true
			_, err := handler.Handle(s.tb.Context(), []event.Event{happened})
			s.must(err)
		}
	}
	return asked
}

// maxRounds is more often than any operation goes through its batches.
const maxRounds = 20

func (e Engine) execute(start operation.ExecutionInput) {
	s, ctx := e.Scene, e.Scene.tb.Context()
	order := rand.New(rand.NewPCG(e.Seed, uint64(start.Attempt))) //nolint:gosec // the same seed gives the same order
	works := e.Processors
	if works == nil {
		works = s.Processors()
	}
	batches := operation.BatchRunner{Store: s.Store, Processors: works, Width: max(1, e.Width), Now: s.Now}
	for range maxRounds {
		planned := operation.PlanResult{More: true}
		for planned.More {
			var err error
			if planned, err = (operation.Planner{Store: s.Store, Now: s.Now}).Plan(ctx, start); err != nil {
				return
			}
		}
		for _, group := range planned.Groups {
			for _, n := range order.Perm(int(group.Last - group.First + 1)) {
				_ = batches.Run(ctx, operation.BatchRequest{ExecutionInput: start, Batch: group.First + int64(n)}) // left for the next round
			}
		}
		ending, err := operation.Finisher{Store: s.Store, Now: s.Now}.Finish(ctx, start)
		if err != nil || !ending.Again {
			return
		}
		s.Advance(10 * time.Second)
	}
}

// unfinishedStore is a store to which no worker tells that it has done a batch.
type unfinishedStore struct{ *dynamotest.Store }

// errCutOff ends a worker that has done all items.
var errCutOff = errors.New("the worker ends before it has told of its batch")

// FinishBatch cuts the worker off.
func (unfinishedStore) FinishBatch(context.Context, *operation.Operation, operation.Batch, time.Time) error {
	return errCutOff
}

// RunUnfinishedBatch does the items of a batch as another worker at the same time, which ends before it tells of them.
func (e Engine) RunUnfinishedBatch(of operation.BatchRequest) error {
	works := e.Processors
	if works == nil {
		works = e.Scene.Processors()
	}
	batches := operation.BatchRunner{Store: unfinishedStore{e.Scene.Store}, Processors: works, Width: max(1, e.Width), Now: e.Scene.Now}
	if err := batches.Run(e.Scene.tb.Context(), of); !errors.Is(err, errCutOff) {
		return err
	}
	return nil
}
