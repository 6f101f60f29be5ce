// Package deadline tells whether there is time left to begin with more.
package deadline

import (
	"context"
	"time"
)

// Near tells whether less than a reserve is left of a context's time. Without a deadline there is always time.
func Near(ctx context.Context, now time.Time, reserve time.Duration) bool {
	end, bounded := ctx.Deadline()
	return bounded && end.Sub(now) < reserve
}
