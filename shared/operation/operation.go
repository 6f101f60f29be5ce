// Package operation runs long work on many customers (ADR 21). An operation is accepted at once, processed in numbered
// batches, and resumed after a crash. It records the result of every item.
//
// The store contains the item list of an accepted operation. If the operation has a filter, the plan step builds the
// list first. A workflow runs the batches. Each batch may run several times: an item that has been processed is
// recognised by its event, whose id is derived from the operation, the start of the batch and the item's index in the
// batch.
package operation

import (
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// Kind is what an operation does with its items.
type Kind string

// The kinds of operation.
const (
	Suspend  Kind = "suspend-customers"
	Activate Kind = "activate-customers"
	Remove   Kind = "remove-customers"
	Convert  Kind = "convert-customers"
	Move     Kind = "move-customers"
)

// countsSubscriptions reports whether the preview of an item reads its subscriptions.
func (k Kind) countsSubscriptions() bool { return k == Remove || k == Convert || k == Move }

// RunState is the state of an operation or of one of its items.
type RunState string

// The states of operations. An item is Pending, Succeeded, Failed or Cancelled.
const (
	Pending         RunState = "pending" // accepted, but the workflow has not started yet, or StartAt is in the future
	Running         RunState = "running"
	Succeeded       RunState = "succeeded"        // all items succeeded
	PartiallyFailed RunState = "partially-failed" // some items failed
	Failed          RunState = "failed"           // no item succeeded
	Cancelled       RunState = "cancelled"        // the remaining items were not started
)

// HasEnded reports whether no more items will be processed.
func (s RunState) HasEnded() bool { return s != Pending && s != Running }

// IDPrefix begins the ids of operations.
const IDPrefix = "op_"

// An item list is stored in chunks and processed in batches.
const (
	MaxItems     = 10_000 // items in one request; a filter may match more customers
	ChunkSize    = 500    // items
	BatchSize    = 100    // items
	ChunkBatches = ChunkSize / BatchSize
)

// Item is one customer, or reseller, in an operation.
type Item struct {
	Customer account.ID
	Plan     string // the plan for the customer or its subscriptions: an id, plan.Custom, or "" for kinds without plans
}

// Filter selects the customers of an operation when its item list is built.
type Filter struct {
	Owner  account.ID     `json:"owner,omitempty" minLength:"1" doc:"Id of a reseller, or the word administrator. If absent, the filter matches all customers you can see."`
	Status account.Status `json:"status,omitempty" enum:"active,suspended" doc:"The customer's own status at the time the list is built. If absent, the filter matches both."`
	Search string         `json:"search,omitempty" maxLength:"200" doc:"Words that the customer contains, as in GET /v1/customers, at the time the list is built."`
}

// Parameters are the parts of a request that are the same for all items.
type Parameters struct {
	Reason        string
	PublicMessage string
	Until         *time.Time
	Subscriptions string     // Activate: which holds on subscriptions are lifted
	AreResellers  bool       // Remove: the items are resellers
	WithCustomers bool       // Remove: the resellers' customers are removed too
	NewOwner      account.ID // who will own the customers: a reseller's id, or account.AdministratorOwner
}

// Operation is long-running work, as it is stored.
type Operation struct {
	ID         string
	Kind       Kind
	State      RunState
	Preview    bool // the operation changes nothing
	Originator account.ID
	Parameters Parameters
	Filter     *Filter    // nil if the request named the items
	StartAt    *time.Time // nil to start at once
	Held       account.ID // the account that the acceptance has held or closed; "" if there is none

	ListComplete    bool       // all items are in the item list
	RefusalCode     fault.Code // why the list of a filter is incomplete: the originator had lost its rights
	PlanCursor      string     // where planning continues in the list of customers
	Rounds          int        // how often the current attempt has gone through all batches
	GivenUp         bool       // items that fail temporarily are not tried again
	Attempt         int        // number of the current execution of the workflow; older executions stop
	StartedBatches  int64
	FinishedBatches int64 // batches in which every item has a result

	Total, Succeeded, Failed, Cancelled int64 // items

	CancelledAt *time.Time // when the cancellation was requested
	CreatedAt   time.Time
	FinishedAt  *time.Time
	HeardAt     time.Time  // when the operation was accepted, started or resumed, or last made progress
	DueAt       *time.Time // when the sweep starts the operation, checks whether its execution still runs, or deletes its texts
	Version     int64
}

// checkDelay is how long an operation may be silent before the sweep checks it. The sweep runs every minute, so it checks
// a running operation at most once a minute, and finds a stopped one about a minute after its last progress.
const checkDelay = 5 * time.Second

// NextCheck returns when the sweep checks an operation that was last heard of at a time.
func NextCheck(heardAt time.Time) time.Time { return heardAt.Add(checkDelay) }

// heard records a sign of progress.
func (o *Operation) heard(now time.Time) {
	now = now.UTC()
	due := NextCheck(now)
	o.HeardAt, o.DueAt = now, &due
}

// BatchCount returns the number of batches in the item list.
func (o *Operation) BatchCount() int64 { return (o.Total + BatchSize - 1) / BatchSize }

// LocateBatch returns the number of the chunk that contains a batch, and the index of the batch's first item in this
// chunk.
func LocateBatch(batch int64) (chunk int64, first int) {
	return batch / ChunkBatches, int(batch%ChunkBatches) * BatchSize
}

// Batch is one numbered batch that has started.
type Batch struct {
	Operation    string
	Number       int64
	StartedAt    time.Time
	Finished     bool
	Succeeded    int64
	Unsuccessful []ItemResult // of the items that failed or were cancelled, in their order

	Forecasts map[int]Forecast // in a preview: the forecasts that are not empty, by the item's index in the batch
}

// ItemResult is the result of an item that failed or was cancelled. It is stored as JSON.
type ItemResult struct {
	Index    int `json:"At"` // in the batch
	Customer account.ID
	Plan     string   `json:",omitempty"` // see Item; absent in old results
	State    RunState // Failed or Cancelled
	Code     fault.Code
	Detail   string
}

// OperationView is an operation as callers see it.
type OperationView struct {
	ID string `json:"id"`
	Progress
}

// Progress is what callers see of an operation, except for its id.
type Progress struct {
	Kind           Kind            `json:"kind" enum:"suspend-customers,activate-customers,remove-customers,convert-customers,move-customers"`
	State          RunState        `json:"state" enum:"pending,running,succeeded,partially-failed,failed,cancelled" doc:"partially-failed means that some items failed, failed that all items failed, cancelled that the remaining items were not started."`
	Preview        bool            `json:"preview,omitempty" doc:"Whether this is a preview, which shows what would happen and changes nothing."`
	Originator     account.ID      `json:"originator" doc:"Id of the account that started the operation. The operation uses the rights of this account."`
	OriginatorName string          `json:"originatorName,omitempty" doc:"Present name of that account. Absent if the account was removed, and in the response to the request that starts the operation."`
	Parameters     *ParametersView `json:"parameters,omitempty" doc:"What the operation was asked to do. Absent if there is nothing to say besides its kind."`
	Code           fault.Code      `json:"code,omitempty" doc:"Why the list built from a filter is incomplete: the originator had lost its rights."`
	Total          int64           `json:"total" doc:"Number of items. Grows while the list is being built from a filter."`
	Succeeded      int64           `json:"succeeded" doc:"Number of items that have succeeded. In a preview, number of items that would succeed."`
	Failed         int64           `json:"failed" doc:"Number of items that have failed. …/items?status=failed lists the reasons."`
	Cancelled      int64           `json:"cancelled" doc:"Number of items that were cancelled before they started."`
	StartAt        *time.Time      `json:"startAt,omitempty" doc:"Time at which the operation starts."`
	CancelledAt    *time.Time      `json:"cancelledAt,omitempty" doc:"Time at which the cancellation was requested."`
	CreatedAt      time.Time       `json:"createdAt"`
	LastHeardAt    time.Time       `json:"lastHeardAt" doc:"Time of the last sign of progress: the operation was accepted, started or resumed, or some items were started or finished. An operation that seems to have stopped is resumed within about a minute."`
	FinishedAt     *time.Time      `json:"finishedAt,omitempty"`
	Version        int64           `json:"version"`
}

func newView(o *Operation) OperationView { return OperationView{o.ID, newProgress(o)} }

func newProgress(o *Operation) Progress {
	return Progress{
		Kind: o.Kind, State: o.State, Preview: o.Preview, Originator: o.Originator, Parameters: viewParameters(o),
		Code:  o.RefusalCode,
		Total: o.Total, Succeeded: o.Succeeded, Failed: o.Failed, Cancelled: o.Cancelled,
		StartAt: o.StartAt, CancelledAt: o.CancelledAt, CreatedAt: o.CreatedAt, LastHeardAt: o.HeardAt,
		FinishedAt: o.FinishedAt, Version: o.Version,
	}
}
