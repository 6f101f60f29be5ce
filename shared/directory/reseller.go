package directory

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// Reseller is a reseller as a caller sees it: as a customer, with what it was given and has given.
type Reseller struct {
	Customer

	ResellerPlan string       `json:"resellerPlan" doc:"Id of the plan, or the word custom."`
	Resources    resource.Set `json:"resources"`
	Oversell     bool         `json:"oversell" doc:"Whether the reseller may give out more than it has."`
	Used         Used         `json:"used"`
}

// Used is what a reseller has given to what it owns.
type Used struct {
	Customers     int64            `json:"customers"`
	Subscriptions int64            `json:"subscriptions"`
	Allotments    map[string]int64 `json:"allotments" doc:"Sum over its subscriptions, by name of the allotment."`
	Unlimited     map[string]int64 `json:"unlimited" doc:"Number of its subscriptions for which the allotment is unlimited, by name of the allotment."`
}

// NewGiven is what a caller says of a reseller's resources: a reseller plan's id or "custom", and resources of its own for the
// latter. Nil leaves a part as it is.
type NewGiven struct {
	ResellerPlan *string
	Resources    *resource.Set
	Oversell     *bool
}

// ResellerStore is what resellers need stored besides what all accounts do.
type ResellerStore interface {
	// ReadResellers reads what resellers may give and have given.
	ReadResellers(ctx context.Context, ids []account.ID) (map[account.ID]plan.Reseller, error)
	ReadPlan(ctx context.Context, id plan.ID, key idempotency.Key) (*plan.Plan, *idempotency.Record, error)
}

// Resellers creates, reads and changes resellers.
type Resellers struct {
	Create Create
	Get    Get
	Change Change
	Store  ResellerStore
}

// Add creates a reseller of the administrator. Errors: InvalidRequest, LoginTaken, Conflict.
func (r Resellers) Add(ctx context.Context, caller access.Caller, meta request.Metadata, wanted NewAccount, given NewGiven) (Reseller, error) {
	judged, err := r.judge(ctx, account.ResellerLimits{Resources: resource.Everything()}, given)
	if err != nil {
		return Reseller{}, err
	}
	wanted.Given = &judged
	made, err := r.Create.Reseller(ctx, caller, meta, wanted)
	return r.Show(ctx, made, err)
}

// Find reads a reseller in the caller's view. Errors: NotFound.
func (r Resellers) Find(ctx context.Context, caller access.Caller, reference string) (Reseller, error) {
	found, err := r.Get.Reseller(ctx, caller, reference)
	return r.Show(ctx, found, err)
}

// Show adds to a reseller, unless there is an error, what it was given and has given.
func (r Resellers) Show(ctx context.Context, of Customer, err error) (Reseller, error) {
	shown, err := r.ShowAll(ctx)(page.Page[Customer]{Items: []Customer{of}}, err)
	if err != nil {
		return Reseller{}, err
	}
	return shown.Items[0], nil
}

// ShowAll adds to a page of resellers what each was given and has given.
func (r Resellers) ShowAll(ctx context.Context) func(page.Page[Customer], error) (page.Page[Reseller], error) {
	return func(found page.Page[Customer], err error) (page.Page[Reseller], error) {
		shown := page.Page[Reseller]{Items: make([]Reseller, len(found.Items)), NextCursor: found.NextCursor, Total: found.Total}
		if err != nil || len(found.Items) == 0 {
			return shown, err
		}
		ids := make([]account.ID, len(found.Items))
		for i := range found.Items {
			ids[i] = found.Items[i].ID
		}
		has, err := r.Store.ReadResellers(ctx, ids)
		for i, of := range found.Items {
			shown.Items[i] = show(of, has[of.ID])
		}
		return shown, err
	}
}

func show(of Customer, has plan.Reseller) Reseller {
	shown := Reseller{
		Customer: of, ResellerPlan: plan.Custom, Resources: has.Limits.Resources.Expand(resource.Reseller), Oversell: has.Limits.Oversell,
		Used: Used{Customers: has.Used.Customers, Subscriptions: has.Used.Subscriptions, Allotments: has.Used.Given, Unlimited: has.Used.Unlimited},
	}
	if has.Basis.Plan != "" {
		shown.ResellerPlan = string(has.Basis.Plan)
	}
	return shown
}

// Edit changes a reseller's contact and what it was given. What it has given already stays, even above new limits: they hold for
// what comes. Errors: InvalidRequest, NotFound, Forbidden, Busy, VersionMismatch.
func (r Resellers) Edit(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string, patch account.ContactPatch, given NewGiven,
) (Reseller, error) {
	r.Change.Only = account.Reseller
	changed, err := r.Change.update(ctx, caller, meta, id, func(a *target, _ time.Time) (edit.Effects, error) {
		before := account.ResellerLimits{Resources: resource.Everything()}
		if a.Limits != nil {
			before = *a.Limits
		}
		after, err := r.judge(ctx, before, given)
		if err != nil {
			return edit.Effects{}, err
		}
		if err := a.CheckReady(); err != nil {
			return edit.Effects{}, err
		}
		effects, err := edit.Contact(a.Account, patch)
		if err != nil {
			return effects, err
		}
		if given != (NewGiven{}) {
			effects.Event, effects.Nothing = event.LimitsChanged, false
			effects.Changes = append(effects.Changes, account.FieldChange{Field: "limits", Old: a.Limits, New: after})
			a.Limits = &after
		}
		return effects, nil
	})
	return r.Show(ctx, changed, err)
}

// judge returns what a reseller is to be given, as far as it is there.
func (r Resellers) judge(ctx context.Context, before account.ResellerLimits, wanted NewGiven) (account.ResellerLimits, error) {
	after := before
	if wanted.ResellerPlan != nil {
		named, err := r.named(ctx, *wanted.ResellerPlan)
		if err != nil {
			return after, err
		}
		after.Plan = named
	}
	if wanted.Resources != nil {
		if after.Plan != "" {
			return after, fault.Invalid(fault.Field{Pointer: "/resources", Code: "not-allowed", Detail: "A reseller on a plan has the resources of the plan. Set resellerPlan to custom to give it resources of its own."})
		}
		set, bad := wanted.Resources.Check(resource.Reseller, "/resources")
		if len(bad) > 0 {
			return after, fault.Invalid(bad...)
		}
		after.Resources = set
	}
	if wanted.Oversell != nil {
		after.Oversell = *wanted.Oversell
	}
	return after, nil
}

// named returns the id of the reseller plan that a caller names, "" for none.
func (r Resellers) named(ctx context.Context, id string) (string, error) {
	if id == plan.Custom {
		return "", nil
	}
	of, _, err := r.Store.ReadPlan(ctx, plan.ID(id), idempotency.Key{})
	if err == nil && (of == nil || !of.ID.IsReseller()) {
		err = fault.Invalid(fault.Field{Pointer: "/resellerPlan", Code: "unknown-plan", Detail: "This reseller plan does not exist."})
	}
	return id, err
}
