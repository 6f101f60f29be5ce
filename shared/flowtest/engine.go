package flowtest

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"tenantry/shared/due"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
)

// Engine does what the state machines do: plan, go through all batches in an order of the seed, finish, and again while there
// are batches left. A step that fails is left, as after all its retries.
type Engine struct {
	Scene    *Scene
	Seed     uint64
	Width    int                               // items at once; by default 1
	Works    map[operation.Kind]operation.Work // by default the scene's
	Attempts int                               // most attempts; by default 20
}

// workflows remembers what is to be started.
type workflows []operation.Start

// Start remembers.
func (w *workflows) Start(_ context.Context, _ operation.Kind, start operation.Start) error {
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
		for _, start := range e.asked(id) {
			if !done[start.Name()] {
				done[start.Name()] = true
				e.execute(start)
				s.Death.Revive() // another process goes on
			}
		}
		if e.read(id).State.Ended() {
			return true
		}
		s.Later(time.Hour)
		ids := []string{id}
		for _, start := range e.asked(id) {
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
	if o.State.Ended() {
		return
	}
	resume := operation.Resume{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	if err := resume.Due(s.tb.Context(), due.Item{Kind: due.Operation, ID: id, At: *o.DueAt}); err != nil && !errors.Is(err, ErrDead) {
		s.tb.Fatal(err)
	}
	s.Death.Revive()
}

func (e Engine) read(id string) *operation.Operation {
	resume := e.Scene.Death.suspend()
	defer resume()
	o, _, err := e.Scene.Store.ReadOperation(e.Scene.tb.Context(), id, idempotency.Key{})
	e.Scene.must(err)
	return o
}

// asked are the attempts that the events of an operation ask for, and of those that it has begun itself.
func (e Engine) asked(id string) workflows {
	s := e.Scene
	resume := s.Death.suspend()
	defer resume()
	var asked workflows
	launch := operation.Launch{Workflows: &asked}
	ids := map[string]bool{id: true}
	for _, happened := range s.Store.Events(event.OperationStarted) {
		if ids[happened.Subject] || happened.RequestID == id {
			ids[happened.Subject] = true
			s.must(launch.Handle(s.tb.Context(), happened))
		}
	}
	return asked
}

// maxRounds is more often than any operation goes through its batches.
const maxRounds = 20

func (e Engine) execute(start operation.Start) {
	s, ctx := e.Scene, e.Scene.tb.Context()
	order := rand.New(rand.NewPCG(e.Seed, uint64(start.Attempt))) //nolint:gosec // the same seed gives the same order
	works := e.Works
	if works == nil {
		works = s.Works()
	}
	batches := operation.Batches{Store: s.Store, Works: works, Width: max(1, e.Width), Now: s.Now}
	for range maxRounds {
		planned := operation.Planned{More: true}
		for planned.More {
			var err error
			if planned, err = (operation.Plan{Store: s.Store, Now: s.Now}).Run(ctx, start); err != nil {
				return
			}
		}
		for _, group := range planned.Groups {
			for _, n := range order.Perm(int(group.Last - group.First + 1)) {
				_ = batches.Run(ctx, operation.Numbered{Start: start, Batch: group.First + int64(n)}) // left for the next round
			}
		}
		ending, err := operation.Finish{Store: s.Store, Now: s.Now}.Run(ctx, start)
		if err != nil || !ending.Again {
			return
		}
		s.Later(10 * time.Second)
	}
}

// unfinished is a store to which no worker tells that it has done a batch.
type unfinished struct{ *dynamotest.Store }

// errCut ends a worker that has done all items.
var errCut = errors.New("the worker ends before it has told of its batch")

// FinishBatch cuts the worker off.
func (unfinished) FinishBatch(context.Context, *operation.Operation, operation.Batch, time.Time) error {
	return errCut
}

// Unfinished does the items of a batch as another worker at the same time, which ends before it tells of them.
func (e Engine) Unfinished(of operation.Numbered) error {
	works := e.Works
	if works == nil {
		works = e.Scene.Works()
	}
	batches := operation.Batches{Store: unfinished{e.Scene.Store}, Works: works, Width: max(1, e.Width), Now: e.Scene.Now}
	if err := batches.Run(e.Scene.tb.Context(), of); !errors.Is(err, errCut) {
		return err
	}
	return nil
}
