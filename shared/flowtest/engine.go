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

// Engine runs operations as the state machines do: it plans, runs all batches in an order that depends on the seed,
// finishes, and repeats this while batches remain. It does not repeat a step that fails: the next round or the next
// attempt does.
type Engine struct {
	Scene      *Scene
	Seed       uint64
	Width      int                                    // items at the same time; 1 by default
	Processors map[operation.Kind]operation.Processor // the scene's processors by default
	MaxSweeps  int                                    // 40 by default

	// Lose returns how an execution is lost, and after how many steps it stops. The number says how often the execution was
	// requested before. If Lose is nil, no execution is lost.
	Lose func(input operation.ExecutionInput, earlier int) (loss Loss, steps int)
}

// Run runs an operation: it starts the executions that its events request, and checks the operation as the sweep does,
// every minute in which it is due. It reports whether the operation has ended.
func (e Engine) Run(id string) (hasEnded bool) {
	s := e.Scene
	s.tb.Helper()
	service := newService(e)
	for range cmp.Or(e.MaxSweeps, 40) {
		ids := e.deliverEvents(service, id)
		service.runAll()
		o := e.read(id)
		if o.State.HasEnded() {
			return true
		}
		s.Advance(max(time.Minute, o.DueAt.Sub(s.Now())))
		for _, id := range ids {
			e.sweep(service, id)
		}
		if e.read(id).State.HasEnded() {
			return true
		}
	}
	return false
}

// sweep checks an operation as the sweep does.
func (e Engine) sweep(service *service, id string) {
	s, o := e.Scene, e.read(id)
	s.tb.Helper()
	if o.State.HasEnded() {
		return
	}
	resumer := operation.Resumer{Store: s.Store, Workflows: service, NewID: s.IDs.New, Now: s.Now}
	err := resumer.HandleDue(s.tb.Context(), sweep.DueEntry{Kind: sweep.Operation, ID: id, At: *o.DueAt})
	if err != nil && !errors.Is(err, ErrCrashed) {
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

// deliverEvents starts the executions that were requested for an operation and for the operations that it has started.
// It returns the ids of these operations. Each event is delivered once.
func (e Engine) deliverEvents(service *service, id string) (ids []string) {
	s := e.Scene
	resume := s.Process.pause()
	defer resume()
	handler := stream.StartWorkflows{Workflows: service}
	ids = []string{id}
	for _, entry := range s.Store.Events(event.OperationStarted) {
		if entry.RequestID == id && !slices.Contains(ids, entry.Subject) {
			ids = append(ids, entry.Subject)
		}
		if slices.Contains(ids, entry.Subject) && !service.delivered[entry.ID] {
			service.delivered[entry.ID] = true
			_, err := handler.Handle(s.tb.Context(), []event.Event{entry})
			s.must(err)
		}
	}
	return ids
}

// maxRounds is more than the rounds of every execution.
const maxRounds = 20

// execute runs one execution of the state machine. It stops before a step for which the execution is lost.
func (e Engine) execute(input operation.ExecutionInput, isLost func() bool) {
	s, ctx := e.Scene, e.Scene.tb.Context()
	//nolint:gosec // the same seed must give the same numbers
	random := rand.New(rand.NewPCG(e.Seed, uint64(input.Attempt)))
	runner := e.batchRunner()
	runner.Store = s.Store
	for range maxRounds {
		planned := operation.PlanResult{More: true}
		for planned.More {
			if isLost() {
				return
			}
			var err error
			if planned, err = (operation.Planner{Store: s.Store, Now: s.Now}).Plan(ctx, input); err != nil {
				return
			}
		}
		for _, group := range planned.Groups {
			for _, n := range random.Perm(int(group.Last - group.First + 1)) {
				if isLost() {
					return
				}
				// The next round repeats a batch that fails.
				_ = runner.Run(ctx, operation.BatchRequest{ExecutionInput: input, Batch: group.First + int64(n)})
			}
		}
		if isLost() {
			return
		}
		result, err := operation.Finisher{Store: s.Store, Now: s.Now}.Finish(ctx, input)
		if err != nil || !result.Again {
			return
		}
		s.Advance(time.Duration(result.Pause) * time.Second)
	}
}

// batchRunner returns a runner without a store.
func (e Engine) batchRunner() operation.BatchRunner {
	processors := e.Processors
	if processors == nil {
		processors = e.Scene.Processors()
	}
	return operation.BatchRunner{Processors: processors, Width: max(1, e.Width), Now: e.Scene.Now}
}

// unfinishedStore is a store on which no batch can be finished.
type unfinishedStore struct{ *dynamotest.Store }

// errUnfinished is the error of a worker that has processed all items of a batch.
var errUnfinished = errors.New("the worker crashes before it finishes the batch")

// FinishBatch implements operation.Store.
func (unfinishedStore) FinishBatch(context.Context, *operation.Operation, operation.Batch, time.Time) error {
	return errUnfinished
}

// RunUnfinishedBatch processes the items of a batch, as another worker does that crashes before it finishes the batch.
func (e Engine) RunUnfinishedBatch(request operation.BatchRequest) error {
	runner := e.batchRunner()
	runner.Store = unfinishedStore{e.Scene.Store}
	if err := runner.Run(e.Scene.tb.Context(), request); !errors.Is(err, errUnfinished) {
		return err
	}
	return nil
}
