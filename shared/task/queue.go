package task

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/deadline"
	"tenantry/shared/outbox"
)

// reserve is how much of the function's time must remain to begin another message.
const reserve = 10 * time.Second

// Orders returns the handler of a function that receives orders for mails from a queue. It reports the messages that
// failed, and those for which there was no time, to Lambda, which leaves them in the queue.
func Orders(
	config Config,
	deliver func(ctx context.Context, order outbox.Order) error,
) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return messages(
		config,
		outbox.ErrLeased,
		func(ctx context.Context, message *events.SQSMessage) error { // the order comes again and finds the mail sent
			order, err := read(message, func(o outbox.Order) string { return o.Event })
			if err != nil {
				return err
			}
			return deliver(ctx, order)
		},
	)
}

// messages returns a handler that handles messages one after the other. A message whose handler returns the error again
// stays in the queue, and is not logged as a failure.
func messages(
	config Config, again error, handle func(ctx context.Context, message *events.SQSMessage) error,
) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, batch events.SQSEvent) (left events.SQSEventResponse, _ error) {
		ctx, finish := config.begin(ctx)
		left.BatchItemFailures = []events.SQSBatchItemFailure{} // an empty list and not null, which some emulators reject
		var failures []error
		for i := range batch.Records {
			message, err := &batch.Records[i], errNoTime
			if !deadline.Near(ctx, config.Now(), reserve) {
				err = handle(ctx, message)
			}
			if err == nil {
				continue
			}
			left.BatchItemFailures = append(
				left.BatchItemFailures,
				events.SQSBatchItemFailure{ItemIdentifier: message.MessageId},
			)
			if !errors.Is(err, again) {
				failures = append(failures, err)
			}
		}
		finish(errors.Join(failures...))
		return left, nil
	}
}

var errNoTime = errors.New("the function has no time left for it")

func read[T any](message *events.SQSMessage, eventOf func(T) string) (order T, err error) {
	if err := json.Unmarshal([]byte(message.Body), &order); err != nil {
		return order, fmt.Errorf("a message is no order: %w", err)
	}
	if eventOf(order) == "" {
		return order, errors.New("a message names no event")
	}
	return order, nil
}
