package task

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/event"
)

// Park keeps a record that the operation cannot read, for an operator.
type Park func(ctx context.Context, operation string, record *events.DynamoDBEventRecord) error

// Stream returns the handler of a function that the table's stream invokes with new events. Read returns the event in a
// record's image. Handle returns how many events, from the first on, are handled. Lambda delivers the other events
// again, in their order. A record that cannot be read is parked: it would block the records after it for hours.
func Stream(
	config Config,
	read func(image map[string]events.DynamoDBAttributeValue) (event.Event, error),
	handle func(ctx context.Context, batch []event.Event) (handled int, err error),
	park Park,
) func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, input events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		ctx, finish := config.begin(ctx)
		batch := make([]event.Event, 0, len(input.Records))
		records := make([]int, 0, len(input.Records)+1) // the record of each event, and the first one that is not handled
		var errs []error
		next := 0
		for ; next < len(input.Records); next++ {
			record := &input.Records[next]
			e, err := read(record.Change.NewImage)
			if err == nil {
				batch, records = append(batch, e), append(records, next)
				continue
			}
			errs = append(errs, err)
			if err := park(ctx, config.Name, record); err != nil {
				errs = append(errs, fmt.Errorf("park the record: %w", err))
				break // the events before it are handled first
			}
		}
		handled, err := handle(ctx, batch)
		finish(errors.Join(append([]error{err}, errs...)...))
		failed := append(records, next)[handled]
		if failed == len(input.Records) {
			return events.DynamoDBEventResponse{}, nil
		}
		return events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{
			{ItemIdentifier: input.Records[failed].Change.SequenceNumber},
		}}, nil
	}
}
