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
	// Start starts an execution. It does nothing if one of the same name is running or has ended.
	Start(ctx context.Context, kind operation.Kind, execution operation.Execution) error
}

// StartWorkflows starts the workflows that events ask for.
type StartWorkflows struct{ Workflows Workflows }

// Handle implements Handler. A workflow that does not start holds up nothing: the sweep starts it later (operation.Resume).
func (h StartWorkflows) Handle(ctx context.Context, events []event.Event) (int, error) {
	var errs []error
	for i := range events {
		start := events[i].Start
		if start == nil {
			continue
		}
		execution := operation.Execution{Operation: start.Operation, Attempt: start.Attempt}
		if err := h.Workflows.Start(ctx, operation.Kind(start.Kind), execution); err != nil {
			errs = append(errs, fmt.Errorf("start %s: %w", execution.Name(), err))
		}
	}
	return len(events), errors.Join(errs...)
}
