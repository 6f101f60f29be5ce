package operation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/deadline"
	"tenantry/shared/fault"
)

// BatchRequest names a batch of an execution.
type BatchRequest struct {
	ExecutionInput

	Batch int64 `json:"batch"`
}

// BatchRunner runs batches.
type BatchRunner struct {
	Store      Store
	Processors map[Kind]Processor
	Width      int // items processed at the same time
	Now        func() time.Time
}

// batchReserve is how much of the function's time must remain to process more items.
const batchReserve = 10 * time.Second

// errNoTime makes the workflow call the function again. The next call skips the items that have been processed.
var errNoTime = fault.New(fault.Unavailable, "The function ran out of time before the end of the batch.")

// Run runs one batch. It may be called any number of times. It returns fault.Unavailable, or an error that is no fault,
// if it must be called again at once. If items of the batch are waiting, it returns nil and leaves the batch
// unfinished: the next round continues with it.
func (b BatchRunner) Run(ctx context.Context, request BatchRequest) error {
	o, batch, items, err := b.Store.ReadBatch(ctx, request.Operation, request.Batch)
	if err != nil || o == nil || o.Attempt != request.Attempt || o.State != Running || batch != nil && batch.Finished {
		return err
	}
	if len(items) == 0 {
		return nil
	}
	run, err := b.start(ctx, newBatchRun(b, o, batch, items), request.Batch)
	if err != nil || run == nil {
		return err
	}
	if isSuperseded, err := run.processAll(ctx); err != nil || isSuperseded || run.isWaiting {
		return err
	}
	if err := run.confirmFailures(ctx); err != nil {
		return err
	}
	err = b.Store.FinishBatch(ctx, o, run.result(), b.Now().UTC())
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// start starts a batch, or continues one that has started. It returns nil if the operation was cancelled, or if another
// worker has just started the batch.
func (b BatchRunner) start(ctx context.Context, run *batchRun, number int64) (*batchRun, error) {
	if run.batch != nil {
		return run, run.skipProcessed(ctx)
	}
	if run.operation.CancelledAt != nil {
		return nil, nil
	}
	run.batch = &Batch{Operation: run.operation.ID, Number: number, StartedAt: b.Now()}
	run.remaining = run.items
	err := b.Store.BeginBatch(ctx, run.operation, *run.batch, b.Now().UTC())
	if fault.Is(err, fault.Conflict) {
		return nil, nil
	}
	return run, err
}

// batchRun is one call for a batch that has started.
type batchRun struct {
	BatchRunner

	operation *Operation
	batch     *Batch
	items     []Item
	remaining []Item     // the zero Item in place of each item that an earlier call has processed
	results   []error    // nil for success
	forecasts []Forecast // in a preview
	givenUp   bool       // the operation has been given up
	isWaiting bool       // some items wait for the next round
}

func newBatchRun(b BatchRunner, o *Operation, batch *Batch, items []Item) *batchRun {
	return &batchRun{
		BatchRunner: b, operation: o, batch: batch, items: items,
		results: make([]error, len(items)), forecasts: make([]Forecast, len(items)),
	}
}

// errCancelled is the error of items that were not started before the operation was cancelled.
var errCancelled = fault.New(fault.Conflict, "The operation was cancelled before it reached this customer.")

// processAll processes the items in groups. Before each group it checks whether it may continue, and with which rights.
// It reports whether another attempt has taken over the operation. An item that must be tried again or waits does not
// stop the groups after it, but the batch does not finish.
func (r *batchRun) processAll(ctx context.Context) (isSuperseded bool, retryReason error) {
	for from := 0; from < len(r.items); from += r.Width {
		if deadline.Near(ctx, r.Now(), batchReserve) {
			return false, errNoTime
		}
		newest, originator, err := r.Store.ReadWithOriginator(ctx, r.operation.ID, r.operation.Originator)
		if err != nil {
			return false, err
		}
		if newest == nil || newest.Attempt != r.operation.Attempt || newest.State != Running {
			return true, nil
		}
		caller, refusal := originatorCaller(originator, r.Now())
		switch {
		case newest.CancelledAt != nil:
			refusal = errCancelled
		case newest.GivenUp:
			r.givenUp = true
			refusal = fault.New(fault.Unavailable, "The request failed after several attempts. Try again later.")
		}
		failed, err := r.processGroup(ctx, caller, from, min(from+r.Width, len(r.items)), refusal)
		if failed == r.Width && r.Width > 1 {
			return false, err // the whole group failed, so the items are not the cause
		}
		retryReason = graverError(retryReason, err)
	}
	return false, retryReason
}

// graverError returns the graver of two errors: an error that is no fault is a defect, and graver than a fault.
func graverError(first, second error) error {
	if first == nil || second != nil && fault.CodeOf(second) == "" {
		return second
	}
	return first
}

// processGroup processes some items at the same time, or refuses all of them. It returns how many of them must be tried
// again, and why.
func (r *batchRun) processGroup(
	ctx context.Context, caller access.Caller, from, end int, refusal error,
) (failed int, reason error) {
	processor, readErr := r.processorOf(ctx, r.remaining[from:end], refusal == nil)
	var jobs sync.WaitGroup
	for i := from; i < end; i++ {
		if r.remaining[i] == (Item{}) {
			continue
		}
		if readErr != nil {
			r.results[i] = readErr
			continue
		}
		jobs.Go(func() {
			job := Job{Caller: caller, Operation: r.operation, Item: r.items[i], EventID: r.eventID(i)}
			if refusal == nil {
				r.forecasts[i], r.results[i] = r.processItem(ctx, processor, job)
			} else {
				r.results[i] = r.refuseItem(ctx, processor, job, refusal)
			}
		})
	}
	jobs.Wait()
	for _, err := range r.results[from:end] {
		switch {
		case err == nil || errors.Is(err, refusal) || !isTransient(err):
		case IsWaiting(err):
			r.isWaiting = true
		default:
			failed, reason = failed+1, graverError(reason, err)
		}
	}
	return failed, reason
}

// processorOf returns the processor of some items, or nil if the function does not handle the kind of operation. It reads
// for the items that are left, unless they are refused.
func (r *batchRun) processorOf(ctx context.Context, group []Item, isAllowed bool) (Processor, error) {
	processor := r.Processors[r.operation.Kind]
	grouping, readsGroups := processor.(GroupProcessor)
	remaining := slices.DeleteFunc(slices.Clone(group), func(item Item) bool { return item == (Item{}) })
	if !readsGroups || !isAllowed || len(remaining) == 0 {
		return processor, nil
	}
	return grouping.ForGroup(ctx, remaining)
}

// processItem processes one item, or previews it.
func (r *batchRun) processItem(ctx context.Context, processor Processor, job Job) (Forecast, error) {
	switch {
	case processor == nil:
		return Forecast{}, fmt.Errorf("this function does not handle operations of kind %s", r.operation.Kind)
	case r.operation.Preview:
		return processor.Preview(ctx, job)
	}
	return Forecast{}, processor.Process(ctx, job)
}

// refuseItem returns the refusal for an item that has not started. An item that has started is completed, unless the
// operation was given up and the item still fails, or the originator has lost the rights that the item still needs.
func (r *batchRun) refuseItem(ctx context.Context, processor Processor, job Job, refusal error) error {
	resumable, isResumable := processor.(ResumableProcessor)
	if !isResumable || r.operation.Preview {
		return refusal
	}
	hasStarted, err := resumable.HasStarted(ctx, job)
	if err == nil && hasStarted {
		_, err = r.processItem(ctx, processor, job)
	} else if err == nil {
		err = refusal
	}
	hasLostRights := job.Caller.Account.ID == ""
	if err != nil && (isTransient(err) && r.givenUp || !isTransient(err) && hasLostRights) {
		return refusal
	}
	return err
}

// isTransient reports whether an item may succeed if it is tried again.
func isTransient(err error) bool {
	code := fault.CodeOf(err)
	return code == "" || code == fault.Unavailable || code == fault.TooManyRequests
}

// result returns the finished batch.
func (r *batchRun) result() Batch {
	result := *r.batch
	result.Finished = true
	for i, err := range r.results {
		if err == nil {
			result.Succeeded++
		} else {
			result.Unsuccessful = append(result.Unsuccessful, newItemResult(i, r.items[i], err))
		}
		if forecast := r.forecasts[i].orNil(); forecast != nil {
			if result.Forecasts == nil {
				result.Forecasts = map[int]Forecast{}
			}
			result.Forecasts[i] = *forecast
		}
	}
	return result
}

func newItemResult(index int, item Item, err error) ItemResult {
	result := ItemResult{
		Index:    index,
		Customer: item.Customer,
		Plan:     item.Plan,
		State:    Failed,
		Code:     fault.CodeOf(err),
		Detail:   errorDetail(err),
	}
	if errors.Is(err, errCancelled) {
		result.State = Cancelled
	}
	return result
}
