// Package reconcile counts accounts and what resellers have given out, compares the result with the stored counts, and
// corrects the stored counts (ADR 43).
package reconcile

import (
	"context"
	"log/slog"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
)

// Reconciler reconciles stored counts with what exists.
type Reconciler struct {
	Store Store
	Now   func() time.Time
	// Wait waits for the duration. It returns an error if the context ends first.
	Wait func(ctx context.Context, d time.Duration) error
}

// Store is what a Reconciler needs from the store.
type Store interface {
	// GlobalCounters returns the counters of the accounts of all owners.
	GlobalCounters() []Counter
	// ReadCounts returns the counts of a counter, strongly consistent, or nil if the counter does not exist.
	ReadCounts(ctx context.Context, counter Counter) (*Stored, error)
	// CorrectCounts replaces the stored counts. It reports whether they are replaced: not if they have changed since
	// they were read.
	CorrectCounts(ctx context.Context, counter Counter, stored Stored, counted Counts) (bool, error)
	// ListCounted returns a page of the accounts of a kind that the counter counts, in the order of their creation,
	// eventually consistent. A page can be empty although there are more.
	ListCounted(
		ctx context.Context, counter Counter, kind account.Kind, after string, limit int,
	) (directory.Rows, error)
	ListSubscriptions(
		ctx context.Context, customer account.ID, after string, limit int,
	) ([]hosting.Subscription, bool, error)
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
}

// Request names the counts.
type Request struct {
	// Owner is a reseller's id. If it is empty or the word administrator, the counts of all owners are reconciled: they
	// contain the administrator's.
	Owner  account.ID `json:"owner"`
	Repair bool       `json:"repair"` // correct wrong counts; otherwise only report them
	After  string     `json:"after"`  // Next of an earlier result: continue there
}

// Result is the result of a call.
type Result struct {
	Reports []Report `json:"reports"` // of the counters that were finished in this call
	InOrder bool     `json:"inOrder"` // all counters are finished, and each is correct or repaired
	Next    string   `json:"next,omitempty"`
}

// LogValue implements slog.LogValuer.
func (r Result) LogValue() slog.Value {
	states := map[State]int{}
	for _, report := range r.Reports {
		states[report.State]++
	}
	return slog.GroupValue(slog.Any("counters", states), slog.Bool("inOrder", r.InOrder), slog.Bool("done", r.Next == ""))
}

// Report is the result for one counter.
type Report struct {
	Counter    string `json:"counter"`
	State      State  `json:"state"`
	Stored     Counts `json:"stored"`
	Counted    Counts `json:"counted"`
	Difference Counts `json:"difference"` // the stored counts minus the new ones
}

// State says whether a counter is right.
type State string

// The states of counters.
const (
	Correct   State = "correct"
	Different State = "different" // two counts had the same result, which is not the stored one
	Repaired  State = "repaired"  // as Different, and the stored counts are corrected
	Changed   State = "changed"   // something has changed during the count; count again
	Busy      State = "busy"      // customers with many subscriptions are being moved or converted; count again later
)

const (
	// settleTime is the least time between two counts. Every change before the first one is in the indexes by then: they
	// are usually a second behind.
	settleTime = 30 * time.Second
	// timeReserve is how much time must be left for another page.
	timeReserve = 20 * time.Second
)

// Run reconciles counters until it is done, or runs out of time. It returns fault.NotFound if the reseller does not
// exist, and fault.InvalidRequest if the owner's id or After is malformed.
func (r Reconciler) Run(ctx context.Context, _ string, input Request) (Result, error) {
	result := Result{Reports: []Report{}}
	counters, err := r.counters(input.Owner)
	if err != nil {
		return result, err
	}
	work, err := openProgress(input.After, len(counters))
	if err != nil {
		return result, err
	}
	for work.Index < len(counters) {
		report, err := r.reconcile(ctx, counters[work.Index], input.Repair, &work)
		if err != nil {
			return result, err
		}
		if report == nil {
			result.Next = work.seal()
			return result, nil
		}
		result.Reports = append(result.Reports, *report)
		isInOrder := report.State == Correct || report.State == Repaired
		work = progress{Index: work.Index + 1, HasFailed: work.HasFailed || !isInOrder}
	}
	result.InOrder = !work.HasFailed
	return result, nil
}

