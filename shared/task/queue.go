package task

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/outbox"
)

// reserve is how much of a function's time must be left to begin with another message.
const reserve = 10 * time.Second

// Orders returns the handler of a function that is given orders for mails from their queue. What deliver does not do, and
// what there is no time for, is named to Lambda, which leaves it in the queue.
func Orders(config Config, deliver func(ctx context.Context, order outbox.Order) error) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, batch events.SQSEvent) (left events.SQSEventResponse, _ error) {
		ctx, finish := config.begin(ctx)
		left.BatchItemFailures = []events.SQSBatchItemFailure{} // not null, which not everybody takes for none
		var failures []error
		for _, message := range batch.Records {
			err := config.deliver(ctx, message.Body, deliver)
			if err == nil {
				continue
			}
			left.BatchItemFailures = append(left.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: message.MessageId})
			if !errors.Is(err, outbox.ErrLeased) { // which is no failure: it comes again to find the mail sent
				failures = append(failures, err)
			}
		}
		finish(errors.Join(failures...))
		return left, nil
	}
}

var errNoTime = errors.New("the function has no time left for it")

func (c Config) deliver(ctx context.Context, body string, deliver func(context.Context, outbox.Order) error) error {
	if end, bounded := ctx.Deadline(); bounded && end.Sub(c.Now()) < reserve {
		return errNoTime
	}
	var order outbox.Order
	if err := json.Unmarshal([]byte(body), &order); err != nil {
		return fmt.Errorf("a message is no order: %w", err)
	}
	if order.Event == "" {
		return errors.New("a message names no event")
	}
	return deliver(ctx, order)
}
