package stream

import (
	"context"
	"maps"
	"slices"

	"tenantry/shared/event"
)

// ErrandQueue keeps the orders of errands until a function takes them.
type ErrandQueue interface {
	// Enqueue sends orders to the queue. It returns how many of them, from the first on, the queue accepted.
	Enqueue(ctx context.Context, orders []event.Order) (accepted int, err error)
}

// EnqueueErrands enqueues the errands that events owe.
type EnqueueErrands struct {
	Queues map[event.Errand]ErrandQueue
}

// Handle implements Handler.
func (h EnqueueErrands) Handle(ctx context.Context, events []event.Event) (handled int, err error) {
	handled = len(events)
	for _, errand := range slices.Sorted(maps.Keys(h.Queues)) {
		accepted, refusal := send(ctx, events[:handled], func(e *event.Event) (event.Order, bool) {
			return e.Order(), e.Errand == errand
		}, h.Queues[errand].Enqueue)
		if accepted < handled {
			handled, err = accepted, refusal
		}
	}
	return handled, err
}
