package operation

import (
	"context"
	"errors"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/resource"
)

// Job is one item to process.
type Job struct {
	Caller    access.Caller // the originator, with its current rights
	Operation *Operation
	Item      Item
	EventID   string // id of the event that Process writes; the item has been processed if the event exists

	// EarlierDemand is what the previous items of a preview need from the limits of the new owner. Preview adds it to
	// what this item needs before it checks the limits. In the forecast, Capacity is what this item needs, and
	// Available is what the previous items leave.
	EarlierDemand resource.Demand
}

// Processor processes the items of one kind of operation.
type Processor interface {
	// Process processes one item. It takes effect once: a second call with the same event id changes nothing. It
	// returns a fault that says why the item fails. After fault.Unavailable, fault.TooManyRequests and errors that are
	// no faults, it is called again.
	Process(ctx context.Context, job Job) error
	// Preview returns what Process would do, and changes nothing. It returns the errors of Process, together with the
	// part of the forecast that is known.
	Preview(ctx context.Context, job Job) (Forecast, error)
}

// GroupProcessor is a Processor that reads what it needs for several items at once.
type GroupProcessor interface {
	Processor
	// ForGroup returns a Processor for the items. It reads what the Processor needs for them, strongly consistent.
	ForGroup(ctx context.Context, items []Item) (Processor, error)
}

// ResumableProcessor is a Processor that needs several writes for an item. An item that has started is completed, even
// if the operation is cancelled.
type ResumableProcessor interface {
	// HasStarted reports whether the operation has started the item.
	HasStarted(ctx context.Context, job Job) (bool, error)
}

// StartingProcessor is a ResumableProcessor whose items can be started in the transaction that accepts a single
// operation.
type StartingProcessor interface {
	ResumableProcessor
	// Start returns the change that starts the item: it holds or closes the account for the operation. It returns nil if
	// the account stays as it is until Process changes it. It writes nothing. It returns the errors of Process that are
	// cheap to find, because a request waits for it: Start reads at most one page of each list.
	Start(ctx context.Context, job Job, target *account.Account) (*edit.AccountChange, error)
}

var errWaiting = errors.New("the item waits for the next round")

// Waiting returns the fault of an item that has started and must wait for the next round of the workflow. Neither the
// item nor the storage has failed.
func Waiting(reason string) error { return fault.Because(errWaiting, fault.Unavailable, "%s", reason) }

// IsWaiting reports whether an error was returned by Waiting.
func IsWaiting(err error) bool { return errors.Is(err, errWaiting) }
