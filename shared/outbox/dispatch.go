package outbox

import (
	"context"

	"tenantry/shared/event"
)

// Queue holds orders until the mailer takes them, so that the post's pace holds up nothing else.
type Queue interface {
	// Enqueue hands over orders and returns how many of them, from the first on, were accepted.
	Enqueue(ctx context.Context, orders []Order) (int, error)
}

// Dispatch hands new events on: to the bus, and to the mailer's queue what owes a mail.
type Dispatch struct {
	Announce event.Announce
	Queue    Queue
}

// Handle hands events on in their order and returns how many of them, from the first on, are done. An event may be handed on
// twice; both the bus's and the queue's readers know an event that comes again by its id.
func (d Dispatch) Handle(ctx context.Context, happened []event.Event) (int, error) {
	var orders []Order
	var at []int
	for i, e := range happened {
		if e.Mail != "" {
			orders, at = append(orders, Order{Event: e.ID, Account: e.Account}), append(at, i)
		}
	}
	if len(orders) > 0 {
		if accepted, err := d.Queue.Enqueue(ctx, orders); accepted < len(orders) {
			done, publishErr := d.Announce.Publish(ctx, happened[:at[accepted]])
			if publishErr != nil {
				err = publishErr
			}
			return done, err
		}
	}
	return d.Announce.Publish(ctx, happened)
}
