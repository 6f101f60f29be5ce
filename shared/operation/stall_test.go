package operation_test

import (
	"context"
	"errors"
	"testing"

	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// broken is work of which one customer's fails for no reason that is told, and another's for lack of an answer.
type broken struct {
	operation.Processor

	defect, silent operation.Item
}

func (b broken) Process(ctx context.Context, job operation.Job) error {
	switch job.Item {
	case b.defect:
		return errors.New("a defect that holds the name of Ms Customer")
	case b.silent:
		return fault.New(fault.Unavailable, "No answer.")
	}
	return b.Processor.Process(ctx, job)
}

func TestWhatNeverSucceedsIsGivenUpAndTold(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 12)
	input := operation.NewOperation{Items: items(s)}
	works := s.Processors()
	works[operation.Suspend] = broken{works[operation.Suspend], input.Items[3], input.Items[7]}
	id := s.Accept(s.North, operation.Suspend, input).ID
	if !(flowtest.Engine{Scene: s, Processors: works, Width: 5, MaxAttempts: 30}).Run(id) {
		t.Fatal("the operation does not end")
	}
	failed := map[string]fault.Code{}
	for _, item := range s.Items(&operation.Operation{ID: id, Originator: s.North}) {
		if item.State == operation.Failed {
			failed[string(item.Customer)] = item.Code
		}
		if item.Detail != "" && item.Code == fault.Unavailable && item.Detail != "The request failed after several attempts. Try again later." {
			t.Errorf("it tells %q", item.Detail)
		}
	}
	if len(failed) != 4 || failed[string(s.Customers[3])] != fault.Unavailable || failed[string(s.Customers[7])] != fault.Unavailable {
		t.Errorf("failed: %v", failed)
	}
	balanced(t, s, id, "given up")
}
