package dynamo_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"sync"
	"testing"
	"time"

	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/resource"
)

// begun is a batch that has begun.
func (w *world) begun(t reporter, of *operation.Operation, number int64) operation.Batch {
	t.Helper()
	batch := operation.Batch{Operation: of.ID, Number: number, StartedAt: w.now()}
	succeeds(t, w.BeginBatch(w.ctx, of, batch, w.now().Add(time.Hour)))
	return batch
}

// ended is a batch with its outcome.
func ended(batch operation.Batch, succeeded int64, others ...operation.ItemResult) operation.Batch {
	batch.Finished, batch.Succeeded, batch.Unsuccessful = true, succeeded, others
	return batch
}

func outcome(at int, state operation.RunState) operation.ItemResult {
	return operation.ItemResult{
		Index:    at,
		Customer: "cus_1",
		State:    state,
		Code:     fault.NotFound,
		Detail:   "There is \"none\".",
	}
}

// forecast has something in every field, and of numbers as many as there can be.
func forecast(n int64) operation.Forecast {
	all, bounded := resource.Everything(), resource.Set{Allotments: map[string]int64{}}
	for _, known := range resource.Describe().Allotments {
		bounded.Allotments[known.Name] = 1<<53 - n
	}
	all.Allotments = bounded.Allotments
	capacity := resource.DemandOf(bounded, 1).Plus(resource.DemandOf(resource.Everything(), 1))
	capacity.Customers, capacity.Subscriptions, capacity.Each = 1, n, nil
	return operation.Forecast{
		Customers: 1 + n, PanelUsers: 2 + n, Subscriptions: 3 + n, Websites: 4 + n, Backups: 5 + n,
		Resources: &all, Capacity: &capacity, Available: maps.Clone(bounded.Allotments),
	}
}

