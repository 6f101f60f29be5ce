package task

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// Event returns the handler of a function that a rule of an event bus invokes. Read turns an event into what is to be
// handled, which may be nothing. An error has Lambda come again with the event.
func Event[T any](
	config Config, read func(happened events.EventBridgeEvent) ([]T, error), handle func(ctx context.Context, one T) error,
) func(context.Context, events.EventBridgeEvent) error {
	return func(ctx context.Context, happened events.EventBridgeEvent) error {
		ctx, finish := config.begin(ctx)
		all, err := read(happened)
		for i := 0; i < len(all) && err == nil; i++ {
			err = handle(ctx, all[i])
		}
		finish(err)
		if err != nil {
			return Refusal{Code: "internal", Detail: "The event was not handled. The function's log has the cause."}
		}
		return nil
	}
}
