package outbox

import (
	"context"
	"errors"

	"tenantry/shared/event"
)

// Queue holds orders until the mailer takes them, so that the post's pace holds up nothing else.
type Queue interface {
	// Enqueue hands over orders and returns how many of them, from the first on, were accepted.
	Enqueue(ctx context.Context, orders []Order) (int, error)
}

// Dispatch hands new events on: to the bus, to the mailer's queue what owes a mail, and to workflows what they are to begin.
type Dispatch struct {
	Announce  event.Announce
	Queue     Queue
	Workflows interface {
		Handle(ctx context.Context, happened event.Event) error
	}
}

// Handle hands events on in their order and returns how many of them, from the first on, are done. An event may be handed on
// twice; the readers of bus and queue know an event that comes again by its id, and a workflow by its name. A workflow that does
// not start holds up nothing: the sweep starts it later.
func (d Dispatch) Handle(ctx context.Context, happened []event.Event) (int, error) {
	var failures []error
	for i := range happened {
		if err := d.Workflows.Handle(ctx, happened[i]); err != nil {
			failures = append(failures, err)
		}
	}
	var orders []Order
	var at []int
	for i, e := range happened {
		if e.Mail != "" {
			orders, at = append(orders, Order{Event: e.ID, Account: e.Account}), append(at, i)
		}
	}
	if len(orders) > 0 {
		if accepted, err := d.Queue.Enqueue(ctx, orders); accepted < len(orders) {
			failures, happened = append(failures, err), happened[:at[accepted]]
		}
	}
	done, err := d.Announce.Publish(ctx, happened)
	return done, errors.Join(append(failures, err)...)
}
