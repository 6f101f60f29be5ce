package httpapi

import (
	"context"
	"time"

	"tenantry/shared/fault"
)

// Reserve is what a function keeps of its time for the answer. Lambda stops a function whose time is over without an answer
// of its own; the gateway then makes up one that is no problem document. Three seconds, because a write in doubt is looked
// for once more after the operation's time has ended (dynamo.LookTimeout), which leaves one to write answer and log line.
const Reserve = 3 * time.Second

// inTime returns the context of the operation. It ends before that of the function does.
func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	end, bounded := ctx.Deadline()
	if !bounded {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-Reserve))
}

// late gives an error that has no meaning of its own one when the operation's time is over: it failed for that.
func late(ctx context.Context, err error) error {
	if ctx.Err() == nil || fault.CodeOf(err) != "" {
		return err
	}
	f := fault.Because(err, fault.Unavailable, "The service took too long to answer this request; try again.")
	f.RetryAfter = time.Second
	return f
}
