// Package due carries out what has come due: what is to happen at a time, and what must be told once it has.
//
// Nothing depends on it being in time. Whether a hold is in force is judged whenever that matters; the sweep brings after it what
// cannot be judged on reading: places in lists, counts, events, and operations that begin at a date.
package due

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"tenantry/shared/deadline"
)

// Kind tells what is due.
type Kind string

// The kinds.
const (
	Account      Kind = "account"
	Subscription Kind = "subscription"
	Operation    Kind = "operation"
)

// Item is something that came due at a time, as the index of what is due has it: it may be outdated.
type Item struct {
	Kind Kind
	ID   string
	At   time.Time // to the millisecond; what is due no longer has this time when it was changed meanwhile; zero where it cannot be read

	RequestID string // of the sweep, for the audit trail
}

// Handler does what is due, once: it reads the item anew, consistently, and does nothing when it is not due at this very time
// any more. After that the item is due at a later time or not at all.
type Handler interface {
	Due(ctx context.Context, item Item) error
}

// Page is a part of what is due in a shard, the oldest first.
type Page struct {
	Items []Item
	Next  string // where to go on; "" at the end
}

// Store reads what is due.
type Store interface {
	// DueShards is how many shards there are.
	DueShards() int
	// ReadDue reads of a shard what is due until a time, eventually consistent, after where another page ended.
	ReadDue(ctx context.Context, shard int, until time.Time, after string, limit int) (Page, error)
}

// Sweep carries out what is due.
type Sweep struct {
	Store    Store
	Handlers map[Kind]Handler
	Now      func() time.Time
}

// Outcome is what a sweep did.
type Outcome struct {
	Done       int  `json:"done"`
	Failed     int  `json:"failed"`
	Unfinished bool `json:"unfinished"` // it ran out of time; the next sweep goes on

	Late time.Duration `json:"-"` // how long ago the oldest came due
}

// LogValue shows the outcome in a log line, from which an alarm is raised.
func (o Outcome) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int("done", o.Done), slog.Int("failed", o.Failed), slog.Bool("unfinished", o.Unfinished),
		slog.Int64("lateSeconds", int64(o.Late/time.Second)),
	)
}

const (
	pageSize = 100
	// reserve is how much of its time a sweep leaves, to end what it has begun.
	reserve = 10 * time.Second
)

// Run sweeps all shards side by side until nothing is due or its time comes to an end. What fails is left for the next sweep
// and keeps nothing else. Errors: those of items and of reading, joined.
func (s Sweep) Run(ctx context.Context, requestID string, _ struct{}) (Outcome, error) {
	until := s.Now()
	shards := make([]Outcome, s.Store.DueShards())
	errs := make([]error, len(shards))
	var all sync.WaitGroup
	for i := range shards {
		all.Go(func() { shards[i], errs[i] = s.shard(ctx, i, until, requestID) })
	}
	all.Wait()
	var sum Outcome
	for _, one := range shards {
		sum.Done += one.Done
		sum.Failed += one.Failed
		sum.Unfinished = sum.Unfinished || one.Unfinished
		sum.Late = max(sum.Late, one.Late)
	}
	return sum, errors.Join(errs...)
}

// mostErrors is how many errors of a shard are told.
const mostErrors = 3

func (s Sweep) shard(ctx context.Context, shard int, until time.Time, requestID string) (sum Outcome, told error) {
	for after := ""; ; {
		page, err := s.Store.ReadDue(ctx, shard, until, after, pageSize)
		if err != nil {
			return sum, errors.Join(told, err)
		}
		for _, item := range page.Items {
			if s.isOver(ctx) {
				sum.Unfinished = true
				return sum, told
			}
			if !item.At.IsZero() {
				sum.Late = max(sum.Late, until.Sub(item.At))
			}
			item.RequestID = requestID
			if err := s.handle(ctx, item); err != nil {
				if sum.Failed++; sum.Failed <= mostErrors {
					told = errors.Join(told, err)
				}
				continue
			}
			sum.Done++
		}
		if after = page.Next; after == "" {
			return sum, told
		}
	}
}

func (s Sweep) isOver(ctx context.Context) bool {
	return ctx.Err() != nil || deadline.Near(ctx, s.Now(), reserve)
}

func (s Sweep) handle(ctx context.Context, item Item) error {
	handler, known := s.Handlers[item.Kind]
	if !known {
		return fmt.Errorf("nobody handles what is due of the kind %q", item.Kind)
	}
	if err := handler.Due(ctx, item); err != nil {
		return fmt.Errorf("%s %s: %w", item.Kind, item.ID, err)
	}
	return nil
}
