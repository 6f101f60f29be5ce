package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// NewServicePlan is what a service plan is created from.
type NewServicePlan struct {
	Name string `json:"name" minLength:"1" maxLength:"60"`

	resource.Set
}

// NewResellerPlan is what a reseller plan is created from.
type NewResellerPlan struct {
	NewServicePlan

	Oversell bool `json:"oversell,omitempty" doc:"its resellers may give more than they have"`
}

// ServicePlanPatch is what a service plan becomes (JSON Merge Patch).
type ServicePlanPatch struct {
	Name         *string          `json:"name,omitempty" minLength:"1" maxLength:"60"`
	Allotments   map[string]int64 `json:"allotments,omitempty" doc:"merged by name; -1 is unlimited"`
	Permissions  map[string]bool  `json:"permissions,omitempty" doc:"merged by name"`
	Applications *[]string        `json:"applications,omitempty" doc:"all that there are after the change"`
}

// ResellerPlanPatch is what a reseller plan becomes (JSON Merge Patch).
type ResellerPlanPatch struct {
	ServicePlanPatch

	Oversell *bool `json:"oversell,omitempty"`
}

func (n NewServicePlan) wanted() plan.Wanted {
	return plan.Wanted{Name: &n.Name, Allotments: n.Allotments, Permissions: n.Permissions, Applications: &n.Applications}
}

func (n NewResellerPlan) wanted() plan.Wanted {
	wanted := n.NewServicePlan.wanted()
	wanted.Oversell = &n.Oversell
	return wanted
}

func (p ServicePlanPatch) wanted() plan.Wanted {
	return plan.Wanted{Name: p.Name, Allotments: p.Allotments, Permissions: p.Permissions, Applications: p.Applications}
}

func (p ResellerPlanPatch) wanted() plan.Wanted {
	wanted := p.ServicePlanPatch.wanted()
	wanted.Oversell = p.Oversell
	return wanted
}

// PlanPath names a plan in a path.
type PlanPath struct {
	PlanID plan.ID `path:"planId" maxLength:"40"`
}

type planOutput struct {
	ETag string `header:"ETag"`
	Body plan.Terms
}

type createdPlanOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     plan.Terms
}

func shownPlan(of plan.Terms, err error) (*planOutput, error) {
	return &planOutput{ETag: httpapi.ETag(of.Version), Body: of}, err
}

// planKind is what the operations of one kind of plan have of their own.
type planKind struct {
	name, title string // in paths and prose, and in ids
	callers     access.Kinds
}

var (
	servicePlans  = planKind{"service", "Service", access.Managers}
	resellerPlans = planKind{"reseller", "Reseller", access.OnlyAdmin}
)

func (k planKind) path() string { return "/v1/" + k.name + "-plans" }

// planBody is a body that says what a plan is to be.
type planBody interface{ wanted() plan.Wanted }

type createPlanInput[B planBody] struct{ Body B }

func createPlan[B planBody](kind planKind, keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "create" + kind.title + "Plan", Method: http.MethodPost, Path: kind.path(), Tag: plansTag,
		Summary: "Create a " + kind.name + " plan", Description: "What it does not name is unlimited or not permitted.",
		Callers: kind.callers, Scope: access.HostingWrite,
	}, func(ctx context.Context, call httpapi.Call, in *createPlanInput[B]) (*createdPlanOutput, error) {
		made, err := keeper.Create(ctx, call.Caller, requestOf(call), in.Body.wanted())
		return &createdPlanOutput{ETag: httpapi.ETag(made.Version), Location: kind.path() + "/" + string(made.ID), Body: made}, err
	})
}

type listPlansInput struct {
	PageInput

	Owner account.ID `query:"owner" maxLength:"40" doc:"a reseller's id or administrator; by default the caller's own"`
}

func listPlans(kind planKind, keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "list" + kind.title + "Plans", Method: http.MethodGet, Path: kind.path(), Tag: plansTag,
		Summary: "List " + kind.name + " plans", Description: "In order of creation.",
		Callers: kind.callers, Scope: access.HostingRead, Faults: []fault.Code{fault.NotFound},
	}, func(ctx context.Context, call httpapi.Call, in *listPlansInput) (*listOutput[plan.Terms], error) {
		return listed(keeper.List(ctx, call.Caller, in.Owner, in.Limit, in.Cursor))
	})
}

func getPlan(kind planKind, keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "get" + kind.title + "Plan", Method: http.MethodGet, Path: kind.path() + "/{planId}", Tag: plansTag,
		Summary: "Get a " + kind.name + " plan", Description: "With how many are on it.",
		Callers: kind.callers, Scope: access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *PlanPath) (*planOutput, error) {
		return shownPlan(keeper.Get(ctx, call.Caller, in.PlanID))
	})
}

type changePlanInput[B planBody] struct {
	PlanPath

	Body B
}

func changePlan[B planBody](kind planKind, keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "change" + kind.title + "Plan", Method: http.MethodPatch, Path: kind.path() + "/{planId}", Tag: plansTag,
		Summary:     "Edit a " + kind.name + " plan",
		Description: "Reaches all that follow the plan at once, however many they are. Allotments and permissions are merged by name.",
		Callers:     kind.callers, Scope: access.HostingWrite, IfMatch: true, Faults: []fault.Code{fault.LimitExceeded},
	}, func(ctx context.Context, call httpapi.Call, in *changePlanInput[B]) (*planOutput, error) {
		return shownPlan(keeper.Edit(ctx, call.Caller, requestOf(call), in.PlanID, in.Body.wanted()))
	})
}

func deletePlan(kind planKind, keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "delete" + kind.title + "Plan", Method: http.MethodDelete, Path: kind.path() + "/{planId}", Tag: plansTag,
		Summary: "Delete a " + kind.name + " plan", Description: "Refused while anything is on it.",
		Callers: kind.callers, Scope: access.HostingWrite, IfMatch: true, Faults: []fault.Code{fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *PlanPath) (*struct{}, error) {
		return nil, keeper.Delete(ctx, call.Caller, requestOf(call), in.PlanID)
	})
}
