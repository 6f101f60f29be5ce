package dynamo_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/resource"
)

// beginBatch starts a batch.
func (f *fixture) beginBatch(t reporter, o *operation.Operation, number int64) operation.Batch {
	t.Helper()
	batch := operation.Batch{Operation: o.ID, Number: number, StartedAt: f.now()}
	expectNoError(t, f.BeginBatch(f.ctx, o, batch, f.now()))
	return batch
}

// heardOf sets when an operation was heard of, as BeginBatch and FinishBatch do.
func heardOf(o *operation.Operation, at time.Time) {
	due := operation.NextCheck(at)
	o.HeardAt, o.DueAt = at, &due
}

// finishedBatch returns a batch with the results of its items.
func finishedBatch(batch operation.Batch, succeeded int64, unsuccessful ...operation.ItemResult) operation.Batch {
	batch.Finished, batch.Succeeded, batch.Unsuccessful = true, succeeded, unsuccessful
	return batch
}

func itemResult(index int, state operation.RunState) operation.ItemResult {
	return operation.ItemResult{
		Index:    index,
		Customer: "cus_1",
		Plan:     "custom",
		State:    state,
		Code:     fault.NotFound,
		Detail:   "There is \"none\".",
	}
}

// forecast returns a forecast with a value in every field, and with the largest numbers.
func forecast(n int64) operation.Forecast {
	all, bounded := resource.Everything(), resource.Set{Allotments: map[string]int64{}}
	for _, allotment := range resource.Describe().Allotments {
		bounded.Allotments[allotment.Name] = 1<<53 - n
	}
	all.Allotments = bounded.Allotments
	capacity := resource.DemandOf(bounded, 1).Plus(resource.DemandOf(resource.Everything(), 1))
	capacity.Customers, capacity.Subscriptions, capacity.Each = 1, n, nil
	return operation.Forecast{
		Customers: 1 + n, PanelUsers: 2 + n, Subscriptions: 3 + n, Websites: 4 + n, Backups: 5 + n,
		DropsSchedule: true, Resources: &all, Exhausted: slices.Sorted(maps.Keys(bounded.Allotments)),
		Capacity: &capacity, Available: maps.Clone(bounded.Allotments),
	}
}

