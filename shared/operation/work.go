package operation

import (
	"context"
	"errors"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/resource"
)

// Task is one item whose turn has come.
type Task struct {
	Caller    access.Caller // the originator, with the rights that it has now
	Operation *Operation
	Item      Item
	EventID   string // of the event by which its effect is recognised

	// Shallow has Judge tell only what is cheap to know, because an answer waits for it: it reads no list beyond one page of it, and need
	// tell no forecast. A refusal that takes more is told by Do. It is set where one account is accepted.
	Shallow bool

	// Taken is what items before this one would take of the new owner's capacity. Judge adds it to what the item asks for before it asks
	// the owner's limits. In the forecast Capacity is what the item alone asks for, and Available what Taken leaves.
	Taken resource.Demand
}

// Work is what operations of a kind do.
type Work interface {
	// Do has the effect on one item, once: a second call with the same event's id changes nothing. A fault says why the item
	// fails. Anything else, and Unavailable, is tried again later.
	Do(ctx context.Context, task Task) error
	// Judge says what Do would do, or why it would not, and changes nothing. Errors: those of Do, with what is known of the
	// forecast all the same.
	Judge(ctx context.Context, task Task) (Forecast, error)
}

// Resumed is work whose items are begun before they take effect: what has begun is brought to its end, whoever cancels it.
type Resumed interface {
	// Begun tells whether the operation has begun the item.
	Begun(ctx context.Context, task Task) (bool, error)
}

// errSettles is behind the fault of an item that has begun and waits.
var errSettles = errors.New("it settles")

// Settling returns the fault of an item that has begun, and goes on in the workflow's next round: neither it nor the storage has failed.
func Settling(why string) error { return fault.Because(errSettles, fault.Unavailable, "%s", why) }

// Settles tells whether an item only waits.
func Settles(err error) bool { return errors.Is(err, errSettles) }