func (r Reconciler) counters(owner account.ID) ([]Counter, error) {
	if owner == "" || owner == account.AdministratorOwner {
		return r.Store.GlobalCounters(), nil
	}
	if invalid := owner.ValidateOwner("/owner"); invalid != nil {
		return nil, fault.Invalid(*invalid)
	}
	return []Counter{{Reseller: owner}}, nil
}

// reconcile continues with a counter. It returns nil if it runs out of time. A difference counts only if two counts find
// the same objects, and nothing was counted between them.
func (r Reconciler) reconcile(
	ctx context.Context, counter Counter, repair bool, work *progress,
) (*Report, error) {
	if work.First == nil {
		report, err := r.countFirst(ctx, counter, work)
		if err != nil || report != nil || work.First == nil {
			return report, err
		}
	}
	pause := settleTime - r.Now().Sub(work.FirstEnd)
	if pause > 0 {
		if deadline.Near(ctx, r.Now(), timeReserve+pause) {
			return nil, nil
		}
		if err := r.Wait(ctx, pause); err != nil {
			return nil, err
		}
	}
	isDone, err := r.count(ctx, counter, &work.Count)
	if err != nil || !isDone {
		return nil, err
	}
	return r.conclude(ctx, counter, repair, work)
}

// countFirst continues with the first count, and sets work.First at its end. It returns a report if no second count is
// needed.
func (r Reconciler) countFirst(ctx context.Context, counter Counter, work *progress) (*Report, error) {
	if work.Stored == nil {
		stored, err := r.read(ctx, counter)
		if err != nil {
			return nil, err
		}
		work.Stored = stored
	}
	isDone, err := r.count(ctx, counter, &work.Count)
	if err != nil || !isDone {
		return nil, err
	}
	first := work.Count.Tally
	if len(work.Stored.Counts.minus(first.Counts)) == 0 {
		return work.report(counter, Correct, first.Counts), nil
	}
	newest, err := r.read(ctx, counter)
	if err != nil {
		return nil, err
	}
	if newest.Revision != work.Stored.Revision {
		return work.report(counter, Changed, first.Counts), nil
	}
	work.First, work.FirstEnd, work.Count = &first, r.Now(), count{}
	return nil, nil
}

// read returns the stored counts. It returns fault.NotFound if the counter is that of no reseller.
func (r Reconciler) read(ctx context.Context, counter Counter) (*Stored, error) {
	stored, err := r.Store.ReadCounts(ctx, counter)
	if err == nil && stored == nil {
		err = fault.New(fault.NotFound, "This reseller does not exist.")
	}
	return stored, err
}

// conclude reports what the second count has found, and corrects the stored counts if the first one has found the same.
func (r Reconciler) conclude(
	ctx context.Context, counter Counter, repair bool, work *progress,
) (*Report, error) {
	stored, err := r.read(ctx, counter)
	if err != nil {
		return nil, err
	}
	counted, state := work.Count.Tally, Different
	switch {
	case len(stored.Counts.minus(counted.Counts)) == 0:
		state = Correct
	case stored.Revision != work.Stored.Revision || !work.First.isSame(counted):
		state = Changed
	case stored.Transfers > 0 || work.First.IsBusy || counted.IsBusy:
		state = Busy
	case repair:
		isCorrected, err := r.Store.CorrectCounts(ctx, counter, *stored, counted.Counts)
		if err != nil {
			return nil, err
		}
		if state = Changed; isCorrected {
			state = Repaired
		}
	}
	work.Stored = stored
	return work.report(counter, state, counted.Counts), nil
}
