package task

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/event"
)

// Stream returns the handler of a function that is given the records of new events. Read turns a record's image into an
// event; handle returns how many events, from the first on, are done. The first one that is not is named to Lambda,
// which comes back with it and those after it.
func Stream(
	config Config,
	read func(image map[string]events.DynamoDBAttributeValue) (event.Event, error),
	handle func(ctx context.Context, happened []event.Event) (int, error),
) func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, batch events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		ctx, finish := config.begin(ctx)
		happened := make([]event.Event, 0, len(batch.Records))
		var unreadable error
		for _, record := range batch.Records {
			e, err := read(record.Change.NewImage)
			if err != nil {
				unreadable = err // those before it are handled first
				break
			}
			happened = append(happened, e)
		}
		done, err := handle(ctx, happened)
		if err == nil {
			err = unreadable
		}
		finish(err)
		if done == len(batch.Records) {
			return events.DynamoDBEventResponse{}, nil
		}
		return events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{
			{ItemIdentifier: batch.Records[done].Change.SequenceNumber},
		}}, nil
	}
}
