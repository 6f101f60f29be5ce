package operation

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// BatchRange is a range of batches that one map of the workflow goes through.
type BatchRange struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
}

// rangeSize is the most numbers that a workflow makes of a range (States.ArrayRange).
const rangeSize = 1000

// PlanResult tells the workflow how to go on.
type PlanResult struct {
	More   bool         `json:"more"` // the list is not complete yet: plan again
	Groups []BatchRange `json:"groups"`
}

// Planner completes the item list of an operation and cuts it into batches.
type Planner struct {
	Store interface {
		Store
		List(ctx context.Context, selection directory.Selection) (directory.Rows, error)
	}
	Now func() time.Time
}

// planReserve is how much of its function's time a plan leaves unused when it stops to be called again.
const planReserve = 15 * time.Second

// maxChunksPerCall is the most chunks that one call adds.
const maxChunksPerCall = 40

// Plan goes on with the plan of an attempt. It may be called any number of times.
func (p Planner) Plan(ctx context.Context, start Execution) (PlanResult, error) {
	planned := PlanResult{Groups: []BatchRange{}}
	o, err := p.start(ctx, start)
	if err != nil || o == nil || o.State.HasEnded() || o.CancelledAt != nil && o.StartedBatches == 0 {
		return planned, err
	}
	for added := 0; !o.ListComplete; added++ {
		if added == maxChunksPerCall || deadline.Near(ctx, p.Now(), planReserve) {
			planned.More = true
			return planned, nil
		}
		if o, err = p.addChunk(ctx, o); err != nil {
			return planned, err
		}
	}
	for first := int64(0); first < o.BatchCount(); first += rangeSize {
		planned.Groups = append(planned.Groups, BatchRange{First: first, Last: min(first+rangeSize, o.BatchCount()) - 1})
	}
	return planned, nil
}

// start reads the operation and sees that it is running. It returns nil when there is nothing to do for this attempt.
func (p Planner) start(ctx context.Context, start Execution) (*Operation, error) {
	return retried(ctx, func() (*Operation, error) {
		o, _, err := p.Store.ReadOperation(ctx, start.Operation, idempotency.Key{})
		if err != nil || o == nil || o.Attempt != start.Attempt || o.State != Pending || o.CancelledAt != nil {
			if o != nil && o.Attempt != start.Attempt {
				o = nil
			}
			return o, err
		}
		after := *o
		due := p.Now().UTC().Add(idleTimeout)
		after.State, after.DueAt = Running, &due
		after.Version++
		return &after, p.Store.UpdateOperation(ctx, Update{Before: *o, After: after})
	})
}

// addChunk adds one chunk to the list of an operation with a filter, and completes it when there are no more.
func (p Planner) addChunk(ctx context.Context, o *Operation) (*Operation, error) {
	_, originator, err := p.Store.ReadWithOriginator(ctx, o.ID, o.Originator)
	if err != nil {
		return nil, err
	}
	after := *o
	chunk := Chunk{Number: o.Total / ChunkSize}
	if caller, refusal := originatorCaller(originator, p.Now()); refusal != nil {
		after.ListComplete, after.RefusalCode = true, fault.CodeOf(refusal) // without its rights there is nothing to be found
	} else if err := p.fillChunk(ctx, caller, &after, &chunk); err != nil {
		return nil, err
	}
	due := p.Now().UTC().Add(idleTimeout)
	after.Total, after.DueAt = after.Total+int64(len(chunk.Items)), &due
	after.Version++
	change := Update{Before: *o, After: after}
	if len(chunk.Items) > 0 {
		change.Chunk = &chunk
	}
	if err := p.Store.UpdateOperation(ctx, change); err != nil {
		return nil, err // somebody else plans it, or it was cancelled: the workflow calls again
	}
	return &after, nil
}

// fillChunk fills a chunk from the list of customers.
func (p Planner) fillChunk(ctx context.Context, caller access.Caller, o *Operation, chunk *Chunk) error {
	owner := o.Filter.Owner
	if !caller.IsAdministrator() {
		owner = caller.OwnerID()
	}
	for len(chunk.Items) < ChunkSize {
		rows, err := p.Store.List(ctx, directory.Selection{
			Kind: account.Customer, Owner: owner, Status: o.Filter.Status, Sort: directory.ByCreated, Limit: ChunkSize - len(chunk.Items), After: o.PlanCursor,
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

// maxTries is how often a change is made anew on a newer version.
const maxTries = 8

// retried does something that somebody else may have been first with, again on what is there then.
func retried[T any](ctx context.Context, do func() (T, error)) (made T, err error) {
	for range maxTries {
		made, err = do()
		if !fault.Is(err, fault.VersionMismatch) || ctx.Err() != nil {
			return made, err
		}
	}
	return made, fault.Because(err, fault.Unavailable, "Too many requests changed this operation at the same time. Try again.")
}

// originatorCaller returns with whose rights an operation works now. Errors: why its originator may not any more.
func originatorCaller(originator *account.Account, now time.Time) (access.Caller, error) {
	if originator == nil || !access.Managers.Has(originator.Kind) || originator.Lifecycle == account.Removing {
		return access.Caller{}, fault.New(fault.Forbidden, "The person who started this operation may no longer do this.")
	}
	if originator.Status(now) == account.Suspended {
		return access.Caller{}, fault.New(fault.AccountSuspended, "The person who started this operation is suspended.")
	}
	return access.Caller{Account: *originator}, nil
}
