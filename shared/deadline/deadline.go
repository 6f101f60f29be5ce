// Package deadline says whether enough time is left to start more work.
package deadline

import (
	"context"
	"time"
)

// Near reports whether less than the reserve is left until the context's deadline. It returns false if there is no
// deadline.
func Near(ctx context.Context, now time.Time, reserve time.Duration) bool {
	end, ok := ctx.Deadline()
	return ok && end.Sub(now) < reserve
}

// Within returns a context whose deadline is the end, or the context's own deadline if that is sooner. It is not
// cancelled at the end: work that asks Near stops in time, and calls that have begun have timeouts of their own.
func Within(ctx context.Context, end time.Time) context.Context {
	if own, ok := ctx.Deadline(); ok && own.Before(end) {
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
