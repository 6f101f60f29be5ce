package task

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/deadline"
)

// reserve is how much of a function's time must be left to start another message.
const reserve = 10 * time.Second

var errNoTime = errors.New("the function has no time left for this message")

// Message is a message in an SQS queue.
type Message interface {
	// Validate returns an error if the message is not complete.
	Validate() error
}

// Messages returns the handler of a function that an SQS queue invokes. It handles the messages one after the other.
// SQS delivers a message again if handle returns an error, or if the function has no time left for it. The error busy
// is not logged: it says that the message must be delivered again although nothing failed.
func Messages[M Message](
	config Config, busy error, handle func(ctx context.Context, message M) error,
) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, batch events.SQSEvent) (response events.SQSEventResponse, _ error) {
		ctx, finish := config.begin(ctx)
		response.BatchItemFailures = []events.SQSBatchItemFailure{} // an empty list, not null
		var errs []error
		for i := range batch.Records {
			record, err := &batch.Records[i], errNoTime
			if !deadline.Near(ctx, config.Now(), reserve) {
				err = handleMessage(ctx, record, handle)
			}
			if err == nil {
				continue
			}
			response.BatchItemFailures = append(
				response.BatchItemFailures,
				events.SQSBatchItemFailure{ItemIdentifier: record.MessageId},
			)
			if !errors.Is(err, busy) {
				errs = append(errs, err)
			}
		}
		finish(errors.Join(errs...))
		return response, nil
	}
}

func handleMessage[M Message](
	ctx context.Context,
	record *events.SQSMessage,
	handle func(ctx context.Context, message M) error,
) error {
	var message M
	if err := json.Unmarshal([]byte(record.Body), &message); err != nil {
		return fmt.Errorf("the message is not readable: %w", err)
	}
	if err := message.Validate(); err != nil {
		return err
	}
	return handle(ctx, message)
}
