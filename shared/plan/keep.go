package plan

import (
	"context"
	"errors"
	"maps"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// Writing is everything that one change of a plan writes, together or not at all.
type PlanChange struct {
	Before *Plan // nil for a new plan
	After  *Plan // nil for a plan that goes
	Limits *Reservation
	Event  event.Event
	Record *idempotency.Record
}

// Reservation is what a change takes from, or gives back to, what a reseller has left.
type Reservation struct {
	Reseller account.ID
	Limits   resource.Limits
	Demand   resource.Demand
	Basis    Basis // must be the same still when the change is written, unless it only gives back
}

// Basis is what a reseller's limits were judged by.
type Basis struct {
	Version     int64 // of the reseller's own limits
	Plan        ID    // "" without one
	PlanVersion int64
}

// Reseller is what a reseller may give and has given.
type Reseller struct {
	Limits resource.Limits
	Used   resource.Usage
	Basis  Basis
}

// Reserve judges a demand against what a reseller has left, and returns what is to be written with it. Errors: LimitExceeded.
func (r Reseller) Reserve(id account.ID, demand resource.Demand) (*Reservation, error) {
	if err := r.Limits.Check(r.Used, demand); err != nil {
		return nil, err
	}
	return &Reservation{Reseller: id, Limits: r.Limits, Demand: demand, Basis: r.Basis}, nil
}

// GiveBack is what a host of subscriptions gets back, a demand of less than nothing: it fits whatever the limits are. Nil for the
// administrator, whose gifts nobody counts.
func GiveBack(to account.ID, demand resource.Demand) *Reservation {
	if to == account.AdministratorOwner {
		return nil
	}
	return &Reservation{Reseller: to, Demand: demand}
}

// Store keeps plans.
type Store interface {
	// ReadPlan reads a plan, strongly consistent, and the record of the request if it has taken effect before; nil when there
	// is none.
	ReadPlan(ctx context.Context, id ID, key idempotency.Key) (*Plan, *idempotency.Record, error)
	// ReadAccount reads an account, strongly consistent; nil when there is none.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// ReadReseller reads what a reseller may give and has given.
	ReadReseller(ctx context.Context, id account.ID) (Reseller, error)
	// WritePlan writes a change. Errors: VersionMismatch when the plan or the limits have changed meanwhile, or the number of
	// what follows the plan; Conflict when a plan that goes is in use; LimitExceeded; *idempotency.Replayed.
	WritePlan(ctx context.Context, writing PlanChange) error
	// ListPlans returns an owner's plans of a kind by their ids, after one, and whether there may be more.
	ListPlans(ctx context.Context, owner account.ID, prefix string, after ID, limit int) ([]Plan, bool, error)
}

// Keeper creates, edits, lists and deletes plans of one kind.
type Keeper struct {
	Prefix  string // ServicePrefix or ResellerPrefix
	Store   Store
	NewID   func(prefix string) string
	Cursors *page.Sealer
	Now     func() time.Time
}

// Wanted is what a caller says of a plan; nil leaves a part of an existing one as it is.
type Wanted struct {
	Name         *string
	Allotments   map[string]int64 // merged: -1 is unlimited, as if it were not named
	Permissions  map[string]bool  // merged
	Applications *[]string
	Oversell     *bool
}

// apply returns the plan with what is wanted, judged.
func (w Wanted) apply(p Plan) (Plan, error) {
	var bad []fault.Field
	if w.Name != nil {
		p.Name = *w.Name
	}
	if field := checkName(p.Name); field != nil {
		bad = append(bad, *field)
	}
	p.Resources.Allotments, p.Resources.Permissions = merged(p.Resources.Allotments, w.Allotments), merged(p.Resources.Permissions, w.Permissions)
	if w.Applications != nil {
		p.Resources.Applications = *w.Applications
	}
	set, fields := p.Resources.Check(p.ID.Holder(), "")
	p.Resources = set
	bad = append(bad, fields...)
	if w.Oversell != nil {
		p.Oversell = *w.Oversell
	}
	return p, fault.Invalid(bad...)
}

func merged[V any](into, from map[string]V) map[string]V {
	all := map[string]V{}
	maps.Copy(all, into)
	maps.Copy(all, from)
	return all
}

// Create makes a plan of the caller. Errors: InvalidRequest.
func (k Keeper) Create(ctx context.Context, caller access.Caller, meta request.Metadata, wanted Wanted) (Terms, error) {
	id := k.NewID(k.Prefix)
	now := k.Now()
	made, err := wanted.apply(Plan{ID: ID(id), Owner: caller.OwnerID(), CreatedAt: now, Version: 1})
	if err != nil {
		return Terms{}, err
	}
	return k.write(ctx, caller, meta, event.PlanCreated, PlanChange{After: &made}, now)
}

// find reads a plan in the caller's view. Errors: NotFound.
func (k Keeper) find(ctx context.Context, caller access.Caller, key idempotency.Key, id ID) (*Plan, *idempotency.Record, error) {
	found, first, err := k.Store.ReadPlan(ctx, id, key)
	if err == nil && first == nil && (found == nil || string(id[:min(len(id), 4)]) != k.Prefix || !caller.IsAdministrator() && found.Owner != caller.OwnerID()) {
		err = access.NotInView()
	}
	return found, first, err
}

// Get reads a plan in the caller's view. Errors: NotFound.
func (k Keeper) Get(ctx context.Context, caller access.Caller, id ID) (Terms, error) {
	found, _, err := k.find(ctx, caller, idempotency.Key{}, id)
	if err != nil {
		return Terms{}, err
	}
	return found.Terms(), nil
}

const maxTries = 8

// Edit changes a plan, and so at once what follows it. What its reseller gives grows or shrinks with it, for all that follow.
// Errors: NotFound, InvalidRequest, VersionMismatch, LimitExceeded.
func (k Keeper) Edit(ctx context.Context, caller access.Caller, meta request.Metadata, id ID, wanted Wanted) (Terms, error) {
	for try := 1; ; try++ {
		found, first, err := k.find(ctx, caller, meta.Key, id)
		if err != nil {
			return Terms{}, err
		}
		if first != nil {
			return idempotency.Replay[Terms](*first, meta.Key)
		}
		if meta.IfMatch != nil && *meta.IfMatch != found.Version {
			return Terms{}, versionMismatch()
		}
		after, err := wanted.apply(*found)
		if err != nil {
			return Terms{}, err
		}
		after.Version++
		writing := PlanChange{Before: found, After: &after}
		if writing.Limits, err = k.reserve(ctx, found, &after); err != nil {
			return Terms{}, err
		}
		shown, err := k.write(ctx, caller, meta, event.PlanChanged, writing, k.Now())
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			return shown, err
		}
	}
}

