// Package stream follows the events in the table's stream: it writes the change feed of hosting nodes, enqueues mails,
// starts workflows, publishes notices and erases what removed accounts left behind. Each of these is a Handler; a
// Consumer passes every event to all of them.
package stream

import (
	"context"
	"errors"

	"tenantry/shared/event"
)

// Handler handles new events. The stream delivers an event at least once, so handling it again must do no harm.
type Handler interface {
	// Handle handles events in their order. It returns how many of them, from the first on, are handled: the others are
	// delivered again. An error does not deliver anything again by itself; it is logged.
	Handle(ctx context.Context, events []event.Event) (handled int, err error)
}

// Consumer passes events to one handler after the other. A handler gets only the events that the handler before it has
// handled.
type Consumer []Handler

// Handle returns how many events, from the first on, all handlers have handled, and the errors of all handlers, joined.
func (c Consumer) Handle(ctx context.Context, events []event.Event) (int, error) {
	var errs []error
	handled := len(events)
	for _, handler := range c {
		var err error
		handled, err = handler.Handle(ctx, events[:handled])
		errs = append(errs, err)
	}
	return handled, errors.Join(errs...)
}

// send sends the messages of the events that have one. It returns how many events, from the first on, have no message
// left to send.
func send[Message any](
	ctx context.Context, events []event.Event, messageOf func(*event.Event) (Message, bool),
	sendAll func(ctx context.Context, messages []Message) (accepted int, err error),
) (int, error) {
	var messages []Message
	var positions []int
	for i := range events {
		if message, found := messageOf(&events[i]); found {
			messages, positions = append(messages, message), append(positions, i)
		}
	}
	if len(messages) == 0 {
		return len(events), nil
	}
	accepted, err := sendAll(ctx, messages)
	if accepted < len(messages) {
		return positions[accepted], err
	}
	return len(events), err
}
