package gate

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// denialEvery is how often the log repeats that the token is rejected.
const denialEvery = time.Minute

// Follower reads the feed and voids the answers that its entries concern.
type Follower struct {
	Feed     Feed
	Cache    *Cache
	Interval time.Duration
	Random   func() float64
	Log      *slog.Logger

	mu       sync.Mutex
	cursor   string
	saved    string // the cursor that is stored
	failures int
	health   Health
	said     time.Time // when the log last said that the token is rejected
}

// Health says how the reading of the feed goes.
type Health struct {
	LastRead time.Time // last successful read, or zero
	Error    string    // of the last read, or ""
	IsDenied bool      // the service rejects the API token
	Restarts uint64    // how often the cursor had expired
}

// Health returns how the reading of the feed goes.
func (f *Follower) Health() Health {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.health
}

// Run follows the feed from the stored cursor until the context ends.
func (f *Follower) Run(ctx context.Context, storedCursor string) {
	f.cursor, f.saved = storedCursor, storedCursor
	for {
		more, err := f.read(ctx)
		if ctx.Err() != nil {
			return
		}
		pause := f.note(err)
		if err != nil || !more {
			f.Cache.SetSynced()
		}
		f.saveCursor()
		if err == nil && more {
			continue
		}
		if !sleep(ctx, pause) {
			return
		}
	}
}

// read reads one page. It reports whether there may be more.
func (f *Follower) read(ctx context.Context) (bool, error) {
	if f.cursor == "" {
		return false, f.restart(ctx)
	}
	page, err := f.Feed.Changes(ctx, f.cursor)
	if errors.Is(err, ErrCursorExpired) {
		f.Log.WarnContext(ctx, "the feed's cursor has expired: all domains are asked again")
		f.mu.Lock()
		f.health.Restarts++
		f.mu.Unlock()
		return false, f.restart(ctx)
	}
	if err != nil {
		return false, err
	}
	f.Cache.Apply(page.Entries)
	hasMore := len(page.Entries) > 0 && page.Cursor != f.cursor
	if page.Cursor != "" {
		f.cursor = page.Cursor
	}
	return hasMore, nil
}

// restart takes a new cursor, and then voids all answers. In this order no change is missed.
func (f *Follower) restart(ctx context.Context) error {
	cursor, err := f.Feed.Start(ctx)
	if err != nil {
		return err
	}
	f.Cache.VoidAll()
	f.cursor = cursor
	return nil
}

// saveCursor stores the cursor once all answers that the entries before it concern are stored. After a crash, the
// entries of the others thus come again.
func (f *Follower) saveCursor() {
	if f.cursor == f.saved || !f.Cache.IsSettled() {
		return
	}
	if err := f.Cache.Keeper.SaveCursor(f.cursor); err != nil {
		f.Log.Error("cannot store the feed's cursor", slog.String("error", err.Error()))
		return
	}
	f.saved = f.cursor
}

// note keeps the outcome of a read, and returns the pause before the next.
func (f *Follower) note(err error) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if err == nil {
		if f.failures > 0 {
			f.Log.Info("the service answers again")
		}
		f.failures = 0
		f.health.LastRead, f.health.Error, f.health.IsDenied = now, "", false
		f.Cache.breaker.succeed()
		return f.Interval + time.Duration((f.Random()-0.5)*0.4*float64(f.Interval))
	}
	f.failures++
	f.health.Error, f.health.IsDenied = err.Error(), errors.Is(err, ErrDenied)
	switch {
	case f.health.IsDenied && now.Sub(f.said) >= denialEvery:
		f.said = now
		f.Log.Error("THE SERVICE REJECTS THE API TOKEN of this node: no suspension reaches it. "+
			"All domains keep their last known state. Create a token with the scope gate:read",
			slog.String("error", err.Error()))
	case f.failures == 1 && !f.health.IsDenied:
		f.Log.Warn("the service does not answer: all domains keep their last known state",
			slog.String("error", err.Error()))
	}
	pause := backoff(f.failures, f.Random())
	if unavailable, isUnavailable := errors.AsType[*Unavailable](err); isUnavailable {
		pause = max(pause, min(unavailable.RetryAfter, maxRetryAfter))
	}
	return pause
}
