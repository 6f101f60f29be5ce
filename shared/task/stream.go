package task

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/event"
)

// Stream returns the handler of a function that the table's stream invokes with new events. Read returns the event in a
// record's image. Handle returns how many events, from the first on, are handled. Lambda delivers the other events
// again, in their order.
func Stream(
	config Config,
	read func(image map[string]events.DynamoDBAttributeValue) (event.Event, error),
	handle func(ctx context.Context, batch []event.Event) (handled int, err error),
) func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, input events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		ctx, finish := config.begin(ctx)
		batch := make([]event.Event, 0, len(input.Records))
		var readErr error
		for _, record := range input.Records {
			e, err := read(record.Change.NewImage)
			if err != nil {
				readErr = err // the events before it are handled first
				break
			}
			batch = append(batch, e)
		}
		handled, err := handle(ctx, batch)
		if err == nil {
			err = readErr
		}
		finish(err)
		if handled == len(input.Records) {
			return events.DynamoDBEventResponse{}, nil
		}
		return events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{
			{ItemIdentifier: input.Records[handled].Change.SequenceNumber},
		}}, nil
	}
}
