package operation

import (
	"context"
	"slices"
	"strconv"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/clock"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Accepting is everything that is written when an operation is accepted, together or not at all.
type Accepting struct {
	Operation Operation
	Chunks    [][]Item // of ChunkSize, the last one shorter; none for a filter
	Event     event.Event
	Record    *idempotency.Record
}

// AcceptStore keeps accepted operations.
type AcceptStore interface {
	// AcceptOperation writes an operation. Errors: *idempotency.Replayed.
	AcceptOperation(ctx context.Context, accepting Accepting) error
	// ReadAccount reads an account; nil when there is none.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// ReadAccountsNow reads accounts by id, consistently; those that do not exist are left out.
	ReadAccountsNow(ctx context.Context, ids []account.ID) ([]account.Account, error)
	// ReadRecord reads the record of a request; nil when it has not taken effect.
	ReadRecord(ctx context.Context, key idempotency.Key) (*idempotency.Record, error)
}

// Wanted is what a caller asks for.
type Wanted struct {
	Items   []Item  // nil for a filter
	Filter  *Filter // nil for items
	Order   Order
	StartAt *time.Time
	DryRun  bool

	single bool // its one item is named by the path, and the item's plan by the body itself
}

// Accept accepts operations.
type Accept struct {
	Store AcceptStore
	Works map[Kind]Work // to preview a few items at once
	NewID func(prefix string) string
	Now   func() time.Time
}

// Answer is what a caller is told of the operation that it asked for. A preview of few items is done at once: it has no id, and
// brings its items.
type Answer struct {
	ID string `json:"id,omitempty" doc:"Id of the operation. Absent if the answer is a complete preview."`
	Progress
	Items []ItemView `json:"items,omitempty" doc:"What would happen to each item. Present only if the answer is a complete preview."`
}

// startPatience is how long an operation may wait for its workflow, which nobody works on meanwhile.
const startPatience = 2 * time.Minute

// patience is how long nothing may be heard of an operation before the sweep resumes it. It is longer than any function of a
// workflow may take, so that nobody works on an operation that is resumed.
const patience = 10 * time.Minute

// Begin accepts an operation on customers: nothing is done yet, but nothing of it is lost any more. Errors: InvalidRequest,
// Forbidden, NotFound for a filter by an owner that is none.
func (a Accept) Begin(ctx context.Context, caller access.Caller, meta request.Metadata, kind Kind, wanted Wanted) (Answer, error) {
	now := a.Now()
	if err := wanted.check(caller, kind, now); err != nil {
		return Answer{}, err
	}
	if wanted.DryRun {
		wanted.StartAt = nil // who asks what would happen does not wait for the date
	}
	if err := a.findOwners(ctx, caller, kind, wanted); err != nil {
		return change.Refuse[Answer](ctx, a.Store, meta.Key, err)
	}
	if few, err := a.few(ctx, caller, kind, wanted); err != nil {
		return Answer{}, err
	} else if few {
		return a.preview(ctx, caller, kind, wanted, now)
	}
	id := a.NewID(IDPrefix)
	o := Operation{
		ID: id, Kind: kind, State: Pending, Preview: wanted.DryRun, Originator: caller.Account.ID, Order: wanted.Order, Filter: wanted.Filter,
		StartAt: clock.NormalizeOptional(wanted.StartAt), Planned: wanted.Filter == nil, Total: int64(len(wanted.Items)), CreatedAt: now, Version: 1,
	}
	o.Order.Until = clock.NormalizeOptional(o.Order.Until)
	name := event.OperationAccepted
	due := now.Add(startPatience)
	if o.StartAt == nil || !o.StartAt.After(now) {
		o.Attempt, name = 1, event.OperationStarted
	} else {
		due = *o.StartAt
	}
	o.DueAt = &due
	shown := Answer{ID: o.ID, Progress: progress(&o)}
	accepting := Accepting{Operation: o, Chunks: slices.Collect(slices.Chunk(wanted.Items, ChunkSize))}
	accepting.Event = eventOf(a.NewID, name, &o, &caller.Account, caller.Account.ID, meta.ID, now)
	var err error
	if accepting.Record, err = idempotency.NewRecord(meta.Key, shown, now); err != nil {
		return Answer{}, err
	}
	return idempotency.Answer(shown, meta.Key, a.Store.AcceptOperation(ctx, accepting))
}

// findOwners refuses a filter by an owner that is none, which would find nobody, and a move to one that is none.
func (a Accept) findOwners(ctx context.Context, caller access.Caller, kind Kind, wanted Wanted) error {
	if wanted.Filter != nil && wanted.Filter.Owner != caller.OwnerID() {
		if err := a.findOwner(ctx, wanted.Filter.Owner, "/filter/owner"); err != nil {
			return err
		}
	}
	if kind == Move && caller.IsAdministrator() && !wanted.single { // the one item is judged itself
		return a.findOwner(ctx, wanted.Order.Owner, "/owner")
	}
	return nil
}

func (a Accept) findOwner(ctx context.Context, id account.ID, pointer string) error {
	if id == "" || id == account.AdministratorOwner {
		return nil
	}
	owner, err := a.Store.ReadAccount(ctx, id)
	if err == nil && (owner == nil || owner.Kind != account.Reseller) {
		err = account.UnknownOwner(pointer)
	}
	return err
}

// One accepts an operation on one account. What is cheaply known to refuse it does so at once. Errors: InvalidRequest,
// VersionMismatch when the caller demanded another version than the account has as this is accepted, and those of the work's Judge.
func (a Accept) One(ctx context.Context, caller access.Caller, meta request.Metadata, kind Kind, item Item, order Order) (Answer, error) {
	if !item.Customer.WellFormed() {
		return Answer{}, access.NotInView()
	}
	wanted := Wanted{Items: []Item{item}, Order: order, single: true}
	if err := wanted.check(caller, kind, a.Now()); err != nil {
		return Answer{}, err
	}
	task := Task{Caller: caller, Operation: &Operation{Kind: kind, Order: order}, Item: item, Shallow: true}
	_, err := a.Works[kind].Judge(ctx, task)
	if err == nil {
		err = a.matches(ctx, item.Customer, meta.IfMatch)
	}
	if err != nil {
		return change.Refuse[Answer](ctx, a.Store, meta.Key, err)
	}
	return a.Begin(ctx, caller, meta, kind, wanted)
}

// matches refuses an account that is not at the version that a caller demands; nil for any.
func (a Accept) matches(ctx context.Context, id account.ID, demanded *int64) error {
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
func (w Wanted) check(caller access.Caller, kind Kind, now time.Time) error {
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
	bad = append(bad, w.checkAims(kind)...)
	if w.Filter != nil && w.Filter.Owner != "" {
		if wrong := w.Filter.Owner.ValidateOwner("/filter/owner"); wrong != nil {
			bad = append(bad, *wrong)
		}
	}
	switch {
	case w.StartAt == nil:
	case now.Sub(*w.StartAt) > account.Grace:
		add("/suspendAt", "past", "The operation must start in the future. Leave this out to start at once.")
	case !clock.FitsRFC3339(*w.StartAt):
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
		return w.Order.hold().Validate(begin)
	}
	return nil
}

// mostProblems is how many bad items one answer names.
const mostProblems = 100

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
		if len(bad) == mostProblems {
			return bad
		}
		seen[item.Customer] = true
	}
	return bad
}

func (o Order) hold() account.HoldInput {
	return account.HoldInput{Reason: o.Reason, PublicMessage: o.PublicMessage, Until: o.Until}
}
