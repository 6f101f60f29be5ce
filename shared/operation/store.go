package operation

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
)

// Update is one change of an operation. It holds only while the operation is at the version before.
type Update struct {
	Before, After Operation
	Event         *event.Event
	Record        *idempotency.Record
	Chunk         *Chunk // a part of its list that comes with it
}

// Chunk is a numbered part of an item list.
type Chunk struct {
	Number int64
	Items  []Item
}

// Store keeps operations.
type Store interface {
	// ReadOperation reads, consistently and at once, an operation and the record of the request; nil for what there is not.
	ReadOperation(ctx context.Context, id string, key idempotency.Key) (*Operation, *idempotency.Record, error)
	// ReadWithOriginator reads, consistently and at once, an operation and an account.
	ReadWithOriginator(ctx context.Context, id string, originator account.ID) (*Operation, *account.Account, error)
	// UpdateOperation writes a change. Errors: VersionMismatch when the operation has changed meanwhile; *idempotency.Replayed.
	UpdateOperation(ctx context.Context, change Update) error
	// ReadBatch reads, consistently and at once, an operation, a batch of it (nil before it has begun), and the batch's items.
	ReadBatch(ctx context.Context, id string, number int64) (*Operation, *Batch, []Item, error)
	// BeginBatch writes a batch that begins. Errors: Conflict when it has begun, or the operation is not running any more, is
	// cancelled, or has another attempt.
	BeginBatch(ctx context.Context, of *Operation, batch Batch, due time.Time) error
	// FinishBatch writes the outcome of a batch, and adds it to the operation's counts. Errors: Conflict when it has finished.
	FinishBatch(ctx context.Context, of *Operation, batch Batch, due time.Time) error
	// FindEvents tells which events of accounts there are.
	FindEvents(ctx context.Context, events []EventKey) (map[EventKey]bool, error)
	// ReadChunk reads a part of an item list with the batches of it that have begun.
	ReadChunk(ctx context.Context, id string, number int64) ([]Item, []Batch, error)
	// ListBatches returns the batches of an operation that have begun, in their order, from a number on, and whether there may
	// be more.
	ListBatches(ctx context.Context, id string, from int64, limit int) ([]Batch, bool, error)
	// ListOperations returns the newest operations first: those that somebody began, or with an empty id all; before one, and
	// whether there may be more.
	ListOperations(ctx context.Context, originator account.ID, before string, limit int) ([]Operation, bool, error)
}

// EventKey is where an event is.
type EventKey struct {
	Account account.ID
	ID      string
}
