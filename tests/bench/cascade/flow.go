// Package cascade measures what long work costs: on the real store in the emulator, with the real work driven by the real state
// machines, in virtual time that passes as AWS would take it. `make figures-cascade` writes the figures into docs/figures.md.
package cascade

import (
	"context"
	"encoding/json"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"tenantry/shared/clock"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/meter"
	"tenantry/shared/operation"
	"tenantry/shared/request"
	"tenantry/shared/task"
)

// Flow is an operation that is measured.
type Flow struct {
	Name          string
	Kind          operation.Kind
	Machine       string // the file of its state machine
	Width         int    // items at once, as the function that runs its batches says
	Customers     int
	Subscriptions int  // of each customer, with a website each
	All           bool // of the reseller's customers; otherwise the first
	OnPlan        bool // what is moved comes to a service plan of its new owner
}

// Objects is how many objects the flow is about: the subscriptions of one customer, or customers.
func (f Flow) Objects() int {
	if f.All {
		return f.Customers
	}
	return f.Subscriptions
}

// Measured is what a flow cost.
type Measured struct {
	Flow

	Operation operation.Operation
	Storage   meter.Figures
	Requests  int   // that the storage was sent
	Least     Least // of the table before and after
	Rounds    Least // of the table before and after each round, together: what the first closes is not yet gone
	Workflow  Counts
	Took      time.Duration // of virtual time, from the request to the end of the workflow
	Processor time.Duration // that this process used meanwhile
}

// Measure runs a flow to its end.
func Measure(t *testing.T, f Flow) (m Measured) {
	t.Helper()
	endpoint, w := start(t), newWire()
	m.Flow = f
	synctest.Test(t, func(t *testing.T) {
		c := found(t, endpoint, w, f)
		first := c.rows(t)
		last := first
		look := func() {
			now := c.rows(t)
			m.Rounds.add(leastOf(last, now))
			last = now
		}
		w.slow.Store(true)
		m.run(t, c, w, func() {
			w.slow.Store(false)
			before := processorTime()
			look()
			m.Processor -= processorTime() - before
			w.slow.Store(true)
		})
		w.slow.Store(false)
		look()
		m.Least = leastOf(first, last)
	})
	return m
}

// run accepts the operation and does it.
func (m *Measured) run(t *testing.T, c *company, w *wire, paused func()) {
	t.Helper()
	steps, err := readMachine(filepath.Join("..", "..", "..", "statemachines", m.Machine))
	if err != nil {
		t.Fatal(err)
	}
	works := c.works()
	ctx, counting := meter.With(t.Context())
	began, processor := time.Now(), processorTime()
	accept := operation.Accept{Store: c.store, Works: works, NewID: c.ids.New, Now: clock.Now}
	answer, err := accept.Begin(ctx, c.admin, request.Metadata{ID: "bench"}, m.Kind, m.wanted(c))
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(Handover)
	x := &execution{paused: paused, counts: Counts{Invocations: map[string]int{}, Busy: map[string]time.Duration{}}, functions: map[string]function{
		"PlanOperation":   {time.Minute, step(operation.Plan{Store: c.store, Now: clock.Now}.Run)},
		batchFunction:     {2 * time.Minute, step(task.Done(operation.Batches{Store: c.store, Works: works, Width: m.Width, Now: clock.Now}.Run))},
		"FinishOperation": {15 * time.Second, step(operation.Finish{Store: c.store, Now: clock.Now}.Run)},
	}}
	_, err = x.run(ctx, steps, generic(operation.Start{Operation: answer.ID, Attempt: 1}), false)
	m.Workflow, m.Took, m.Storage = x.counts, time.Since(began), counting.Figures()
	m.Processor += processorTime() - processor
	m.Requests = int(w.carried.Load())
	if err != nil {
		t.Fatalf("the workflow ends with %v after %+v", err, m.Workflow)
	}
	o, _, err := c.store.ReadOperation(t.Context(), answer.ID, idempotency.Key{})
	if err != nil || o == nil || o.State != operation.Succeeded {
		t.Fatalf("the operation ends as %+v, %v", o, err)
	}
	m.Operation = *o
}

// wanted is what is asked for.
func (f Flow) wanted(c *company) (w operation.Wanted) {
	if f.Kind == operation.Move {
		w.Order.Owner = c.other.Account.ID
	}
	if f.All {
		w.Filter = &operation.Filter{Owner: c.reseller.Account.ID}
		return w
	}
	item := operation.Item{Customer: c.customers[0]}
	if f.OnPlan {
		item.Plan = string(c.otherTerms)
	}
	w.Items = []operation.Item{item}
	return w
}

// Handover is the time from the acceptance to the start of the workflow: the stream is polled four times a second, and its consumer
// starts the workflow.
const Handover = 250*time.Millisecond + StartTime + StateTime

// step is a function as a workflow sees it (shared/task).
func step[I, O any](do func(context.Context, I) (O, error)) func(context.Context, []byte) (any, error) {
	return func(ctx context.Context, input []byte) (any, error) {
		var in I
		if err := json.Unmarshal(input, &in); err != nil {
			return nil, err
		}
		out, err := do(ctx, in)
		switch code := fault.CodeOf(err); {
		case err == nil:
			return out, nil
		case code == fault.Unavailable, code == fault.VersionMismatch, code == fault.TooManyRequests:
			return nil, failure("TryAgain")
		}
		return nil, failure("Refusal")
	}
}

// batchFunction is what machines call the function that does batches.
const batchFunction = "RunBatch"

func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
