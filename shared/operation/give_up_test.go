package operation_test

import (
	"context"
	"errors"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// brokenProcessor is a processor that always fails for two items: with an error that is no fault, and with
// fault.Unavailable.
type brokenProcessor struct {
	operation.Processor

	defect, unavailable operation.Item
}

// Process implements operation.Processor.
func (p brokenProcessor) Process(ctx context.Context, job operation.Job) error {
	switch job.Item {
	case p.defect:
		return errors.New("a defect that contains the name of Ms Customer")
	case p.unavailable:
		return fault.New(fault.Unavailable, "No answer.")
	}
	return p.Processor.Process(ctx, job)
}

// The result of an item that is given up contains nothing of the internal error.
func TestItemsThatAlwaysFailAreGivenUp(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 12)
	input := operation.NewOperation{Items: mixedItems(s)}
	processors := s.Processors()
	processors[operation.Suspend] = brokenProcessor{processors[operation.Suspend], input.Items[3], input.Items[7]}
	id := s.Accept(s.North, operation.Suspend, input).ID
	if !(flowtest.Engine{Scene: s, Processors: processors, Width: 5, MaxSweeps: 100}).Run(id) {
		t.Fatal("the operation does not end")
	}
	failed := map[account.ID]fault.Code{}
	for _, item := range itemViews(s, id, s.North) {
		if item.State == operation.Failed {
			failed[item.Customer] = item.Code
		}
		const detail = "The request failed after several attempts. Try again later."
		if item.Code == fault.Unavailable && item.Detail != "" && item.Detail != detail {
			t.Errorf("the detail of %s is %q, want %q", item.Customer, item.Detail, detail)
		}
	}
	if len(failed) != 4 || failed[s.Customers[3]] != fault.Unavailable || failed[s.Customers[7]] != fault.Unavailable {
		t.Errorf("failed items %v, want both broken ones (unavailable), the reseller and the unknown customer", failed)
	}
	wantConsistent(t, s, id, "given up")
}