var batches = map[string]func(*testing.T, *fixture){
	"a batch begins and finishes": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		o := f.acceptOperation(t, &a, 250)
		batch := f.beginBatch(t, &o, 1)
		heardOf(&o, f.now())
		o.StartedBatches, o.Version = 1, 2
		read, got, items, err := f.ReadBatch(f.ctx, o.ID, 1)
		expectNoError(t, err)
		expectEqual(t, "operation", *read, o)
		expectEqual(t, "batch", *got, batch)
		expectEqual(t, "items", len(items), operation.BatchSize)
		result := finishedBatch(
			batch,
			97,
			itemResult(0, operation.Failed),
			itemResult(7, operation.Cancelled),
			itemResult(99, operation.Failed),
		)
		f.advance(time.Minute)
		heardAt := f.now()
		expectNoError(t, f.FinishBatch(f.ctx, &o, result, heardAt))
		heardOf(&o, heardAt)
		o.FinishedBatches, o.Succeeded, o.Failed, o.Cancelled, o.Version = 1, 97, 2, 1, 3
		read, got, _, err = f.ReadBatch(f.ctx, o.ID, 1)
		expectNoError(t, err)
		expectEqual(t, "operation", *read, o)
		expectEqual(t, "batch", *got, result)
		all := finishedBatch(f.beginBatch(t, &o, 2), 50)
		expectNoError(t, f.FinishBatch(f.ctx, &o, all, heardAt))
		o.StartedBatches, o.FinishedBatches, o.Succeeded, o.Version = 2, 2, 147, 5
		f.expectOperation(t, o)
	},
	"a batch stores the forecasts of a preview": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		o := f.acceptOperation(t, &a, 250)
		result := finishedBatch(f.beginBatch(t, &o, 1), 98, itemResult(3, operation.Failed), itemResult(7, operation.Failed))
		result.Forecasts = map[int]operation.Forecast{}
		for index := range operation.BatchSize {
			if index != 3 { // an item without a forecast
				result.Forecasts[index] = forecast(int64(index))
			}
		}
		expectEveryField(t, reflect.ValueOf(result))
		expectEveryField(t, reflect.ValueOf(result.Forecasts[1]))
		expectNoError(t, f.FinishBatch(f.ctx, &o, result, f.now()))
		_, read, _, err := f.ReadBatch(f.ctx, o.ID, 1)
		expectNoError(t, err)
		expectEqual(t, "batch", *read, result)
		_, inChunk, err := f.ReadChunk(f.ctx, o.ID, 0)
		expectNoError(t, err)
		expectEqual(t, "batches of the chunk", inChunk, []operation.Batch{result})
		listed, _, err := f.ListBatches(f.ctx, o.ID, 0, 10)
		expectNoError(t, err)
		expectEqual(t, "batches", listed, []operation.Batch{result})
	},
	"a batch begins once and finishes once": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		o := f.acceptOperation(t, &a, 500)
		open, done := f.beginBatch(t, &o, 0), f.beginBatch(t, &o, 1)
		expectNoError(t, f.FinishBatch(f.ctx, &o, finishedBatch(done, 100), f.now()))
		before, _, err := f.ReadOperation(f.ctx, o.ID, idempotency.Key{})
		expectNoError(t, err)
		newer, next := o, operation.Batch{Operation: o.ID, Number: 2, StartedAt: f.now()}
		newer.Attempt++
		missing := operation.Operation{ID: f.id(operation.IDPrefix), Attempt: 1}
		for name, err := range map[string]error{
			"begun twice":                 f.BeginBatch(f.ctx, &o, open, f.now()),
			"begun and finished":          f.BeginBatch(f.ctx, &o, done, f.now()),
			"begun in another attempt":    f.BeginBatch(f.ctx, &newer, next, f.now()),
			"begun without operation":     f.BeginBatch(f.ctx, &missing, operation.Batch{Operation: missing.ID}, f.now()),
			"finished twice":              f.FinishBatch(f.ctx, &o, finishedBatch(done, 100), f.now()),
			"finished before it began":    f.FinishBatch(f.ctx, &o, finishedBatch(next, 100), f.now()),
			"finished by another attempt": f.FinishBatch(f.ctx, &newer, finishedBatch(open, 100), f.now()),
		} {
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: error = %v, want %s", name, err, fault.Conflict)
			}
		}
		f.expectOperation(t, *before)
		_, found, _, err := f.ReadBatch(f.ctx, o.ID, 2)
		expectNoError(t, err)
		expectEqual(t, "rejected batch", found, nil)
	},
	"after a cancellation no batch begins, and running batches finish": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		o := f.acceptOperation(t, &a, 300)
		batch := f.beginBatch(t, &o, 0)
		read, _, err := f.ReadOperation(f.ctx, o.ID, idempotency.Key{})
		expectNoError(t, err)
		at := f.now()
		cancelled := f.updateOperation(t, *read, func(o *operation.Operation) { o.CancelledAt = &at })
		expectFault(
			t,
			f.BeginBatch(f.ctx, &o, operation.Batch{Operation: o.ID, Number: 1, StartedAt: at}, at),
			fault.Conflict,
		)
		expectNoError(t, f.FinishBatch(f.ctx, &o, finishedBatch(batch, 99, itemResult(3, operation.Cancelled)), at))
		heardOf(&cancelled, at)
		cancelled.FinishedBatches, cancelled.Succeeded, cancelled.Cancelled = 1, 99, 1
		cancelled.Version++
		f.expectOperation(t, cancelled)
	},
	"an operation that is not running neither begins nor finishes a batch": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		for _, state := range []operation.RunState{operation.Pending, operation.Succeeded, operation.PartiallyFailed, operation.Failed, operation.Cancelled} {
			o := f.acceptOperation(t, &a, 300)
			batch := f.beginBatch(t, &o, 0)
			read, _, err := f.ReadOperation(f.ctx, o.ID, idempotency.Key{})
			expectNoError(t, err)
			after := f.updateOperation(t, *read, func(o *operation.Operation) { o.State, o.DueAt = state, nil })
			expectFault(
				t,
				f.BeginBatch(f.ctx, &o, operation.Batch{Operation: o.ID, Number: 1, StartedAt: f.now()}, f.now()),
				fault.Conflict,
			)
			expectFault(t, f.FinishBatch(f.ctx, &o, finishedBatch(batch, 100), f.now()), fault.Conflict)
			f.expectOperation(t, after)
		}
	},
	"one of several workers begins a batch, and one finishes it": func(t *testing.T, f *fixture) {
		const workers = 5
		a := f.createReseller(t, "north")
		o := f.acceptOperation(t, &a, 100)
		batch := operation.Batch{Operation: o.ID, StartedAt: f.now()}
		expectEqual(
			t,
			"begun",
			countSuccesses(
				t,
				concurrently(workers, func(int) error { return f.BeginBatch(f.ctx, &o, batch, batch.StartedAt) }),
				fault.Conflict,
			),
			1,
		)
		expectEqual(
			t,
			"finished",
			countSuccesses(
				t,
				concurrently(
					workers,
					func(int) error { return f.FinishBatch(f.ctx, &o, finishedBatch(batch, 100), batch.StartedAt) },
				),
				fault.Conflict,
			),
			1,
		)
		heardOf(&o, batch.StartedAt)
		o.StartedBatches, o.FinishedBatches, o.Succeeded, o.Version = 1, 1, 100, 3
		f.expectOperation(t, o)
	},
	"concurrent batches are all counted": func(t *testing.T, f *fixture) {
		const workers = 5
		a := f.createReseller(t, "north")
		o := f.acceptOperation(t, &a, workers*operation.BatchSize)
		at := f.now()
		expectNoError(t, errors.Join(concurrently(workers, func(i int) error {
			batch := operation.Batch{Operation: o.ID, Number: int64(i), StartedAt: at}
			if err := f.BeginBatch(f.ctx, &o, batch, at); err != nil {
				return err
			}
			return f.FinishBatch(f.ctx, &o, finishedBatch(batch, 99, itemResult(i, operation.Failed)), at)
		})...))
		heardOf(&o, at)
		o.StartedBatches, o.FinishedBatches, o.Succeeded, o.Failed = workers, workers, workers*99, workers
		o.Version += 2 * workers
		f.expectOperation(t, o)
	},
	"ReadChunk returns the started batches of the chunk": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		o := f.acceptOperation(t, &a, operation.ChunkSize+operation.BatchSize)
		var want []operation.Batch
		for _, number := range []int64{4, 1, 5} {
			batch := f.beginBatch(t, &o, number)
			if number == 4 {
				batch = finishedBatch(batch, 99, itemResult(5, operation.Failed))
				expectNoError(t, f.FinishBatch(f.ctx, &o, batch, f.now()))
			}
			want = append(want, batch)
		}
		for chunk, want := range [][]operation.Batch{{want[1], want[0]}, {want[2]}} {
			items, batches, err := f.ReadChunk(f.ctx, o.ID, int64(chunk))
			expectNoError(t, err)
			expectEqual(t, "batches", batches, want)
			expectEqual(t, "items", len(items), []int{operation.ChunkSize, operation.BatchSize}[chunk])
		}
	},
	"batches are listed in the order of their numbers": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		o := f.acceptOperation(t, &a, 1200)
		other := f.acceptOperation(t, &a, 1200)
		f.beginBatch(t, &other, 3)
		want := map[int64]operation.Batch{}
		for _, number := range []int64{10, 2, 9, 0} {
			want[number] = f.beginBatch(t, &o, number)
		}
		for _, c := range []struct {
			from    int64
			limit   int
			numbers []int64
			more    bool
		}{
			{0, 100, []int64{0, 2, 9, 10}, false}, {0, 2, []int64{0, 2}, true}, {1, 2, []int64{2, 9}, true}, {10, 2, []int64{10}, false}, {11, 2, nil, false},
		} {
			batches, more, err := f.ListBatches(f.ctx, o.ID, c.from, c.limit)
			expectNoError(t, err)
			expectEqual(t, "number of batches", len(batches), len(c.numbers))
			for i, number := range c.numbers {
				expectEqual(t, "batch", batches[i], want[number])
			}
			expectEqual(t, fmt.Sprint("more from ", c.from), more, c.more)
		}
	},
}

// concurrently calls do n times concurrently, and returns the errors by index.
func concurrently(n int, do func(i int) error) []error {
	errs := make([]error, n)
	var calls sync.WaitGroup
	for i := range n {
		calls.Go(func() { errs[i] = do(i) })
	}
	calls.Wait()
	return errs
}
