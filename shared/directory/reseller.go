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

// Reseller is a reseller as a caller sees it: the fields of a customer, its limits and its usage.
type Reseller struct {
	Customer

	ResellerPlan string       `json:"resellerPlan" doc:"Id of the plan, or the word custom."`
	Resources    resource.Set `json:"resources"`
	Oversell     bool         `json:"oversell" doc:"Whether the reseller may give out more than it has."`
	Used         Used         `json:"used"`
}

// Used is the usage of a reseller: the resources of its customers and subscriptions.
type Used struct {
	Customers     int64            `json:"customers"`
	Subscriptions int64            `json:"subscriptions"`
	Allotments    map[string]int64 `json:"allotments" doc:"Sum over its subscriptions, by name of the allotment."`
	Unlimited     map[string]int64 `json:"unlimited" doc:"Number of its subscriptions for which the allotment is unlimited, by name of the allotment."`
}

// NewGiven is the input for a reseller's limits. ResellerPlan is the id of a reseller plan or "custom". Resources is
// allowed with "custom" only. A nil field leaves the current value.
type NewGiven struct {
	ResellerPlan *string
	Resources    *resource.Set
	Oversell     *bool
}

// ResellerStore reads the limits and plans of resellers.
type ResellerStore interface {
	// ReadResellers returns the limits and usage of resellers, by id.
	ReadResellers(ctx context.Context, ids []account.ID) (map[account.ID]plan.Capacity, error)
	// ReadPlan returns a plan, or nil if it does not exist, and the record of an earlier request with the same key.
	ReadPlan(ctx context.Context, id plan.ID, key idempotency.Key) (*plan.Plan, *idempotency.Record, error)
}

// Resellers creates, reads and changes resellers.
type Resellers struct {
	Create Create
	Get    Get
	Change Change
	Store  ResellerStore
}

// Add creates a reseller, which the administrator owns. It returns fault.InvalidRequest, fault.LoginTaken or
// fault.Conflict.
func (r Resellers) Add(
	ctx context.Context, caller access.Caller, meta request.Metadata, input NewAccount, limitsInput NewGiven,
) (Reseller, error) {
	limits, err := r.applyLimits(ctx, account.ResellerLimits{Resources: resource.Everything()}, limitsInput)
	if err != nil {
		return Reseller{}, err
	}
	input.Given = &limits
	created, err := r.Create.Reseller(ctx, caller, meta, input)
	return r.Show(ctx, created, err)
}

// Find returns a reseller in the caller's view. It returns fault.NotFound if no such reseller matches the reference.
func (r Resellers) Find(ctx context.Context, caller access.Caller, reference string) (Reseller, error) {
	found, err := r.Get.Reseller(ctx, caller, reference)
	return r.Show(ctx, found, err)
}

// Show returns the reseller with its limits and usage. It returns err unchanged if err is not nil.
func (r Resellers) Show(ctx context.Context, reseller Customer, err error) (Reseller, error) {
	result, err := r.ShowAll(ctx)(page.Page[Customer]{Items: []Customer{reseller}}, err)
	if err != nil {
		return Reseller{}, err
	}
	return result.Items[0], nil
}

// ShowAll returns a function that adds the limits and usage to each reseller of a page. The function returns its error
// argument unchanged if that is not nil.
func (r Resellers) ShowAll(ctx context.Context) func(page.Page[Customer], error) (page.Page[Reseller], error) {
	return func(resellers page.Page[Customer], err error) (page.Page[Reseller], error) {
		result := page.Page[Reseller]{
			Items:      make([]Reseller, len(resellers.Items)),
			NextCursor: resellers.NextCursor,
			Total:      resellers.Total,
		}
		if err != nil || len(resellers.Items) == 0 {
			return result, err
		}
		ids := make([]account.ID, len(resellers.Items))
		for i := range resellers.Items {
			ids[i] = resellers.Items[i].ID
		}
		limits, err := r.Store.ReadResellers(ctx, ids)
		for i, reseller := range resellers.Items {
			result.Items[i] = resellerView(reseller, limits[reseller.ID])
		}
		return result, err
	}
}

