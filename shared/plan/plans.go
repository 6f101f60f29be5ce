package plan

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// PlanChange is a change of a plan with everything that is written in the same transaction.
type PlanChange struct {
	Before *Plan // nil for a new plan
	After  *Plan // nil for a deleted plan
	Limits *Reservation
	Event  event.Event
	Record *idempotency.Record
}

// Reservation is what a change takes from, or gives back to, a reseller's free capacity.
type Reservation struct {
	Reseller account.ID
	Limits   resource.Limits
	Demand   resource.Demand
	Basis    Basis // must be unchanged when the change is written, unless the change only gives back
}

// Basis is the state of a reseller's limits that a demand was checked against.
type Basis struct {
	Version     int64 // of the reseller's own limits
	Plan        ID    // "" if the reseller has no plan
	PlanVersion int64
}

// Capacity is what a reseller may give out and has given out.
type Capacity struct {
	Limits resource.Limits
	Used   resource.Usage
	Basis  Basis
}

// Reserve checks a demand against the reseller's free capacity and returns the reservation to write. It returns
// fault.LimitExceeded if the capacity does not suffice.
func (r Capacity) Reserve(id account.ID, demand resource.Demand) (*Reservation, error) {
	if err := r.Limits.Check(r.Used, demand); err != nil {
		return nil, err
	}
	return &Reservation{Reseller: id, Limits: r.Limits, Demand: demand, Basis: r.Basis}, nil
}

// GiveBack returns the reservation that gives a negative demand back to an owner. It fits any limits. It returns nil
// for the administrator, who has no limits.
func GiveBack(owner account.ID, demand resource.Demand) *Reservation {
	if owner == account.AdministratorOwner {
		return nil
	}
	return &Reservation{Reseller: owner, Demand: demand}
}

// Store keeps plans.
type Store interface {
	edit.Records
	// ReadPlan reads a plan consistently, and the record of the request if the request has taken effect. It returns nil
	// for a plan that does not exist.
	ReadPlan(ctx context.Context, id ID, key idempotency.Key) (*Plan, *idempotency.Record, error)
	// ReadAccount reads an account consistently. It returns nil if there is none.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// ReadReseller reads what a reseller may give out and has given out.
	ReadReseller(ctx context.Context, id account.ID) (Capacity, error)
	// WritePlan writes a change. Errors: fault.VersionMismatch if the plan, its number of followers or the limits have
	// changed; fault.Conflict if a plan to be deleted is in use; fault.LimitExceeded; *idempotency.Replayed.
	WritePlan(ctx context.Context, change PlanChange) error
	// ListPlans returns an owner's plans of a kind in order of their ids, those after an id only, and reports whether
	// there may be more.
	ListPlans(ctx context.Context, owner account.ID, prefix string, after ID, limit int) ([]Plan, bool, error)
}

// Plans creates, edits, lists and deletes plans of one kind.
type Plans struct {
	Prefix  string // ServicePrefix or ResellerPrefix
	Store   Store
	NewID   func(prefix string) string
	Cursors *page.Sealer
	Now     func() time.Time
}

// Input is the caller's input for a plan. A nil field leaves that part of an existing plan as it is.
type Input struct {
	Name         *string
	Allotments   map[string]int64 // merged; -1 is unlimited, like an allotment that is not named
	Permissions  map[string]bool  // merged
	Applications *[]string
	Oversell     *bool
}

// apply returns the plan with the input applied. It returns fault.InvalidRequest if the result breaks a rule.
func (i Input) apply(p Plan) (Plan, error) {
	var bad []fault.Field
	if i.Name != nil {
		p.Name = *i.Name
	}
	if field := checkName(p.Name); field != nil {
		bad = append(bad, *field)
	}
	p.Resources.Allotments = merged(p.Resources.Allotments, i.Allotments)
	p.Resources.Permissions = merged(p.Resources.Permissions, i.Permissions)
	if i.Applications != nil {
		p.Resources.Applications = *i.Applications
	}
	set, fields := p.Resources.Check(p.ID.Holder(), "")
	p.Resources = set
	bad = append(bad, fields...)
	if i.Oversell != nil {
		p.Oversell = *i.Oversell
	}
	return p, fault.Invalid(bad...)
}

