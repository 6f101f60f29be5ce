package operation

import (
	"context"
	"slices"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Acceptance is the transaction that stores an accepted operation.
type Acceptance struct {
	Operation Operation
	Chunks    [][]Item            // ChunkSize items each, the last chunk may be shorter; empty if the operation has a filter
	Start     *edit.AccountChange // holds or closes the account of a single operation
	Event     event.Event
	Record    *idempotency.Record
}

// AcceptStore stores accepted operations.
type AcceptStore interface {
	edit.Records
	// AcceptOperation writes an operation. It returns *idempotency.Replayed if the request was already answered. With a
	// Start it returns fault.VersionMismatch if the account has changed since it was read, and fault.Conflict if the
	// Start closes a reseller that has customers and must not have any.
	AcceptOperation(ctx context.Context, acceptance Acceptance) error
	// ReadAccount reads an account, or nil if it does not exist.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// ReadOwner reads an account, or nil if it does not exist, and the record of a request. The account is also nil for
	// account.AdministratorOwner.
	ReadOwner(ctx context.Context, id account.ID, key idempotency.Key) (*account.Account, *idempotency.Record, error)
	// ReadAccountsNow reads accounts, strongly consistent. It leaves out those that do not exist.
	ReadAccountsNow(ctx context.Context, ids []account.ID) ([]account.Account, error)
}

// Acceptor accepts operations.
type Acceptor struct {
	Store      AcceptStore
	Processors map[Kind]Processor // for previews
	NewID      func(prefix string) string
	Now        func() time.Time
}

// AcceptResponse is the response to a request for an operation. A small preview is complete in the response: it has
// items and no id.
type AcceptResponse struct {
	ID string `json:"id,omitempty" doc:"Id of the operation. Absent if the answer is a complete preview."`
	Progress
	Items []ItemView `json:"items,omitempty" doc:"What would happen to each item. Present only if the answer is a complete preview."`
}

// Accept accepts an operation on customers. The operation is stored, and processed later. It returns
// fault.InvalidRequest for bad input, fault.Forbidden if a filter names an owner whose customers the caller may not
// change, and fault.NotFound if an owner in the input does not exist.
func (a Acceptor) Accept(
	ctx context.Context, caller access.Caller, meta request.Metadata, kind Kind, input NewOperation,
) (AcceptResponse, error) {
	now := a.Now()
	if err := input.validate(caller, kind, now); err != nil {
		return AcceptResponse{}, err
	}
	if input.DryRun {
		input.StartAt = nil // a preview does not wait for the time
	}
	if err := a.validateOwners(ctx, caller, kind, input); err != nil {
		return edit.Refuse[AcceptResponse](ctx, a.Store, meta.Key, err)
	}
	if canPreview, err := a.canPreviewNow(ctx, caller, kind, input); err != nil {
		return AcceptResponse{}, err
	} else if canPreview {
		return a.preview(ctx, caller, kind, input, now)
	}
	editor := edit.Editor{Records: a.Store, Now: a.Now}
	acceptance, response := a.prepare(caller, meta, kind, input, now)
	return edit.Create(ctx, editor, meta, func(time.Time) (edit.Outcome[AcceptResponse], error) {
		return edit.Outcome[AcceptResponse]{Answer: response, Write: a.write(acceptance)}, nil
	})
}

// prepare returns a new operation with its event, and the response to its request.
func (a Acceptor) prepare(
	caller access.Caller, meta request.Metadata, kind Kind, input NewOperation, now time.Time,
) (Acceptance, AcceptResponse) {
	o := Operation{
		ID: a.NewID(IDPrefix), Kind: kind, State: Pending, Preview: input.DryRun, Originator: caller.Account.ID,
		Parameters: input.Parameters, Filter: input.Filter, StartAt: clock.TruncateOptional(input.StartAt),
		ListComplete: input.Filter == nil, Total: int64(len(input.Items)), CreatedAt: now, Version: 1,
	}
	o.Parameters.Until = clock.TruncateOptional(o.Parameters.Until)
	o.heard(now)
	name := event.OperationStarted
	if o.StartAt == nil || !o.StartAt.After(now) {
		o.Attempt = 1
	} else {
		o.DueAt, name = o.StartAt, event.OperationAccepted
	}
	acceptance := Acceptance{Operation: o, Chunks: slices.Collect(slices.Chunk(input.Items, ChunkSize))}
	acceptance.Event = newEvent(a.NewID, name, &o, &caller.Account, caller.Account.ID, meta.ID, now)
	return acceptance, AcceptResponse{ID: o.ID, Progress: newProgress(&o)}
}

// write returns the write of an acceptance.
func (a Acceptor) write(acceptance Acceptance) func(context.Context, *idempotency.Record) error {
	return func(ctx context.Context, record *idempotency.Record) error {
		acceptance.Record = record
		return a.Store.AcceptOperation(ctx, acceptance)
	}
}

// validateOwners rejects a filter or a move that names an unknown owner.
func (a Acceptor) validateOwners(ctx context.Context, caller access.Caller, kind Kind, input NewOperation) error {
	if input.Filter != nil && input.Filter.Owner != caller.OwnerID() {
		if err := a.validateOwner(ctx, input.Filter.Owner, "/filter/owner"); err != nil {
			return err
		}
	}
	if kind == Move && caller.IsAdministrator() && !input.single { // for a single item, Preview checks the owner
		return a.validateOwner(ctx, input.Parameters.NewOwner, "/owner")
	}
	return nil
}

// validateOwner returns fault.NotFound unless the id belongs to a reseller or is account.AdministratorOwner. The
// pointer names the invalid part of the request.
func (a Acceptor) validateOwner(ctx context.Context, id account.ID, pointer string) error {
	if id == "" || id == account.AdministratorOwner {
		return nil
	}
	owner, err := a.Store.ReadAccount(ctx, id)
	if err == nil && (owner == nil || owner.Kind != account.Reseller) {
		err = account.UnknownOwner(pointer)
	}
	return err
}
