// Package due does what is due: what happens at a time by itself, and work that a request has left.
//
// No rule depends on the sweep being on time. Whether a hold is in force is decided on reading, and a removed subscription is closed
// by the request that removes it. The sweep brings the rest: places in lists, counts, events, operations that begin at a date, and
// the end of removals.
package due

import (
	"context"
	"errors"
	"time"
)

// Kind is a kind of item.
type Kind string

// The kinds.
const (
	Account      Kind = "account"
	Subscription Kind = "subscription"
	Operation    Kind = "operation"
	Backup       Kind = "backup" // a deleted one, whose storage is erased again
)

// Item is something that is due at a time. It comes from an index, so it may be out of date.
type Item struct {
	Kind Kind
	ID   string
	At   time.Time // in milliseconds; zero if the row's time is not readable

	RequestID string // of the sweep, for the audit trail
}

// ErrUnfinished is the error of a handler that has done a part of its work in the time that it has. Nothing went wrong.
var ErrUnfinished = errors.New("there is more to do")

// Handler does what is due.
type Handler interface {
	// Due reads the item consistently and does what is due at exactly its time; then the item is due at a later time or not at all.
	// It does nothing if the item is not due at that time any more, so calling it again does no harm. It begins nothing that may take
	// it beyond the deadline of its context. It returns ErrUnfinished if it made progress and has more to do.
	Due(ctx context.Context, item Item) error
}

// Page is a part of a shard's due items, the oldest first.
type Page struct {
	Items []Item
	Next  string // where the next page begins; "" after the last page
}

// Store reads what is due, and keeps the retries of what could not be done.
type Store interface {
	// DueShards returns the number of shards.
	DueShards() int
	// ReadDue reads items of a shard that are due at a time, after an earlier page. It is eventually consistent.
	ReadDue(ctx context.Context, shard int, until time.Time, after string, limit int) (Page, error)
	// ReadRetries returns the retry of each item; the zero Retry for an item without one.
	ReadRetries(ctx context.Context, items []Item) ([]Retry, error)
	// WriteRetry replaces the retry of an item.
	WriteRetry(ctx context.Context, item Item, retry Retry) error
	// DeleteRetry deletes the retry of an item, if it has one.
	DeleteRetry(ctx context.Context, item Item) error
}
