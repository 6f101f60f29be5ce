package outbox

import (
	"context"
	"errors"
	"maps"
	"slices"

	"tenantry/shared/event"
)

// Queue holds orders until the mailer takes them, so that the post's pace holds up nothing else.
type Queue interface {
	// Enqueue hands over orders and returns how many of them, from the first on, were accepted.
	Enqueue(ctx context.Context, orders []Order) (int, error)
}

// Errands holds orders of errands until a function takes them.
type Errands interface {
	// Enqueue hands over orders and returns how many of them, from the first on, were accepted.
	Enqueue(ctx context.Context, orders []event.Order) (int, error)
}

// Dispatch hands new events on: to the bus, to the mailer's queue what owes a mail, to its own queue what owes an errand, and to
// workflows what they are to begin.
type Dispatch struct {
	Announce event.Announce
	Queue    Queue
	Errands  map[event.Errand]Errands

	Workflows interface {
		Handle(ctx context.Context, happened event.Event) error
	}
}

// Handle hands events on in their order and returns how many of them, from the first on, are done. An event may be handed on
// twice; the readers of the bus and the queues know an event that comes again by its id, and a workflow by its name. A workflow that
// does not start holds up nothing: the sweep starts it later.
func (d Dispatch) Handle(ctx context.Context, happened []event.Event) (int, error) {
	var failures []error
	for i := range happened {
		failures = append(failures, d.Workflows.Handle(ctx, happened[i]))
	}
	ready, err := enqueue(ctx, happened, len(happened), func(e *event.Event) (Order, bool) {
		return Order{Event: e.ID, Account: e.Account}, e.Mail != ""
	}, d.Queue.Enqueue)
	for _, errand := range slices.Sorted(maps.Keys(d.Errands)) {
		accepted, refusal := enqueue(ctx, happened, ready, func(e *event.Event) (event.Order, bool) {
			return e.Order(), e.Errand == errand
		}, d.Errands[errand].Enqueue)
		if accepted < ready {
			ready, err = accepted, refusal
		}
	}
	done, publishErr := d.Announce.Publish(ctx, happened[:ready])
	return done, errors.Join(append(failures, err, publishErr)...)
}

// enqueue orders what the first events owe and returns how many of these, from the first on, owe no order more.
func enqueue[T any](
	ctx context.Context, happened []event.Event, first int, order func(e *event.Event) (T, bool),
	take func(ctx context.Context, orders []T) (int, error),
) (int, error) {
	var orders []T
	var at []int
	for i := range happened[:first] {
		if one, owed := order(&happened[i]); owed {
			orders, at = append(orders, one), append(at, i)
		}
	}
	if len(orders) == 0 {
		return first, nil
	}
	accepted, err := take(ctx, orders)
	if accepted < len(orders) {
		return at[accepted], err
	}
	return first, nil
}
