package operation

import (
	"context"
	"errors"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/resource"
)

// Job is one item whose turn has come.
type Job struct {
	Caller    access.Caller // the originator, with the rights that it has now
	Operation *Operation
	Item      Item
	EventID   string // of the event by which its effect is recognised

	// Quick has Judge tell only what is cheap to know, because an answer waits for it: it reads no list beyond one page of it, and need
	// tell no forecast. A refusal that takes more is told by Do. It is set where one account is accepted.
	Quick bool

	// EarlierDemand is what items before this one would take of the new owner's capacity. Judge adds it to what the item asks for before it asks
	// the owner's limits. In the forecast Capacity is what the item alone asks for, and Available what Taken leaves.
	EarlierDemand resource.Demand
}

// Processor is what operations of a kind do.
type Processor interface {
	// Process has the effect on one item, once: a second call with the same event's id changes nothing. A fault says why the item
	// fails. Anything else, and Unavailable, is tried again later.
	Process(ctx context.Context, task Job) error
	// Preview says what Do would do, or why it would not, and changes nothing. Errors: those of Do, with what is known of the
	// forecast all the same.
	Preview(ctx context.Context, task Job) (Forecast, error)
}

// ResumableProcessor is work whose items are begun before they take effect: what has begun is brought to its end, whoever cancels it.
type ResumableProcessor interface {
	// HasStarted tells whether the operation has begun the item.
	HasStarted(ctx context.Context, task Job) (bool, error)
}

// errWaiting is behind the fault of an item that has begun and waits.
var errWaiting = errors.New("it settles")

// Waiting returns the fault of an item that has begun, and goes on in the workflow's next round: neither it nor the storage has failed.
func Waiting(why string) error { return fault.Because(errWaiting, fault.Unavailable, "%s", why) }

// IsWaiting tells whether an item only waits.
func IsWaiting(err error) bool { return errors.Is(err, errWaiting) }
