// Package sweep processes what is due: accounts and subscriptions whose holds have begun or ended, operations that are
// to start or resume, removals that a request has left unfinished, deleted backups whose storage is to be erased again,
// and mails that were ordered and neither sent nor given up.
//
// Nothing depends on a sweep being on time. Whether a hold is in force is judged whenever an object is read (ADR 20),
// and a removed subscription is closed by the request that removes it (ADR 29). The sweep updates what cannot be judged
// then: list rows and counts. It also writes the events, and starts operations.
package sweep

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/metric"
)

// Kind is the kind of object that is due.
type Kind string

// The kinds of object that can be due.
const (
	Account      Kind = "account"
	Subscription Kind = "subscription"
	Operation    Kind = "operation"
	Backup       Kind = "backup" // a deleted one
	Mail         Kind = "mail"   // an owed one; its id is the id of the event that ordered it
)

// DueEntry is a row of the index of due objects. The index is eventually consistent, so the object may have changed since.
type DueEntry struct {
	Kind Kind
	ID   string
	At   time.Time // in whole milliseconds; zero if the index row is unreadable; the object is due only if it still has this time

	RequestID string // of the sweep, for the audit trail
}

// ErrUnfinished is the error of a handler that made progress and has more to do. Nothing went wrong.
var ErrUnfinished = errors.New("there is more to do")

// Handler processes due objects of one kind.
type Handler interface {
	// HandleDue reads the object anew, consistently, and does nothing unless it is still due at the entry's time.
	// Afterwards the object is due at a later time or not at all. Calling it again has no further effect. It starts no
	// work for which the time until the context's deadline may be too short: if it has made progress until then, it
	// returns ErrUnfinished and is called again.
	HandleDue(ctx context.Context, entry DueEntry) error
}

// Store reads the index of due objects, and keeps the retries of entries that failed.
type Store interface {
	// DueShards returns the number of shards of the index.
	DueShards() int
	// ReadDue returns the entries of a shard that are due by the time, oldest first, and the cursor of the next page. The
	// cursor is "" before the first page and after the last.
	ReadDue(
		ctx context.Context,
		shard int,
		until time.Time,
		cursor string,
		limit int,
	) (entries []DueEntry, next string, err error)
	// ReadRetries returns the retry of each entry. An entry without one has the zero Retry.
	ReadRetries(ctx context.Context, entries []DueEntry) ([]Retry, error)
	// WriteRetry replaces the retry of an entry.
	WriteRetry(ctx context.Context, entry DueEntry, retry Retry) error
	// DeleteRetry deletes the retry of an entry, if it has one.
	DeleteRetry(ctx context.Context, entry DueEntry) error
}

// Sweeper processes all due objects.
type Sweeper struct {
	Store    Store
	Handlers map[Kind]Handler
	Now      func() time.Time
}

const (
	pageSize = 500
	// maxEntries is how many entries of a shard a sweep reads.
	maxEntries = 10_000
	// entryTime is the longest time that a handler gets for an entry before the other entries have their turn.
	entryTime = 15 * time.Second
	// reserve is the time before its deadline at which a sweep stops, so that it can finish what it has begun.
	reserve = 10 * time.Second
	// maxErrors is how many errors of a lane are returned. The others are only counted.
	maxErrors = 3
)

// Run sweeps until nothing is due or its deadline is near. An entry that fails stays due and does not stop the others.
// Run returns the errors of entries and of reading, joined.
func (s Sweeper) Run(ctx context.Context, requestID string, _ struct{}) (Result, error) {
	now := s.Now()
	result, err := concurrently(
		s.Store.DueShards(),
		func(shard int) (Result, error) { return s.sweepShard(ctx, shard, now, requestID) },
	)
	metric.Record(ctx, metric.SweepLateness, result.Late.Seconds())
	metric.Record(ctx, metric.SweepStuck, float64(result.Stuck))
	return result, err
}

// concurrently runs the parts of a sweep and adds up their results. No part stops the others.
func concurrently(parts int, run func(part int) (Result, error)) (sum Result, _ error) {
	results, errs := make([]Result, parts), make([]error, parts)
	var group errgroup.Group
	for i := range parts {
		group.Go(func() error {
			results[i], errs[i] = run(i)
			return nil
		})
	}
	_ = group.Wait() // the errors are in errs
	for _, result := range results {
		sum.add(result)
	}
	return sum, errors.Join(errs...)
}

func (s Sweeper) sweepShard(ctx context.Context, shard int, now time.Time, requestID string) (Result, error) {
	entries, complete, readErr := s.readShard(ctx, shard, now, requestID)
	lanes := newLanes(entries, now)
	result, err := concurrently(len(lanes), func(i int) (Result, error) { return s.sweepLane(ctx, lanes[i], now) })
	result.Unfinished = result.Unfinished || readErr == nil && !complete
	return result, errors.Join(readErr, err)
}

// readShard returns the due entries of a shard, oldest first. Reports whether they are all. After an error it returns
// the entries that it has read.
func (s Sweeper) readShard(
	ctx context.Context,
	shard int,
	now time.Time,
	requestID string,
) (entries []DueEntry, complete bool, _ error) {
	for cursor := ""; len(entries) < maxEntries; {
		page, next, err := s.Store.ReadDue(ctx, shard, now, cursor, pageSize)
		if err != nil {
			return entries, false, err
		}
		for _, entry := range page {
			entry.RequestID = requestID
			entries = append(entries, entry)
		}
		if cursor = next; cursor == "" {
			return entries, true, nil
		}
	}
	return entries, false, nil
}
