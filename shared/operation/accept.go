package operation

import (
	"context"
	"slices"
	"strconv"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Acceptance is everything that is written when an operation is accepted, together or not at all.
type Acceptance struct {
	Operation Operation
	Chunks    [][]Item // of ChunkSize, the last one shorter; none for a filter
	Event     event.Event
	Record    *idempotency.Record
}

// AcceptStore keeps accepted operations.
type AcceptStore interface {
	// AcceptOperation writes an operation. Errors: *idempotency.Replayed.
	AcceptOperation(ctx context.Context, accepting Acceptance) error
	// ReadAccount reads an account; nil when there is none.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// ReadAccountsNow reads accounts by id, consistently; those that do not exist are left out.
	ReadAccountsNow(ctx context.Context, ids []account.ID) ([]account.Account, error)
	// ReadRecord reads the record of a request; nil when it has not taken effect.
	ReadRecord(ctx context.Context, key idempotency.Key) (*idempotency.Record, error)
}

// NewOperation is what a caller asks for.
type NewOperation struct {
	Items      []Item  // nil for a filter
	Filter     *Filter // nil for items
	Parameters Parameters
	StartAt    *time.Time
	DryRun     bool

	single bool // its one item is named by the path, and the item's plan by the body itself
}

// Acceptor accepts operations.
type Acceptor struct {
	Store      AcceptStore
	Processors map[Kind]Processor // to preview a few items at once
	NewID      func(prefix string) string
	Now        func() time.Time
}

// AcceptResponse is what a caller is told of the operation that it asked for. A preview of few items is done at once: it has no id, and
// brings its items.
type AcceptResponse struct {
	ID string `json:"id,omitempty" doc:"Id of the operation. Absent if the answer is a complete preview."`
	Progress
	Items []ItemView `json:"items,omitempty" doc:"What would happen to each item. Present only if the answer is a complete preview."`
}

// startTimeout is how long an operation may wait for its workflow, which nobody works on meanwhile.
const startTimeout = 2 * time.Minute

// idleTimeout is how long nothing may be heard of an operation before the sweep resumes it. It is longer than any function of a
// workflow may take, so that nobody works on an operation that is resumed.
const idleTimeout = 10 * time.Minute

// Accept accepts an operation on customers: nothing is done yet, but nothing of it is lost any more. Errors: InvalidRequest,
// Forbidden, NotFound for a filter by an owner that is none.
func (a Acceptor) Accept(ctx context.Context, caller access.Caller, meta request.Metadata, kind Kind, wanted NewOperation) (AcceptResponse, error) {
	now := a.Now()
	if err := wanted.check(caller, kind, now); err != nil {
		return AcceptResponse{}, err
	}
	if wanted.DryRun {
		wanted.StartAt = nil // who asks what would happen does not wait for the date
	}
	if err := a.validateOwners(ctx, caller, kind, wanted); err != nil {
		return change.Refuse[AcceptResponse](ctx, a.Store, meta.Key, err)
	}
	if few, err := a.canPreviewNow(ctx, caller, kind, wanted); err != nil {
		return AcceptResponse{}, err
	} else if few {
		return a.preview(ctx, caller, kind, wanted, now)
	}
	id := a.NewID(IDPrefix)
	o := Operation{
		ID: id, Kind: kind, State: Pending, Preview: wanted.DryRun, Originator: caller.Account.ID, Parameters: wanted.Parameters, Filter: wanted.Filter,
		StartAt: account.AtMillisecond(wanted.StartAt), ListComplete: wanted.Filter == nil, Total: int64(len(wanted.Items)), CreatedAt: now, Version: 1,
	}
	o.Parameters.Until = account.AtMillisecond(o.Parameters.Until)
	name := event.OperationAccepted
	due := now.Add(startTimeout)
	if o.StartAt == nil || !o.StartAt.After(now) {
		o.Attempt, name = 1, event.OperationStarted
	} else {
		due = *o.StartAt
	}
	o.DueAt = &due
	shown := AcceptResponse{ID: o.ID, Progress: newProgress(&o)}
	accepting := Acceptance{Operation: o, Chunks: slices.Collect(slices.Chunk(wanted.Items, ChunkSize))}
	accepting.Event = newEvent(a.NewID, name, &o, &caller.Account, caller.Account.ID, meta.ID, now)
	var err error
	if accepting.Record, err = idempotency.NewRecord(meta.Key, shown, now); err != nil {
		return AcceptResponse{}, err
	}
	return idempotency.Answer(shown, meta.Key, a.Store.AcceptOperation(ctx, accepting))
}

// validateOwners refuses a filter by an owner that is none, which would find nobody, and a move to one that is none.
func (a Acceptor) validateOwners(ctx context.Context, caller access.Caller, kind Kind, wanted NewOperation) error {
	if wanted.Filter != nil && wanted.Filter.Owner != caller.OwnerID() {
		if err := a.validateOwner(ctx, wanted.Filter.Owner, "/filter/owner"); err != nil {
			return err
		}
	}
	if kind == Move && caller.IsAdministrator() && !wanted.single { // the one item is judged itself
		return a.validateOwner(ctx, wanted.Parameters.NewOwner, "/owner")
	}
	return nil
}

func (a Acceptor) validateOwner(ctx context.Context, id account.ID, pointer string) error {
	if id == "" || id == account.AdministratorOwner {
		return nil
	}
	owner, err := a.Store.ReadAccount(ctx, id)
	if err == nil && (owner == nil || owner.Kind != account.Reseller) {
		err = account.NoOwner(pointer)
	}
	return err
}

// AcceptOne accepts an operation on one account. What is cheaply known to refuse it does so at once. Errors: InvalidRequest,
// VersionMismatch when the caller demanded another version than the account has as this is accepted, and those of the work's Judge.
func (a Acceptor) AcceptOne(ctx context.Context, caller access.Caller, meta request.Metadata, kind Kind, item Item, order Parameters) (AcceptResponse, error) {
	if !item.Customer.WellFormed() {
		return AcceptResponse{}, access.NotInView()
	}
	wanted := NewOperation{Items: []Item{item}, Parameters: order, single: true}
	if err := wanted.check(caller, kind, a.Now()); err != nil {
		return AcceptResponse{}, err
	}
	task := Job{Caller: caller, Operation: &Operation{Kind: kind, Parameters: order}, Item: item, Quick: true}
	_, err := a.Processors[kind].Preview(ctx, task)
	if err == nil {
		err = a.checkVersion(ctx, item.Customer, meta.IfMatch)
	}
	if err != nil {
		return change.Refuse[AcceptResponse](ctx, a.Store, meta.Key, err)
	}
	return a.Accept(ctx, caller, meta, kind, wanted)
}

// checkVersion refuses an account that is not at the version that a caller demands; nil for any.
func (a Acceptor) checkVersion(ctx context.Context, id account.ID, demanded *int64) error {
	if demanded == nil {
		return nil
	}
	of, err := a.Store.ReadAccount(ctx, id)
	if err == nil && (of == nil || of.Version != *demanded) {
		err = change.Outdated()
	}
	return err
}

// check judges what a caller asks for. Whether its customers exist is told item by item, when their turn comes.
func (w NewOperation) check(caller access.Caller, kind Kind, now time.Time) error {
	var bad []fault.Field
	add := func(pointer, code, detail string) {
		bad = append(bad, fault.Field{Pointer: pointer, Code: code, Detail: detail})
	}
	switch {
	case w.Items == nil && w.Filter == nil:
		add("", "required", "Send either items or a filter.")
	case w.Items != nil && w.Filter != nil:
		add("", "either-or", "Send either items or a filter, not both.")
	case w.Items != nil && len(w.Items) == 0:
		add("/items", "too-short", "Name at least one customer.")
	case len(w.Items) > MaxItems:
		add("/items", "too-long", "Name at most 10,000 customers.")
	}
	bad = append(bad, checkItems(w.Items[:min(len(w.Items), MaxItems)])...)
	bad = append(bad, w.checkTargets(kind)...)
	if w.Filter != nil && w.Filter.Owner != "" {
		if wrong := w.Filter.Owner.CheckOwner("/filter/owner"); wrong != nil {
			bad = append(bad, *wrong)
		}
	}
	switch {
	case w.StartAt == nil:
	case now.Sub(*w.StartAt) > account.Grace:
		add("/suspendAt", "past", "The operation must start in the future. Leave this out to start at once.")
	case !account.Writable(*w.StartAt):
		add("/suspendAt", "out-of-range", "The time must be before the year 10000.")
	}
	begin := now
	if w.StartAt != nil && w.StartAt.After(now) {
		begin = *w.StartAt
	}
	if err := fault.Invalid(bad...); err != nil {
		return err
	}
	if w.Filter != nil && !caller.IsAdministrator() && w.Filter.Owner != "" && w.Filter.Owner != caller.OwnerID() {
		return fault.New(fault.Forbidden, "Only the administrator can work on the customers of other owners.")
	}
	if kind == Suspend {
		return w.Parameters.hold().Check(begin)
	}
	return nil
}

// maxProblems is how many bad items one answer names.
const maxProblems = 100

func checkItems(items []Item) (bad []fault.Field) {
	seen := make(map[account.ID]bool, len(items))
	for i, item := range items {
		pointer := "/items/" + strconv.Itoa(i) + "/customer"
		switch {
		case !item.Customer.WellFormed():
			bad = append(bad, fault.Field{Pointer: pointer, Code: "id-grammar", Detail: "This must be the id of a customer."})
		case seen[item.Customer]:
			bad = append(bad, fault.Field{Pointer: pointer, Code: "duplicate", Detail: "This customer appears more than once in the list."})
		}
		if len(bad) == maxProblems {
			return bad
		}
		seen[item.Customer] = true
	}
	return bad
}

func (o Parameters) hold() account.NewHold {
	return account.NewHold{Reason: o.Reason, PublicMessage: o.PublicMessage, Until: o.Until}
}
