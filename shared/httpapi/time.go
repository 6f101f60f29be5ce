package httpapi

import (
	"context"
	"time"

	"tenantry/shared/fault"
)

// Reserve is the part of a function's time that is kept for the response. If the time of a function runs out, Lambda
// stops the function and API Gateway sends a response that is not a problem document. Reserve is three seconds: up to
// two for the lookup of a write with an unknown outcome (dynamo.LookTimeout), and one for the response and the log
// line.
const Reserve = 3 * time.Second

// withReserve returns the context of the operation, whose deadline is earlier than the function's by Reserve.
func withReserve(ctx context.Context) (context.Context, context.CancelFunc) {
	end, bounded := ctx.Deadline()
	if !bounded {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-Reserve))
}

// timeoutFault returns fault.Unavailable for an error that occurred because the operation ran out of time. It returns
// faults, and errors before the deadline, unchanged.
func timeoutFault(ctx context.Context, err error) error {
	if ctx.Err() == nil || fault.CodeOf(err) != "" {
		return err
	}
	f := fault.Because(err, fault.Unavailable, "The service took too long to answer this request. Try again.")
	f.RetryAfter = time.Second
	return f
}
