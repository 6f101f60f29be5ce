package dynamotest

import (
	"context"
	"time"
)

// deadline is a context with an end by the clock of a test.
type deadline struct {
	context.Context //nolint:containedctx // it is one

	end time.Time
}

// Deadline implements context.Context.
func (d deadline) Deadline() (time.Time, bool) { return d.end, true }

// WithDeadline returns a context that names the end as its deadline. It does not end by itself: the clock is the
// test's.
func WithDeadline(ctx context.Context, end time.Time) context.Context { return deadline{ctx, end} }