var batches = map[string]func(*testing.T, *world){
	"a batch begins and finishes": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		o := w.accepted(t, &a, 250)
		batch := w.begun(t, &o, 1)
		due := w.now().Add(time.Hour)
		o.StartedBatches, o.DueAt, o.Version = 1, &due, 2
		read, got, items, err := w.ReadBatch(w.ctx, o.ID, 1)
		succeeds(t, err)
		equal(t, "operation", *read, o)
		equal(t, "batch", *got, batch)
		equal(t, "items", len(items), operation.BatchSize)
		result := ended(
			batch,
			97,
			outcome(0, operation.Failed),
			outcome(7, operation.Cancelled),
			outcome(99, operation.Failed),
		)
		w.pass(time.Minute)
		due = w.now().Add(time.Hour)
		succeeds(t, w.FinishBatch(w.ctx, &o, result, due))
		o.FinishedBatches, o.Succeeded, o.Failed, o.Cancelled, o.Version = 1, 97, 2, 1, 3
		read, got, _, err = w.ReadBatch(w.ctx, o.ID, 1)
		succeeds(t, err)
		equal(t, "operation", *read, o)
		equal(t, "batch", *got, result)
		all := ended(w.begun(t, &o, 2), 50)
		succeeds(t, w.FinishBatch(w.ctx, &o, all, due))
		o.StartedBatches, o.FinishedBatches, o.Succeeded, o.Version = 2, 2, 147, 5
		w.operated(t, o)
	},
	"a batch keeps what a preview tells of its items": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		o := w.accepted(t, &a, 250)
		result := ended(w.begun(t, &o, 1), 98, outcome(3, operation.Failed), outcome(7, operation.Failed))
		result.Forecasts = map[int]operation.Forecast{}
		for at := range operation.BatchSize {
			if at != 3 { // of which nothing is known
				result.Forecasts[at] = forecast(int64(at))
			}
		}
		complete(t, reflect.ValueOf(result))
		complete(t, reflect.ValueOf(result.Forecasts[1]))
		succeeds(t, w.FinishBatch(w.ctx, &o, result, w.now()))
		_, read, _, err := w.ReadBatch(w.ctx, o.ID, 1)
		succeeds(t, err)
		equal(t, "batch", *read, result)
		_, inChunk, err := w.ReadChunk(w.ctx, o.ID, 0)
		succeeds(t, err)
		equal(t, "batches of the chunk", inChunk, []operation.Batch{result})
		listed, _, err := w.ListBatches(w.ctx, o.ID, 0, 10)
		succeeds(t, err)
		equal(t, "batches", listed, []operation.Batch{result})
	},
	"a batch is refused": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		o := w.accepted(t, &a, 500)
		open, done := w.begun(t, &o, 0), w.begun(t, &o, 1)
		succeeds(t, w.FinishBatch(w.ctx, &o, ended(done, 100), w.now()))
		before, _, err := w.ReadOperation(w.ctx, o.ID, idempotency.Key{})
		succeeds(t, err)
		newer, next := o, operation.Batch{Operation: o.ID, Number: 2, StartedAt: w.now()}
		newer.Attempt++
		missing := operation.Operation{ID: w.id(operation.IDPrefix), Attempt: 1}
		for name, err := range map[string]error{
			"begun already":            w.BeginBatch(w.ctx, &o, open, w.now()),
			"begun and finished":       w.BeginBatch(w.ctx, &o, done, w.now()),
			"begun in another attempt": w.BeginBatch(w.ctx, &newer, next, w.now()),
			"begun of nothing":         w.BeginBatch(w.ctx, &missing, operation.Batch{Operation: missing.ID}, w.now()),
			"finished already":         w.FinishBatch(w.ctx, &o, ended(done, 100), w.now()),
			"finished before it began": w.FinishBatch(w.ctx, &o, ended(next, 100), w.now()),
			"finished by another":      w.FinishBatch(w.ctx, &newer, ended(open, 100), w.now()),
		} {
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.operated(t, *before)
		_, found, _, err := w.ReadBatch(w.ctx, o.ID, 2)
		succeeds(t, err)
		equal(t, "refused batch", found, nil)
	},
	"after a cancellation nothing begins, and what has begun finishes": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		o := w.accepted(t, &a, 300)
		batch := w.begun(t, &o, 0)
		read, _, err := w.ReadOperation(w.ctx, o.ID, idempotency.Key{})
		succeeds(t, err)
		at := w.now()
		cancelled := w.amended(t, *read, func(o *operation.Operation) { o.CancelledAt = &at })
		refused(t, w.BeginBatch(w.ctx, &o, operation.Batch{Operation: o.ID, Number: 1, StartedAt: at}, at), fault.Conflict)
		succeeds(t, w.FinishBatch(w.ctx, &o, ended(batch, 99, outcome(3, operation.Cancelled)), at))
		cancelled.FinishedBatches, cancelled.Succeeded, cancelled.Cancelled, cancelled.DueAt = 1, 99, 1, &at
		cancelled.Version++
		w.operated(t, cancelled)
	},
	"what does not run neither begins nor finishes a batch": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		for _, state := range []operation.RunState{operation.Pending, operation.Succeeded, operation.PartiallyFailed, operation.Failed, operation.Cancelled} {
			o := w.accepted(t, &a, 300)
			batch := w.begun(t, &o, 0)
			read, _, err := w.ReadOperation(w.ctx, o.ID, idempotency.Key{})
			succeeds(t, err)
			after := w.amended(t, *read, func(o *operation.Operation) { o.State, o.DueAt = state, nil })
			refused(
				t,
				w.BeginBatch(w.ctx, &o, operation.Batch{Operation: o.ID, Number: 1, StartedAt: w.now()}, w.now()),
				fault.Conflict,
			)
			refused(t, w.FinishBatch(w.ctx, &o, ended(batch, 100), w.now()), fault.Conflict)
			w.operated(t, after)
		}
	},
	"one of many begins a batch, and one finishes it": func(t *testing.T, w *world) {
		const workers = 5
		a := w.reseller(t, "north")
		o := w.accepted(t, &a, 100)
		batch := operation.Batch{Operation: o.ID, StartedAt: w.now()}
		equal(
			t,
			"begun",
			won(t, atOnce(workers, func(int) error { return w.BeginBatch(w.ctx, &o, batch, batch.StartedAt) }), fault.Conflict),
			1,
		)
		equal(
			t,
			"finished",
			won(
				t,
				atOnce(workers, func(int) error { return w.FinishBatch(w.ctx, &o, ended(batch, 100), batch.StartedAt) }),
				fault.Conflict,
			),
			1,
		)
		o.StartedBatches, o.FinishedBatches, o.Succeeded, o.Version, o.DueAt = 1, 1, 100, 3, &batch.StartedAt
		w.operated(t, o)
	},
	"batches side by side are all counted": func(t *testing.T, w *world) {
		const workers = 5
		a := w.reseller(t, "north")
		o := w.accepted(t, &a, workers*operation.BatchSize)
		at := w.now()
		succeeds(t, errors.Join(atOnce(workers, func(i int) error {
			batch := operation.Batch{Operation: o.ID, Number: int64(i), StartedAt: at}
			if err := w.BeginBatch(w.ctx, &o, batch, at); err != nil {
				return err
			}
			return w.FinishBatch(w.ctx, &o, ended(batch, 99, outcome(i, operation.Failed)), at)
		})...))
		o.StartedBatches, o.FinishedBatches, o.Succeeded, o.Failed, o.DueAt = workers, workers, workers*99, workers, &at
		o.Version += 2 * workers
		w.operated(t, o)
	},
	"batches are read with their chunk": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		o := w.accepted(t, &a, operation.ChunkSize+operation.BatchSize)
		var want []operation.Batch
		for _, number := range []int64{4, 1, 5} {
			batch := w.begun(t, &o, number)
			if number == 4 {
				batch = ended(batch, 99, outcome(5, operation.Failed))
				succeeds(t, w.FinishBatch(w.ctx, &o, batch, w.now()))
			}
			want = append(want, batch)
		}
		for chunk, want := range [][]operation.Batch{{want[1], want[0]}, {want[2]}} {
			items, batches, err := w.ReadChunk(w.ctx, o.ID, int64(chunk))
			succeeds(t, err)
			equal(t, "batches", batches, want)
			equal(t, "items", len(items), []int{operation.ChunkSize, operation.BatchSize}[chunk])
		}
	},
	"batches are listed in their order": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		o := w.accepted(t, &a, 1200)
		other := w.accepted(t, &a, 1200)
		w.begun(t, &other, 3)
		want := map[int64]operation.Batch{}
		for _, number := range []int64{10, 2, 9, 0} {
			want[number] = w.begun(t, &o, number)
		}
		for _, c := range []struct {
			from    int64
			limit   int
			numbers []int64
			more    bool
		}{
			{0, 100, []int64{0, 2, 9, 10}, false}, {0, 2, []int64{0, 2}, true}, {1, 2, []int64{2, 9}, true}, {10, 2, []int64{10}, false}, {11, 2, nil, false},
		} {
			batches, more, err := w.ListBatches(w.ctx, o.ID, c.from, c.limit)
			succeeds(t, err)
			equal(t, "how many", len(batches), len(c.numbers))
			for i, number := range c.numbers {
				equal(t, "batch", batches[i], want[number])
			}
			equal(t, fmt.Sprint("more from ", c.from), more, c.more)
		}
	},
}

// atOnce does something some times side by side.
func atOnce(n int, do func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	return errs
}