// resellerView returns a reseller with its limits and usage.
func resellerView(customer Customer, reseller plan.Capacity) Reseller {
	result := Reseller{
		Customer:     customer,
		ResellerPlan: plan.Custom,
		Resources:    reseller.Limits.Resources.Expand(resource.Reseller),
		Oversell:     reseller.Limits.Oversell,
		Used: Used{
			Customers:     reseller.Used.Customers,
			Subscriptions: reseller.Used.Subscriptions,
			Allotments:    reseller.Used.Given,
			Unlimited:     reseller.Used.Unlimited,
		},
	}
	if reseller.Basis.Plan != "" {
		result.ResellerPlan = string(reseller.Basis.Plan)
	}
	return result
}

// Edit changes a reseller's contact information and its limits. New limits apply to future changes. Existing customers
// and subscriptions keep their resources. It returns fault.InvalidRequest, fault.NotFound, fault.Forbidden, fault.Busy
// or fault.VersionMismatch.
func (r Resellers) Edit(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id string,
	patch account.ContactPatch,
	limitsInput NewGiven,
) (Reseller, error) {
	r.Change.Only = account.Reseller
	changed, err := r.Change.update(ctx, caller, meta, id, func(a *target, _ time.Time) (edit.Effects, error) {
		before := account.ResellerLimits{Resources: resource.Everything()}
		if a.Limits != nil {
			before = *a.Limits
		}
		after, err := r.applyLimits(ctx, before, limitsInput)
		if err != nil {
			return edit.Effects{}, err
		}
		if err := a.CheckReady(); err != nil {
			return edit.Effects{}, err
		}
		effects, err := changeContact(caller, a.Account, patch)
		if err != nil {
			return effects, err
		}
		if limitsInput != (NewGiven{}) {
			effects.Event, effects.Nothing = event.LimitsChanged, false
			effects.Changes = append(effects.Changes, account.FieldChange{Field: "limits", Old: a.Limits, New: after})
			a.Limits = &after
		}
		return effects, nil
	})
	return r.Show(ctx, changed, err)
}

// applyLimits returns the limits with the input's values. It returns fault.InvalidRequest if the plan does not exist,
// if the resources are invalid, or if the input sets resources for a reseller on a plan.
func (r Resellers) applyLimits(
	ctx context.Context,
	before account.ResellerLimits,
	input NewGiven,
) (account.ResellerLimits, error) {
	after := before
	if input.ResellerPlan != nil {
		planID, err := r.planID(ctx, *input.ResellerPlan)
		if err != nil {
			return after, err
		}
		after.Plan = planID
	}
	if input.Resources != nil {
		if after.Plan != "" {
			return after, fault.Invalid(
				fault.Field{
					Pointer: "/resources",
					Code:    "not-allowed",
					Detail:  "A reseller on a plan has the resources of the plan. Set resellerPlan to custom to give it resources of its own.",
				},
			)
		}
		resources, invalid := input.Resources.Check(resource.Reseller, "/resources")
		if len(invalid) > 0 {
			return after, fault.Invalid(invalid...)
		}
		after.Resources = resources
	}
	if input.Oversell != nil {
		after.Oversell = *input.Oversell
	}
	return after, nil
}

// planID returns the id of a reseller plan, or "" if the id is the word custom. It returns fault.InvalidRequest if the
// reseller plan does not exist.
func (r Resellers) planID(ctx context.Context, id string) (string, error) {
	if id == plan.Custom {
		return "", nil
	}
	found, _, err := r.Store.ReadPlan(ctx, plan.ID(id), idempotency.Key{})
	if err == nil && (found == nil || !found.ID.IsReseller()) {
		err = fault.Invalid(
			fault.Field{Pointer: "/resellerPlan", Code: "unknown-plan", Detail: "This reseller plan does not exist."},
		)
	}
	return id, err
}
