package stream

import (
	"context"
	"errors"
	"fmt"

	"tenantry/shared/event"
	"tenantry/shared/operation"
)

// Workflows starts workflows.
type Workflows interface {
	// Start starts an execution of the workflow. It does nothing if an execution with the same input is running or has
	// ended.
	Start(ctx context.Context, kind operation.Kind, input operation.ExecutionInput) error
}

// StartWorkflows starts the workflows that events ask for.
type StartWorkflows struct{ Workflows Workflows }

// Handle implements Handler. A workflow that does not start holds up nothing: the sweep starts it later
// (operation.Resumer).
func (h StartWorkflows) Handle(ctx context.Context, events []event.Event) (int, error) {
	var errs []error
	for i := range events {
		execution := events[i].Execution
		if execution == nil {
			continue
		}
		input := operation.ExecutionInput{Operation: execution.Operation, Attempt: execution.Attempt}
		if err := h.Workflows.Start(ctx, operation.Kind(execution.Kind), input); err != nil {
			errs = append(errs, fmt.Errorf("start %s: %w", input.ExecutionName(), err))
		}
	}
	return len(events), errors.Join(errs...)
}
