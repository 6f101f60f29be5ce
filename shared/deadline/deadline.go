// Package deadline says whether enough time is left to start more work.
package deadline

import (
	"context"
	"time"
)

// Near reports whether less than the reserve is left until the context's deadline. It returns false if there is no deadline.
func Near(ctx context.Context, now time.Time, reserve time.Duration) bool {
	end, ok := ctx.Deadline()
	return ok && end.Sub(now) < reserve
}
