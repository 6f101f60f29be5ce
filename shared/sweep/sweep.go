// Package sweep processes what has come due: accounts and subscriptions whose holds have begun or ended, and operations that are to
// start or resume.
//
// Nothing depends on a sweep being on time. Whether a hold is in force is judged whenever an object is read (ADR 20). The sweep
// updates what cannot be judged then: list rows and counts. It also writes the events, and starts operations.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/deadline"
)

// Kind is the kind of object that is due.
type Kind string

// The kinds of object that can be due.
const (
	Account      Kind = "account"
	Subscription Kind = "subscription"
	Operation    Kind = "operation"
)

// Entry is a row of the index of due objects. The index is eventually consistent, so the object may have changed since.
type Entry struct {
	Kind Kind
	ID   string
	At   time.Time // in whole milliseconds; zero if the index row is unreadable; the object is due only if it still has this time

	RequestID string // of the sweep, for the audit trail
}

// Handler processes due objects of one kind.
type Handler interface {
	// HandleDue reads the object anew, consistently, and does nothing unless it is still due at the entry's time. Afterwards the
	// object is due at a later time or not at all. Calling it again has no further effect.
	HandleDue(ctx context.Context, entry Entry) error
}

// Store reads the index of due objects.
type Store interface {
	// DueShards returns the number of shards of the index.
	DueShards() int
	// ReadDue returns the entries of a shard that are due by the time, oldest first, and the cursor of the next page. The cursor is ""
	// before the first page and after the last.
	ReadDue(ctx context.Context, shard int, until time.Time, cursor string, limit int) (entries []Entry, next string, err error)
}

// Sweeper processes all due objects.
type Sweeper struct {
	Store    Store
	Handlers map[Kind]Handler
	Now      func() time.Time
}

// Result counts what a sweep did.
type Result struct {
	Done       int  `json:"done"`
	Failed     int  `json:"failed"`
	Unfinished bool `json:"unfinished"` // the sweep ran out of time, and the next one continues

	Late time.Duration `json:"-"` // how long ago the oldest entry came due
}

// LogValue returns the result for the log line that the alarm on late sweeps reads.
func (r Result) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int("done", r.Done), slog.Int("failed", r.Failed), slog.Bool("unfinished", r.Unfinished),
		slog.Int64("lateSeconds", int64(r.Late/time.Second)),
	)
}

const (
	pageSize = 100
	// reserve is the time before its deadline at which a sweep stops, so that it can finish what it has begun.
	reserve = 10 * time.Second
	// maxErrors is how many errors of a shard are returned. The others are only counted.
	maxErrors = 3
)

// Run sweeps all shards concurrently until nothing is due or its deadline is near. An entry that fails stays due for the next sweep
// and does not stop the others. Run returns the errors of entries and of reading, joined.
func (s Sweeper) Run(ctx context.Context, requestID string, _ struct{}) (Result, error) {
	until := s.Now()
	shards := make([]Result, s.Store.DueShards())
	errs := make([]error, len(shards))
	var group errgroup.Group
	for i := range shards {
		group.Go(func() error {
			shards[i], errs[i] = s.sweepShard(ctx, i, until, requestID)
			return nil
		})
	}
	_ = group.Wait() // no shard stops the others
	var sum Result
	for _, shard := range shards {
		sum.Done += shard.Done
		sum.Failed += shard.Failed
		sum.Unfinished = sum.Unfinished || shard.Unfinished
		sum.Late = max(sum.Late, shard.Late)
	}
	return sum, errors.Join(errs...)
}

func (s Sweeper) sweepShard(ctx context.Context, shard int, until time.Time, requestID string) (result Result, failures error) {
	for cursor := ""; ; {
		entries, next, err := s.Store.ReadDue(ctx, shard, until, cursor, pageSize)
		if err != nil {
			return result, errors.Join(failures, err)
		}
		for _, entry := range entries {
			if ctx.Err() != nil || deadline.Near(ctx, s.Now(), reserve) {
				result.Unfinished = true
				return result, failures
			}
			if !entry.At.IsZero() {
				result.Late = max(result.Late, until.Sub(entry.At))
			}
			entry.RequestID = requestID
			if err := s.handle(ctx, entry); err != nil {
				if result.Failed++; result.Failed <= maxErrors {
					failures = errors.Join(failures, err)
				}
				continue
			}
			result.Done++
		}
		if cursor = next; cursor == "" {
			return result, failures
		}
	}
}

func (s Sweeper) handle(ctx context.Context, entry Entry) error {
	handler, known := s.Handlers[entry.Kind]
	if !known {
		return fmt.Errorf("no handler for due objects of the kind %q", entry.Kind)
	}
	if err := handler.HandleDue(ctx, entry); err != nil {
		return fmt.Errorf("%s %s: %w", entry.Kind, entry.ID, err)
	}
	return nil
}
