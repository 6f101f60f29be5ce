// Package deadline bounds work in time: it begins no more than it has time for.
package deadline

import (
	"context"
	"time"
)

// Near reports whether less time than the reserve is left before the context's deadline. Without a deadline there is always time.
func Near(ctx context.Context, now time.Time, reserve time.Duration) bool {
	end, bounded := ctx.Deadline()
	return bounded && end.Sub(now) < reserve
}

// Within returns a context whose deadline is the end, or the context's own deadline if that is sooner. It is not cancelled at the end:
// work that asks Near ends in time, and calls that have begun have timeouts of their own.
func Within(ctx context.Context, end time.Time) context.Context {
	if own, bounded := ctx.Deadline(); bounded && own.Before(end) {
		return ctx
	}
	return within{ctx, end}
}

type within struct {
	context.Context //nolint:containedctx // it is a context

	end time.Time
}

// Deadline implements context.Context.
func (w within) Deadline() (time.Time, bool) { return w.end, true }
