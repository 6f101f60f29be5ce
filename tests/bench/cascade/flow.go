// Package cascade measures the cost of operations. It runs the real use cases on the real store in the emulator, called
// as the real state machines say, in virtual time that models the latencies of AWS. `make figures-cascade` writes the
// figures into docs/figures.md.
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
	"tenantry/tests/bench/emulator"
)

// Flow describes an operation to measure.
type Flow struct {
	Name          string
	Kind          operation.Kind
	Machine       string // the file name of its state machine
	Width         int    // the number of items that its batch function processes in parallel
	Customers     int    // the number of the reseller's customers
	Subscriptions int    // the number of subscriptions of each customer; each has a website
	All           bool   // the operation is on all customers; otherwise on the first one
	OnPlan        bool   // a move puts the subscriptions on a service plan of the new owner
}

// Objects returns the number of objects that the operation changes: customers if there are many, else subscriptions.
func (f Flow) Objects() int {
	if f.All {
		return f.Customers
	}
	return f.Subscriptions
}

// Measured is the measured cost of a flow.
type Measured struct {
	Flow

	Operation     operation.Operation
	Storage       meter.Figures
	Requests      int  // the number of requests to the storage
	Least         Cost // the least cost of the change that the operation makes
	LeastByStages Cost // the sum of the least costs of the changes that the stages of the operation make
	Workflow      Counts
	Took          time.Duration // virtual time from the request to the end of the workflow
	Processor     time.Duration // processor time of this process
}

// Measure runs a flow to its end.
func Measure(t *testing.T, f Flow) (m Measured) {
	t.Helper()
	endpoint, w := emulator.Start(t), emulator.NewWire()
	m.Flow = f
	synctest.Test(t, func(t *testing.T) {
		c := newCompany(t, endpoint, w, f)
		first := c.rows(t)
		last := first
		addStage := func() {
			current := c.rows(t)
			m.LeastByStages.add(leastCost(last, current))
			last = current
		}
		w.Slow.Store(true)
		m.run(t, c, w, func() {
			w.Slow.Store(false)
			before := processorTime()
			addStage()
			m.Processor -= processorTime() - before
			w.Slow.Store(true)
		})
		w.Slow.Store(false)
		addStage()
		m.Least = leastCost(first, last)
	})
	if f.Kind == operation.Remove && f.All {
		closing := closingCost(t, f)
		for range f.Customers {
			m.LeastByStages.add(closing)
		}
	}
	return m
}

// closingCost returns the least cost of closing one customer, which is the first stage of its removal. A bulk removal
// closes customers while it removes others, so this stage is measured with a removal of one customer, which is closed
// when the removal is accepted.
func closingCost(t *testing.T, f Flow) (least Cost) {
	t.Helper()
	endpoint, w := emulator.Start(t), emulator.NewWire()
	f.Customers, f.All = 1, false
	synctest.Test(t, func(t *testing.T) {
		c := newCompany(t, endpoint, w, f)
		before := c.rows(t)
		f.accept(t.Context(), t, c)
		least = leastCost(before, c.rows(t))
	})
	return least
}

// accept accepts the operation and returns its id.
func (f Flow) accept(ctx context.Context, t *testing.T, c *company) string {
	t.Helper()
	acceptor := operation.Acceptor{Store: c.store, Processors: c.processors(), NewID: c.ids.New, Now: clock.Now}
	accepted, err := acceptor.Accept(ctx, c.admin, request.Metadata{ID: "bench"}, f.Kind, f.input(c))
	if err != nil {
		t.Fatal(err)
	}
	return accepted.ID
}

// run accepts the operation and runs its workflow. It calls afterStage after the acceptance, which closes an account
// that is removed, and when the workflow waits for its next round.
func (m *Measured) run(t *testing.T, c *company, w *emulator.Wire, afterStage func()) {
	t.Helper()
	steps, err := readMachine(filepath.Join("..", "..", "..", "statemachines", m.Machine))
	if err != nil {
		t.Fatal(err)
	}
	processors := c.processors()
	ctx, counter := meter.With(t.Context())
	began, processor := time.Now(), processorTime()
	id := m.accept(ctx, t, c)
	afterStage()
	time.Sleep(StreamDelay)
	batches := operation.BatchRunner{Store: c.store, Processors: processors, Width: m.Width, Now: clock.Now}
	counts := Counts{Invocations: map[string]int{}, Busy: map[string]time.Duration{}}
	x := &execution{onWait: afterStage, counts: counts, functions: map[string]function{
		"PlanOperation":   {time.Minute, step(operation.Planner{Store: c.store, Now: clock.Now}.Plan)},
		batchFunction:     {2 * time.Minute, step(task.Done(batches.Run))},
		"FinishOperation": {15 * time.Second, step(operation.Finisher{Store: c.store, Now: clock.Now}.Finish)},
	}}
	_, err = x.run(ctx, steps, toJSON(operation.ExecutionInput{Operation: id, Attempt: 1}), false)
	m.Workflow, m.Took, m.Storage = x.counts, time.Since(began), counter.Figures()
	m.Processor += processorTime() - processor
	m.Requests = int(w.Sent.Load())
	if err != nil {
		t.Fatalf("the workflow ends with %v after %+v", err, m.Workflow)
	}
	o, _, err := c.store.ReadOperation(t.Context(), id, idempotency.Key{})
	if err != nil || o == nil || o.State != operation.Succeeded {
		t.Fatalf("the operation is %+v, error %v, want it to have succeeded", o, err)
	}
	m.Operation = *o
}

// input returns the input of the request that starts the operation.
func (f Flow) input(c *company) (w operation.NewOperation) {
	if f.Kind == operation.Move {
		w.Parameters.NewOwner = c.other.Account.ID
	}
	if f.All {
		w.Filter = &operation.Filter{Owner: c.reseller.Account.ID}
		return w
	}
	item := operation.Item{Customer: c.customers[0]}
	if f.OnPlan {
		item.Plan = string(c.otherPlan)
	}
	w.Items = []operation.Item{item}
	return w
}

// StreamDelay is the time from the acceptance to the start of the workflow. Lambda polls the stream four times a
// second, and the stream's consumer starts the workflow.
const StreamDelay = 250*time.Millisecond + StartTime + StateTime

// step returns a function as a workflow calls it: with JSON, and with the error names of shared/task.
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

// batchFunction is the name of the function that processes a batch, in the definitions of the state machines.
const batchFunction = "RunBatch"

func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
