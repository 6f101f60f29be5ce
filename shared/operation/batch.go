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

// Numbered names a batch of an attempt.
type Numbered struct {
	Start

	Batch int64 `json:"batch"`
}

// Batches runs batches.
type Batches struct {
	Store Store
	Works map[Kind]Work
	Width int // items at once
	Now   func() time.Time
}

// batchTime is how much of its function's time must be left to begin with more items.
const batchTime = 10 * time.Second

// errNoTime has the workflow call again: what is done is recognised.
var errNoTime = fault.New(fault.Unavailable, "There is no time left for the rest of the batch.")

// Run does what is to be done of one batch. It may be called any number of times. Errors: Unavailable when it must be called
// again at once. A batch whose items settle is left without one, unfinished.
func (b Batches) Run(ctx context.Context, of Numbered) error {
	o, batch, items, err := b.Store.ReadBatch(ctx, of.Operation, of.Batch)
	if err != nil || o == nil || o.Attempt != of.Attempt || o.State != Running || batch != nil && batch.Finished {
		return err
	}
	if len(items) == 0 {
		return nil
	}
	run, err := b.take(ctx, newBatchRun(b, o, batch, items), of.Batch)
	if err != nil || run == nil {
		return err
	}
	if superseded, err := run.work(ctx); err != nil || superseded || run.settles {
		return err // what settles would not be ready for a call that comes at once: the next round takes it up
	}
	if err := run.reconsider(ctx); err != nil {
		return err
	}
	err = b.Store.FinishBatch(ctx, o, run.result(), b.due())
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// take begins a batch, or takes one up that has begun. It returns nil when it is not to be done, or not here.
func (b Batches) take(ctx context.Context, run *batchRun, number int64) (*batchRun, error) {
	if run.batch != nil {
		return run, run.recall(ctx)
	}
	if run.of.CancelledAt != nil {
		return nil, nil
	}
	run.batch = &Batch{Operation: run.of.ID, Number: number, BegunAt: b.Now()}
	run.rest = run.items
	err := b.Store.BeginBatch(ctx, run.of, *run.batch, b.due())
	if fault.Is(err, fault.Conflict) {
		return nil, nil // cancelled meanwhile, or another worker has it
	}
	return run, err
}

func (b Batches) due() time.Time { return b.Now().UTC().Add(patience) }

// batchRun is one call for a batch that has begun.
type batchRun struct {
	Batches

	of       *Operation
	batch    *Batch
	items    []Item
	rest     []Item     // nothing for what has taken effect before
	outcomes []error    // nil for success
	told     []Forecast // of a preview
	givenUp  bool
	settles  bool // some items wait
}

func newBatchRun(b Batches, of *Operation, batch *Batch, items []Item) *batchRun {
	return &batchRun{Batches: b, of: of, batch: batch, items: items, outcomes: make([]error, len(items)), told: make([]Forecast, len(items))}
}

// stopped tells that the items whose turn has not come are cancelled.
var stopped = fault.New(fault.Conflict, "The operation was cancelled before it reached this customer.")

// work does the items, a few at once. Before each few it looks whether it may go on. It tells whether another attempt has
// taken over. An item that must be tried again, or settles, keeps the batch from its end, but not the others from their turn.
func (r *batchRun) work(ctx context.Context) (superseded bool, again error) {
	for from := 0; from < len(r.items); from += r.Width {
		if deadline.Near(ctx, r.Now(), batchTime) {
			return false, errNoTime
		}
		now, originator, err := r.Store.ReadForWork(ctx, r.of.ID, r.of.Originator)
		if err != nil {
			return false, err
		}
		if now == nil || now.Attempt != r.of.Attempt || now.State != Running {
			return true, nil
		}
		caller, refusal := callerOf(originator, r.Now())
		switch {
		case now.CancelledAt != nil:
			refusal = stopped
		case now.GivenUp:
			r.givenUp = true
			refusal = fault.New(fault.Unavailable, "The request failed after several attempts. Try again later.")
		}
		failed, err := r.few(ctx, caller, from, min(from+r.Width, len(r.items)), refusal)
		if failed == r.Width && r.Width > 1 {
			return false, err // it is not these items
		}
		again = graver(again, err)
	}
	return false, again
}

// graver returns the error that tells more: a defect before a fault, which passes.
func graver(first, second error) error {
	if first == nil || second != nil && fault.CodeOf(second) == "" {
		return second
	}
	return first
}

// few does some items side by side, or refuses them all. It tells how many of them must be tried again, and why.
func (r *batchRun) few(ctx context.Context, caller access.Caller, from, to int, refusal error) (failed int, why error) {
	var each sync.WaitGroup
	for i := from; i < to; i++ {
		if r.rest[i] == (Item{}) {
			continue
		}
		each.Go(func() {
			task := Task{Caller: caller, Operation: r.of, Item: r.items[i], EventID: r.eventID(i)}
			if refusal == nil {
				r.told[i], r.outcomes[i] = r.one(ctx, task)
			} else {
				r.outcomes[i] = r.refuse(ctx, task, refusal)
			}
		})
	}
	each.Wait()
	for _, err := range r.outcomes[from:to] {
		switch {
		case err == nil || errors.Is(err, refusal) || !transient(err):
		case Settles(err):
			r.settles = true
		default:
			failed, why = failed+1, graver(why, err)
		}
	}
	return failed, why
}

func (r *batchRun) one(ctx context.Context, task Task) (Forecast, error) {
	work, known := r.Works[r.of.Kind]
	switch {
	case !known:
		return Forecast{}, fmt.Errorf("this function does not handle operations of kind %s", r.of.Kind)
	case r.of.Preview:
		return work.Judge(ctx, task)
	}
	return Forecast{}, work.Do(ctx, task)
}

// refuse says why an item is not begun; one that has begun is brought to its end, unless that was given up.
func (r *batchRun) refuse(ctx context.Context, task Task, refusal error) error {
	work, resumed := r.Works[r.of.Kind].(Resumed)
	if !resumed || r.of.Preview {
		return refusal
	}
	begun, err := work.Begun(ctx, task)
	if err == nil && begun {
		_, err = r.one(ctx, task)
	} else if err == nil {
		err = refusal
	}
	if err != nil && transient(err) && r.givenUp {
		return refusal
	}
	return err
}

// transient tells whether an item may succeed when it is tried again.
func transient(err error) bool {
	code := fault.CodeOf(err)
	return code == "" || code == fault.Unavailable || code == fault.TooManyRequests
}

// result is the batch with its outcomes.
func (r *batchRun) result() Batch {
	result := *r.batch
	result.Finished = true
	for i, err := range r.outcomes {
		if err == nil {
			result.Succeeded++
		} else {
			result.Others = append(result.Others, outcomeOf(i, r.items[i], err))
		}
		if told := r.told[i].told(); told != nil {
			if result.Forecasts == nil {
				result.Forecasts = map[int]Forecast{}
			}
			result.Forecasts[i] = *told
		}
	}
	return result
}

func outcomeOf(at int, item Item, err error) Outcome {
	outcome := Outcome{At: at, Customer: item.Customer, State: Failed, Code: fault.CodeOf(err), Detail: detailOf(err)}
	if errors.Is(err, stopped) {
		outcome.State = Cancelled
	}
	return outcome
}
