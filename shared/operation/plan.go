package operation

import (
	"cmp"
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/search"
)

// BatchRange is the range of batches that one Map state of the workflow runs.
type BatchRange struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
}

// rangeSize is how many batches a range may have (AWS limit: States.ArrayRange returns at most 1,000 numbers).
const rangeSize = 1000

// PlanResult tells the workflow what to run.
type PlanResult struct {
	More   bool         `json:"more"` // the item list is not complete: call Plan again
	Groups []BatchRange `json:"groups"`
}

// Planner completes the item list of an operation and divides it into batches.
type Planner struct {
	Store interface {
		Store
		directory.SearchStore
		List(ctx context.Context, selection directory.Selection) (directory.Rows, error)
	}
	Now func() time.Time

	MaxPages int // that fill a chunk; 0 for the default
}

// planReserve is how much of the function's time must remain to add another chunk.
const planReserve = 15 * time.Second

// maxChunksPerCall is how many chunks one call adds.
const maxChunksPerCall = 40

// Plan starts the operation and extends its item list. It may be called any number of times.
func (p Planner) Plan(ctx context.Context, input ExecutionInput) (PlanResult, error) {
	result := PlanResult{Groups: []BatchRange{}}
	o, err := p.start(ctx, input)
	if err != nil || o == nil || o.State.HasEnded() || o.CancelledAt != nil && o.StartedBatches == 0 {
		return result, err
	}
	for added := 0; !o.ListComplete; added++ {
		if added == maxChunksPerCall || deadline.Near(ctx, p.Now(), planReserve) {
			result.More = true
			return result, nil
		}
		if o, err = p.addChunk(ctx, o); err != nil {
			return result, err
		}
	}
	for first := int64(0); first < o.BatchCount(); first += rangeSize {
		result.Groups = append(result.Groups, BatchRange{First: first, Last: min(first+rangeSize, o.BatchCount()) - 1})
	}
	return result, nil
}

// start sets the operation to Running and returns it. It returns nil if the operation does not exist or has another
// attempt.
func (p Planner) start(ctx context.Context, input ExecutionInput) (started *Operation, err error) {
	err = edit.Retry(func() (err error) {
		started, err = p.startOnce(ctx, input)
		return err
	})
	return started, err
}

// startOnce is one attempt of start. It returns fault.VersionMismatch if the operation has changed meanwhile.
func (p Planner) startOnce(ctx context.Context, input ExecutionInput) (*Operation, error) {
	o, _, err := p.Store.ReadOperation(ctx, input.Operation, idempotency.Key{})
	switch {
	case err != nil || o == nil || o.Attempt != input.Attempt:
		return nil, err
	case o.State != Pending || o.CancelledAt != nil:
		return o, nil
	}
	after := *o
	after.State = Running
	after.heard(p.Now())
	after.Version++
	if err := p.Store.UpdateOperation(ctx, Revision{Before: *o, After: after}); err != nil {
		return nil, err
	}
	return &after, nil
}

// addChunk adds the next chunk to the item list of an operation with a filter.
func (p Planner) addChunk(ctx context.Context, o *Operation) (*Operation, error) {
	_, originator, err := p.Store.ReadWithOriginator(ctx, o.ID, o.Originator)
	if err != nil {
		return nil, err
	}
	after := *o
	chunk, err := p.lastChunk(ctx, o)
	if err != nil {
		return nil, err
	}
	known := len(chunk.Items)
	if caller, refusal := originatorCaller(originator, p.Now()); refusal != nil {
		after.ListComplete, after.RefusalCode = true, fault.CodeOf(refusal)
	} else if err := p.fillChunk(ctx, caller, &after, &chunk); err != nil {
		return nil, err
	}
	after.Total += int64(len(chunk.Items) - known)
	after.heard(p.Now())
	after.Version++
	revision := Revision{Before: *o, After: after}
	if len(chunk.Items) > known {
		revision.Chunk = &chunk
	}
	if err := p.Store.UpdateOperation(ctx, revision); err != nil {
		return nil, err // if another call was faster, or the operation was cancelled, the workflow calls again
	}
	return &after, nil
}

// lastChunk returns the last chunk of the item list if it is not full, or else a new one.
func (p Planner) lastChunk(ctx context.Context, o *Operation) (chunk Chunk, err error) {
	chunk.Number = o.Total / ChunkSize
	if o.Total%ChunkSize > 0 {
		chunk.Extends = true
		chunk.Items, _, err = p.Store.ReadChunk(ctx, o.ID, chunk.Number)
	}
	return chunk, err
}

// maxPages is how many pages fill a chunk at most. A page of a search may have few customers, or none, after a thousand
// rows were read.
const maxPages = 20

// fillChunk adds the next customers that match the filter to a chunk. It advances the plan cursor, and completes the
// item list if there are no more customers. It may stop before the chunk is full.
func (p Planner) fillChunk(ctx context.Context, caller access.Caller, o *Operation, chunk *Chunk) error {
	owner := o.Filter.Owner
	if !caller.IsAdministrator() {
		owner = caller.OwnerID()
	}
	for pages := 0; len(chunk.Items) < ChunkSize && pages < cmp.Or(p.MaxPages, maxPages); pages++ {
		rows, err := p.list(ctx, directory.Selection{
			Kind: account.Customer, Owner: owner, Status: o.Filter.Status, Search: o.Filter.Search,
			Limit: ChunkSize - len(chunk.Items), After: o.PlanCursor,
		})
		if err != nil {
			return err
		}
		for i := range rows.Accounts {
			if row := &rows.Accounts[i]; o.Filter.Status == "" || row.Status(p.Now()) == o.Filter.Status {
				chunk.Items = append(chunk.Items, Item{Customer: row.ID})
			}
		}
		if o.PlanCursor = rows.Next; rows.Next == "" {
			o.ListComplete = true
			return nil
		}
	}
	return nil
}

// list returns a page of the selected customers: of a search, or in the order of their creation.
func (p Planner) list(ctx context.Context, selection directory.Selection) (directory.Rows, error) {
	if len(search.Words(selection.Search)) > 0 {
		return directory.Searcher{Store: p.Store, Now: p.Now}.Search(ctx, selection)
	}
	selection.Sort = directory.ByCreated
	return p.Store.List(ctx, selection)
}

// originatorCaller returns the originator as a caller with its current rights. It returns fault.Forbidden or
// fault.AccountSuspended if the originator may not continue the operation.
func originatorCaller(originator *account.Account, now time.Time) (access.Caller, error) {
	if originator == nil || !access.Managers.Has(originator.Kind) || originator.Lifecycle == account.Removing {
		return access.Caller{}, fault.New(fault.Forbidden, "The person who started this operation may no longer do this.")
	}
	if originator.Status(now) == account.Suspended {
		return access.Caller{}, fault.New(fault.AccountSuspended, "The person who started this operation is suspended.")
	}
	return access.Caller{Account: *originator}, nil
}
