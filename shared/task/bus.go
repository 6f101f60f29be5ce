package task

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// BusEvents returns the handler of a function that a rule of an event bus invokes. Read returns what is to be handled
// for an event, which may be nothing. After an error Lambda delivers the event again.
func BusEvents[T any](
	config Config, read func(input events.EventBridgeEvent) ([]T, error), handle func(ctx context.Context, part T) error,
) func(context.Context, events.EventBridgeEvent) error {
	return func(ctx context.Context, input events.EventBridgeEvent) error {
		ctx, finish := config.begin(ctx)
		parts, err := read(input)
		for i := 0; i < len(parts) && err == nil; i++ {
			err = handle(ctx, parts[i])
		}
		finish(err)
		if err != nil {
			return Refusal{Code: "internal", Detail: "The event was not handled. The function's log has the cause."}
		}
		return nil
	}
}
