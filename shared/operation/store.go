package operation

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
)

// Revision is one change of an operation. It is written only if the operation still has the version of Before.
type Revision struct {
	Before, After Operation
	Event         *event.Event
	Record        *idempotency.Record
	Chunk         *Chunk              // added to the item list, or a longer one in place of its last chunk
	Release       *edit.AccountChange // releases the account that the acceptance has held
}

// Chunk is a numbered part of an item list.
type Chunk struct {
	Number  int64
	Items   []Item
	Extends bool // whether it replaces a shorter chunk with the same number
}

// Store stores operations. All reads but ListOperations are strongly consistent.
type Store interface {
	BatchStore
	// ReadOperation reads an operation and the record of a request. Either is nil if it does not exist.
	ReadOperation(ctx context.Context, id string, key idempotency.Key) (*Operation, *idempotency.Record, error)
	// ReadWithOriginator reads an operation and its originator. Either is nil if it does not exist.
	ReadWithOriginator(ctx context.Context, id string, originator account.ID) (*Operation, *account.Account, error)
	// UpdateOperation writes a revision. It returns fault.VersionMismatch if the operation, or the account that it
	// releases, has changed since it was read, and *idempotency.Replayed if the request was already answered.
	UpdateOperation(ctx context.Context, revision Revision) error
	// ListOperations returns the operations, or the previews, of an originator, or of all originators if originator is
	// "". It returns the newest first, from the one before a given id on, and reports whether there may be more.
	ListOperations(
		ctx context.Context, originator account.ID, arePreviews bool, before string, limit int,
	) ([]Operation, bool, error)
}

// BatchStore stores the item lists and batches of operations. All reads are strongly consistent.
type BatchStore interface {
	// ReadBatch reads an operation, one of its batches, and the batch's items. The batch is nil if it has not started.
	ReadBatch(ctx context.Context, id string, number int64) (*Operation, *Batch, []Item, error)
	// BeginBatch writes a batch that starts, and when the operation was heard of. It returns fault.Conflict if the batch
	// has started, or if the operation is not running, was cancelled, or has another attempt.
	BeginBatch(ctx context.Context, o *Operation, batch Batch, heardAt time.Time) error
	// FinishBatch writes the results of a batch, adds them to the operation's counts, and writes when the operation was
	// heard of. It returns fault.Conflict if the batch has finished.
	FinishBatch(ctx context.Context, o *Operation, batch Batch, heardAt time.Time) error
	// FindEvents reports which of the events exist.
	FindEvents(ctx context.Context, keys []EventKey) (map[EventKey]bool, error)
	// ReadChunk reads a chunk of an item list and those of its batches that have started.
	ReadChunk(ctx context.Context, id string, number int64) ([]Item, []Batch, error)
	// ListBatches returns the started batches of an operation in their order, from a number on, and whether there may
	// be more.
	ListBatches(ctx context.Context, id string, from int64, limit int) ([]Batch, bool, error)
}

// EventKey identifies an event in the trail of an account.
type EventKey struct {
	Account account.ID
	ID      string
}