// merged returns a map with the entries of both; those of changes win.
func merged[V any](current, changes map[string]V) map[string]V {
	all := map[string]V{}
	maps.Copy(all, current)
	maps.Copy(all, changes)
	return all
}

// Create creates a plan of the caller. It returns fault.InvalidRequest for bad input.
func (p Plans) Create(ctx context.Context, caller access.Caller, meta request.Metadata, input Input) (PlanView, error) {
	created, err := input.apply(Plan{ID: ID(p.NewID(p.Prefix)), Owner: caller.OwnerID(), CreatedAt: p.Now(), Version: 1})
	if err != nil {
		return PlanView{}, err
	}
	return edit.Create(ctx, p.editor(), meta, func(now time.Time) (edit.Outcome[PlanView], error) {
		return p.outcome(caller, meta, event.PlanCreated, PlanChange{After: &created}, now), nil
	})
}

// Get reads a plan in the caller's view. It returns fault.NotFound if there is none.
func (p Plans) Get(ctx context.Context, caller access.Caller, id ID) (PlanView, error) {
	found, err := p.read(caller, idempotency.Key{}, id)(ctx)
	if err != nil {
		return PlanView{}, err
	}
	return found.Object.View(), nil
}

// Edit changes a plan, and with it at once all that follow the plan. What the reseller has given out changes for each
// of them. Errors: fault.NotFound, fault.InvalidRequest, fault.VersionMismatch, fault.LimitExceeded.
func (p Plans) Edit(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id ID,
	input Input,
) (PlanView, error) {
	return edit.Update(
		ctx,
		p.editor(),
		meta,
		p.read(caller, meta.Key, id),
		func(before *Plan, now time.Time) (edit.Outcome[PlanView], error) {
			after, err := input.apply(*before)
			if err != nil {
				return edit.Outcome[PlanView]{}, err
			}
			after.Version++
			limits, err := p.reserve(ctx, before, &after)
			if err != nil {
				return edit.Outcome[PlanView]{}, err
			}
			return p.outcome(
				caller,
				meta,
				event.PlanChanged,
				PlanChange{Before: before, After: &after, Limits: limits},
				now,
			), nil
		},
	)
}

// Delete deletes a plan that is not in use. Errors: fault.NotFound; fault.Conflict with the number of uses;
// fault.VersionMismatch; fault.InvalidRequest if the key of the request was used for another plan.
func (p Plans) Delete(ctx context.Context, caller access.Caller, meta request.Metadata, id ID) error {
	_, err := edit.Update(
		ctx,
		p.editor(),
		meta,
		p.read(caller, meta.Key, id),
		func(before *Plan, now time.Time) (edit.Outcome[PlanView], error) {
			if before.Uses > 0 {
				return edit.Outcome[PlanView]{}, fault.New(
					fault.Conflict,
					"This plan is still in use (%s). Choose another plan for its subscriptions or resellers first.",
					fault.Count(before.Uses, "time"),
				)
			}
			return p.outcome(caller, meta, event.PlanRemoved, PlanChange{Before: before}, now), nil
		},
	)
	return err
}

func (p Plans) editor() edit.Editor { return edit.Editor{Records: p.Store, Now: p.Now} }

