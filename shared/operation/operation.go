// Package operation is long-running work on many customers: accepted at once, done in numbered batches, resumed after any
// crash, with an exact account of what was done to each.
//
// An accepted operation has its list of items in the store, or a filter that a plan step turns into one. A workflow runs its
// batches, each of which may run any number of times: what has taken effect is recognised by the event that was written with
// it, whose id is made from the operation, the beginning of the batch and the item's place in it.
package operation

import (
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// Kind tells what an operation does with its items.
type Kind string

// The kinds of operation.
const (
	Suspend  Kind = "suspend-customers"
	Activate Kind = "activate-customers"
	Remove   Kind = "remove-customers"
	Convert  Kind = "convert-customers"
	Move     Kind = "move-customers"
)

// countsSubscriptions tells whether what becomes of an item goes by its subscriptions.
func (k Kind) countsSubscriptions() bool { return k == Remove || k == Convert || k == Move }

// RunState tells how far an operation is.
type RunState string

// The states of operations.
const (
	Pending         RunState = "pending" // accepted; or waiting for its time
	Running         RunState = "running"
	Succeeded       RunState = "succeeded"        // all items succeeded
	PartiallyFailed RunState = "partially-failed" // some items failed
	Failed          RunState = "failed"           // no item succeeded
	Cancelled       RunState = "cancelled"        // what had not begun did not begin
)

// HasEnded tells whether nothing more will be done.
func (s RunState) HasEnded() bool { return s != Pending && s != Running }

// IDPrefix begins the ids of operations.
const IDPrefix = "op_"

// How an item list is cut. A chunk is what is stored together, a batch what is worked on together.
const (
	MaxItems     = 10_000 // that one request may name; a filter has no bound
	ChunkSize    = 500
	BatchSize    = 100
	ChunkBatches = ChunkSize / BatchSize
)

// Item is one thing to be done.
type Item struct {
	Customer account.ID
	Plan     string // which plan it is to get, where the kind needs one: an id, or plan.Custom
}

// Filter selects the customers whose list is made when the operation begins.
type Filter struct {
	Owner  account.ID     `json:"owner,omitempty" minLength:"1" doc:"Id of a reseller, or the word administrator. If absent, the filter matches all customers you can see."`
	Status account.Status `json:"status,omitempty" enum:"active,suspended" doc:"The customer's own status at the time the list is built. If absent, the filter matches both."`
}

// Parameters is what is to be done with every item, as far as it is the same for all.
type Parameters struct {
	Reason        string
	PublicMessage string
	Until         *time.Time
	Subscriptions string     // which holds on subscriptions an activation lifts
	AreResellers  bool       // the items are resellers
	WithCustomers bool       // and go with their customers
	NewOwner      account.ID // who is to own the customers: a reseller's id, or account.AdministratorOwner
}

// Operation is long-running work as it is stored.
type Operation struct {
	ID         string
	Kind       Kind
	State      RunState
	Preview    bool // it only says what would happen
	Originator account.ID
	Parameters Parameters
	Filter     *Filter    // nil where the items were named
	StartAt    *time.Time // nil for at once

	ListComplete    bool       // the item list is complete
	RefusalCode     fault.Code // why its filter's list was not completed: its originator had lost its rights
	PlanCursor      string     // where the plan goes on in the list of customers
	Rounds          int        // how often its attempt has gone through all batches
	GivenUp         bool       // what cannot be done is not tried any more
	Attempt         int        // of the workflow; those of an older attempt stop
	StartedBatches  int64      // batches that have begun
	FinishedBatches int64      // batches of which every item has an outcome

	Total, Succeeded, Failed, Cancelled int64

	CancelledAt *time.Time // when somebody asked for it
	CreatedAt   time.Time
	FinishedAt  *time.Time
	DueAt       *time.Time // when the sweep looks after it: to start it, or because nothing was heard of it
	Version     int64
}

// BatchCount is how many batches the items make.
func (o *Operation) BatchCount() int64 { return (o.Total + BatchSize - 1) / BatchSize }

// LocateBatch tells which chunk has the items of a batch, and where they begin in it.
func LocateBatch(batch int64) (chunk int64, at int) {
	return batch / ChunkBatches, int(batch%ChunkBatches) * BatchSize
}

// Batch is what is known of one numbered batch.
type Batch struct {
	Operation    string
	Number       int64
	StartedAt    time.Time
	Finished     bool
	Succeeded    int64
	Unsuccessful []ItemResult // of the items that did not succeed, in their order

	Forecasts map[int]Forecast // of a preview: what it tells of items, by their place in the batch; nil for nothing
}

// ItemResult is what became of an item that did not succeed.
type ItemResult struct {
	At       int // its place in the batch
	Customer account.ID
	State    RunState // Failed or Cancelled
	Code     fault.Code
	Detail   string
}

// View is an operation as callers see it.
type View struct {
	ID string `json:"id"`
	Progress
}

// Progress is how far an operation is, and what it is about.
type Progress struct {
	Kind        Kind       `json:"kind" enum:"suspend-customers,activate-customers,remove-customers,convert-customers,move-customers"`
	State       RunState   `json:"state" enum:"pending,running,succeeded,partially-failed,failed,cancelled" doc:"partially-failed means that some items failed, failed that all items failed, cancelled that the remaining items were not started."`
	Preview     bool       `json:"preview,omitempty" doc:"Whether this is a preview, which shows what would happen and changes nothing."`
	Originator  account.ID `json:"originator" doc:"Id of the account that started the operation. The operation uses the rights of this account."`
	Code        fault.Code `json:"code,omitempty" doc:"Why the list built from a filter is incomplete: the originator had lost its rights."`
	Total       int64      `json:"total" doc:"Number of items. Grows while the list is being built from a filter."`
	Succeeded   int64      `json:"succeeded" doc:"Number of items that have succeeded. In a preview, number of items that would succeed."`
	Failed      int64      `json:"failed" doc:"Number of items that have failed. …/items?status=failed lists the reasons."`
	Cancelled   int64      `json:"cancelled" doc:"Number of items that were cancelled before they started."`
	StartAt     *time.Time `json:"startAt,omitempty" doc:"Time at which the operation starts."`
	CancelledAt *time.Time `json:"cancelledAt,omitempty" doc:"Time at which the cancellation was requested."`
	CreatedAt   time.Time  `json:"createdAt"`
	FinishedAt  *time.Time `json:"finishedAt,omitempty"`
	Version     int64      `json:"version"`
}

func newView(o *Operation) View { return View{o.ID, newProgress(o)} }

func newProgress(o *Operation) Progress {
	return Progress{
		Kind: o.Kind, State: o.State, Preview: o.Preview, Originator: o.Originator, Code: o.RefusalCode, Total: o.Total, Succeeded: o.Succeeded,
		Failed: o.Failed, Cancelled: o.Cancelled, StartAt: o.StartAt, CancelledAt: o.CancelledAt, CreatedAt: o.CreatedAt,
		FinishedAt: o.FinishedAt, Version: o.Version,
	}
}