// reserve asks a reseller's limits for what an edit gives to all that follow the plan.
func (k Keeper) reserve(ctx context.Context, before, after *Plan) (*Reservation, error) {
	if before.Owner == account.AdministratorOwner || before.Synced == 0 || before.ID.IsReseller() {
		return nil, nil
	}
	reseller, err := k.Store.ReadReseller(ctx, before.Owner)
	if err != nil {
		return nil, err
	}
	demand := resource.DemandOf(after.Resources, before.Synced).Plus(resource.DemandOf(before.Resources, -before.Synced))
	return reseller.Reserve(before.Owner, demand)
}

// Delete deletes a plan that nothing is on. Errors: NotFound, Conflict with how many use it, VersionMismatch, InvalidRequest
// when the key of the request was used for another plan.
func (k Keeper) Delete(ctx context.Context, caller access.Caller, meta request.Metadata, id ID) error {
	found, first, err := k.find(ctx, caller, meta.Key, id)
	if err != nil {
		return err
	}
	if first != nil {
		_, err = idempotency.Replay[Terms](*first, meta.Key)
		return err
	}
	if meta.IfMatch != nil && *meta.IfMatch != found.Version {
		return versionMismatch()
	}
	if found.Uses > 0 {
		return fault.New(fault.Conflict, "This plan is still in use (%d times). Choose another plan for its subscriptions or resellers first.", found.Uses)
	}
	_, err = k.write(ctx, caller, meta, event.PlanRemoved, PlanChange{Before: found}, k.Now())
	return err
}

func (k Keeper) write(ctx context.Context, caller access.Caller, meta request.Metadata, name event.Name, w PlanChange, now time.Time) (shown Terms, err error) {
	of := w.After
	if of == nil {
		of = w.Before
	}
	shown = of.Terms()
	w.Event = event.New(k.NewID, name, &caller.Account, caller.Account.ID, meta.ID, now)
	w.Event.Subject = string(of.ID)
	if w.Before != nil {
		w.Event.Changes = append(w.Event.Changes, account.FieldChange{Field: "plan", Old: w.Before.Terms()})
	}
	if w.After != nil {
		w.Event.Changes = append(w.Event.Changes, account.FieldChange{Field: "plan", New: w.After.Terms()})
	}
	w.Record = idempotency.NewRecord(meta.Key, shown, now)
	return idempotency.Answer(shown, meta.Key, k.Store.WritePlan(ctx, w))
}

// List lists the plans of the caller or, for the administrator, of a reseller. Errors: Forbidden, InvalidRequest for a bad
// cursor, NotFound for a reseller that is none.
func (k Keeper) List(ctx context.Context, caller access.Caller, owner account.ID, limit int, cursor string) (result page.Page[Terms], err error) {
	switch {
	case owner == "":
		owner = caller.OwnerID()
	case !caller.IsAdministrator() && owner != caller.OwnerID():
		return result, fault.New(fault.Forbidden, "Only the administrator can list the plans of other owners.")
	}
	if bad := owner.ValidateOwner("owner"); bad != nil {
		return result, fault.Invalid(*bad)
	}
	if limit == 0 {
		limit = page.DefaultLimit
	}
	after, binding := ID(""), []string{string(caller.Account.ID), "plans", k.Prefix, string(owner)}
	if cursor != "" {
		if err := k.Cursors.Open(ctx, cursor, &after, binding...); err != nil {
			return result, err
		}
	}
	found, more, err := k.read(ctx, caller, owner, after, limit)
	if err != nil {
		return result, err
	}
	result.Items = make([]Terms, len(found))
	for i := range found {
		result.Items[i] = found[i].Terms()
	}
	if more {
		result.NextCursor, err = k.Cursors.Seal(ctx, found[len(found)-1].ID, binding...)
	}
	return result, err
}

// read reads a page and, side by side, whose plans the administrator asks for.
func (k Keeper) read(ctx context.Context, caller access.Caller, owner account.ID, after ID, limit int) ([]Plan, bool, error) {
	if owner == caller.OwnerID() {
		return k.Store.ListPlans(ctx, owner, k.Prefix, after, limit)
	}
	judged := make(chan error, 1)
	go func() {
		of, err := k.Store.ReadAccount(ctx, owner)
		if err == nil && (of == nil || of.Kind != account.Reseller) {
			err = access.NotInView()
		}
		judged <- err
	}()
	found, more, err := k.Store.ListPlans(ctx, owner, k.Prefix, after, limit)
	return found, more, errors.Join(err, <-judged)
}

func versionMismatch() error {
	return fault.New(fault.VersionMismatch, "This object has changed since you read it. Read it again and retry.")
}
