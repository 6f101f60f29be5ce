package operation

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/deadline"
	"tenantry/shared/fault"
)

// BatchRequest names a batch of an attempt.
type BatchRequest struct {
	Execution

	Batch int64 `json:"batch"`
}

// BatchRunner runs batches.
type BatchRunner struct {
	Store      Store
	Processors map[Kind]Processor
	Width      int // items at once
	Now        func() time.Time
}

// batchReserve is how much of its function's time must be left to begin with more items.
const batchReserve = 10 * time.Second

// errNoTime has the workflow call again: what is done is recognised.
var errNoTime = fault.New(fault.Unavailable, "There is no time left for the rest of the batch.")

// Run does what is to be done of one batch. It may be called any number of times. Errors: Unavailable when it must be called
// again at once. A batch whose items settle is left without one, unfinished.
func (b BatchRunner) Run(ctx context.Context, of BatchRequest) error {
	o, batch, items, err := b.Store.ReadBatch(ctx, of.Operation, of.Batch)
	if err != nil || o == nil || o.Attempt != of.Attempt || o.State != Running || batch != nil && batch.Finished {
		return err
	}
	if len(items) == 0 {
		return nil
	}
	run, err := b.start(ctx, newBatchRun(b, o, batch, items), of.Batch)
	if err != nil || run == nil {
		return err
	}
	if superseded, err := run.processAll(ctx); err != nil || superseded || run.waits {
		return err // what settles would not be ready for a call that comes at once: the next round takes it up
	}
	if err := run.confirmFailures(ctx); err != nil {
		return err
	}
	err = b.Store.FinishBatch(ctx, o, run.result(), b.due())
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// start begins a batch, or takes one up that has begun. It returns nil when it is not to be done, or not here.
func (b BatchRunner) start(ctx context.Context, run *batchRun, number int64) (*batchRun, error) {
	if run.batch != nil {
		return run, run.skipProcessed(ctx)
	}
	if run.operation.CancelledAt != nil {
		return nil, nil
	}
	run.batch = &Batch{Operation: run.operation.ID, Number: number, StartedAt: b.Now()}
	run.remaining = run.items
	err := b.Store.BeginBatch(ctx, run.operation, *run.batch, b.due())
	if fault.Is(err, fault.Conflict) {
		return nil, nil // cancelled meanwhile, or another worker has it
	}
	return run, err
}

func (b BatchRunner) due() time.Time { return b.Now().UTC().Add(idleTimeout) }

// batchRun is one call for a batch that has begun.
type batchRun struct {
	BatchRunner

	operation *Operation
	batch     *Batch
	items     []Item
	remaining []Item     // nothing for what has taken effect before
	results   []error    // nil for success
	forecasts []Forecast // of a preview
	givenUp   bool
	waits     bool // some items wait
}

func newBatchRun(b BatchRunner, of *Operation, batch *Batch, items []Item) *batchRun {
	return &batchRun{BatchRunner: b, operation: of, batch: batch, items: items, results: make([]error, len(items)), forecasts: make([]Forecast, len(items))}
}

// errCancelled tells that the items whose turn has not come are cancelled.
var errCancelled = fault.New(fault.Conflict, "The operation was cancelled before it reached this customer.")

// processAll does the items, a few at once. Before each few it looks whether it may go on. It tells whether another attempt has
// taken over. An item that must be tried again, or settles, keeps the batch from its end, but not the others from their turn.
func (r *batchRun) processAll(ctx context.Context) (superseded bool, again error) {
	for from := 0; from < len(r.items); from += r.Width {
		if deadline.Near(ctx, r.Now(), batchReserve) {
			return false, errNoTime
		}
		now, originator, err := r.Store.ReadWithOriginator(ctx, r.operation.ID, r.operation.Originator)
		if err != nil {
			return false, err
		}
		if now == nil || now.Attempt != r.operation.Attempt || now.State != Running {
			return true, nil
		}
		caller, refusal := originatorCaller(originator, r.Now())
		switch {
		case now.CancelledAt != nil:
			refusal = errCancelled
		case now.GivenUp:
			r.givenUp = true
			refusal = fault.New(fault.Unavailable, "The request failed after several attempts. Try again later.")
		}
		failed, err := r.processGroup(ctx, caller, from, min(from+r.Width, len(r.items)), refusal)
		if failed == r.Width && r.Width > 1 {
			return false, err // it is not these items
		}
		again = graverError(again, err)
	}
	return false, again
}

// graverError returns the error that tells more: a defect before a fault, which passes.
func graverError(first, second error) error {
	if first == nil || second != nil && fault.CodeOf(second) == "" {
		return second
	}
	return first
}

// processGroup does some items side by side, or refuses them all. It tells how many of them must be tried again, and why.
func (r *batchRun) processGroup(ctx context.Context, caller access.Caller, from, to int, refusal error) (failed int, why error) {
	var each sync.WaitGroup
	for i := from; i < to; i++ {
		if r.remaining[i] == (Item{}) {
			continue
		}
		each.Go(func() {
			task := Job{Caller: caller, Operation: r.operation, Item: r.items[i], EventID: r.eventID(i)}
			if refusal == nil {
				r.forecasts[i], r.results[i] = r.processItem(ctx, task)
			} else {
				r.results[i] = r.refuseItem(ctx, task, refusal)
			}
		})
	}
	each.Wait()
	for _, err := range r.results[from:to] {
		switch {
		case err == nil || errors.Is(err, refusal) || !isTransient(err):
		case IsWaiting(err):
			r.waits = true
		default:
			failed, why = failed+1, graverError(why, err)
		}
	}
	return failed, why
}

func (r *batchRun) processItem(ctx context.Context, task Job) (Forecast, error) {
	work, known := r.Processors[r.operation.Kind]
	switch {
	case !known:
		return Forecast{}, fmt.Errorf("this function does not handle operations of kind %s", r.operation.Kind)
	case r.operation.Preview:
		return work.Preview(ctx, task)
	}
	return Forecast{}, work.Process(ctx, task)
}

// refuseItem says why an item is not begun; one that has begun is brought to its end, unless that was given up.
func (r *batchRun) refuseItem(ctx context.Context, task Job, refusal error) error {
	work, resumed := r.Processors[r.operation.Kind].(ResumableProcessor)
	if !resumed || r.operation.Preview {
		return refusal
	}
	begun, err := work.HasStarted(ctx, task)
	if err == nil && begun {
		_, err = r.processItem(ctx, task)
	} else if err == nil {
		err = refusal
	}
	if err != nil && isTransient(err) && r.givenUp {
		return refusal
	}
	return err
}

// isTransient tells whether an item may succeed when it is tried again.
func isTransient(err error) bool {
	code := fault.CodeOf(err)
	return code == "" || code == fault.Unavailable || code == fault.TooManyRequests
}

// result is the batch with its outcomes.
func (r *batchRun) result() Batch {
	result := *r.batch
	result.Finished = true
	for i, err := range r.results {
		if err == nil {
			result.Succeeded++
		} else {
			result.Unsuccessful = append(result.Unsuccessful, newItemResult(i, r.items[i], err))
		}
		if told := r.forecasts[i].orNil(); told != nil {
			if result.Forecasts == nil {
				result.Forecasts = map[int]Forecast{}
			}
			result.Forecasts[i] = *told
		}
	}
	return result
}

func newItemResult(at int, item Item, err error) ItemResult {
	outcome := ItemResult{At: at, Customer: item.Customer, State: Failed, Code: fault.CodeOf(err), Detail: errorDetail(err)}
	if errors.Is(err, errCancelled) {
		outcome.State = Cancelled
	}
	return outcome
}