// read returns a read of a plan in the caller's view. It returns fault.NotFound if there is none.
func (p Plans) read(caller access.Caller, key idempotency.Key, id ID) edit.Read[*Plan] {
	return func(ctx context.Context) (snapshot edit.Snapshot[*Plan], err error) {
		found, record, err := p.Store.ReadPlan(ctx, id, key)
		switch {
		case err != nil || record != nil:
			return edit.Snapshot[*Plan]{Record: record}, err
		case found == nil || string(id[:min(len(id), 4)]) != p.Prefix || !caller.IsAdministrator() && found.Owner != caller.OwnerID():
			return snapshot, fault.NotInView()
		}
		return edit.Snapshot[*Plan]{Object: found, Version: found.Version}, nil
	}
}

// reserve checks the reseller's limits against the difference that an edit makes for all that follow the plan. It
// returns nil if no limits apply.
func (p Plans) reserve(ctx context.Context, before, after *Plan) (*Reservation, error) {
	if before.Owner == account.AdministratorOwner || before.Synced == 0 || before.ID.IsReseller() {
		return nil, nil
	}
	reseller, err := p.Store.ReadReseller(ctx, before.Owner)
	if err != nil {
		return nil, err
	}
	demand := resource.DemandOf(after.Resources, before.Synced).Plus(resource.DemandOf(before.Resources, -before.Synced))
	return reseller.Reserve(before.Owner, demand)
}

// outcome returns a change of a plan with its event, in the trail of the caller.
func (p Plans) outcome(
	caller access.Caller,
	meta request.Metadata,
	name event.Name,
	change PlanChange,
	now time.Time,
) edit.Outcome[PlanView] {
	view := cmp.Or(change.After, change.Before).View()
	change.Event = event.New(p.NewID, name, &caller.Account, caller.Account.ID, meta.ID, now)
	change.Event.Subject = string(view.ID)
	if change.Before != nil {
		change.Event.Changes = append(change.Event.Changes, account.FieldChange{Field: "plan", Old: change.Before.View()})
	}
	if change.After != nil {
		change.Event.Changes = append(change.Event.Changes, account.FieldChange{Field: "plan", New: change.After.View()})
	}
	return edit.Outcome[PlanView]{Answer: view, Write: func(ctx context.Context, record *idempotency.Record) error {
		change.Record = record
		return p.Store.WritePlan(ctx, change)
	}}
}

// List lists the plans of the caller or, for the administrator, of a reseller. Errors: fault.Forbidden;
// fault.InvalidRequest for a bad cursor; fault.NotFound if the reseller does not exist.
func (p Plans) List(
	ctx context.Context,
	caller access.Caller,
	owner account.ID,
	limit int,
	cursor string,
) (result page.Page[PlanView], err error) {
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
	after, binding := ID(""), []string{string(caller.Account.ID), "plans", p.Prefix, string(owner)}
	if cursor != "" {
		if err := p.Cursors.Open(ctx, cursor, &after, binding...); err != nil {
			return result, err
		}
	}
	found, more, err := p.readPage(ctx, caller, owner, after, limit)
	if err != nil {
		return result, err
	}
	result.Items = make([]PlanView, len(found))
	for i := range found {
		result.Items[i] = found[i].View()
	}
	if more {
		result.NextCursor, err = p.Cursors.Seal(ctx, found[len(found)-1].ID, binding...)
	}
	return result, err
}

// readPage reads a page of plans and, if the administrator asks for a reseller's plans, the reseller, concurrently.
func (p Plans) readPage(
	ctx context.Context,
	caller access.Caller,
	owner account.ID,
	after ID,
	limit int,
) ([]Plan, bool, error) {
	if owner == caller.OwnerID() {
		return p.Store.ListPlans(ctx, owner, p.Prefix, after, limit)
	}
	var reads errgroup.Group
	reads.Go(func() error {
		reseller, err := p.Store.ReadAccount(ctx, owner)
		if err == nil && (reseller == nil || reseller.Kind != account.Reseller) {
			err = fault.NotInView()
		}
		return err
	})
	found, more, err := p.Store.ListPlans(ctx, owner, p.Prefix, after, limit)
	return found, more, errors.Join(err, reads.Wait())
}
