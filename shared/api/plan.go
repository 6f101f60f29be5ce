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

// NewServicePlan is the body of a new service plan.
type NewServicePlan struct {
	Name string `json:"name" minLength:"1" maxLength:"60"`

	resource.Set
}

// NewResellerPlan is the body of a new reseller plan.
type NewResellerPlan struct {
	NewServicePlan

	Oversell bool `json:"oversell,omitempty" doc:"Whether a reseller on this plan may give out more than it has."`
}

// ServicePlanPatch is a change to a service plan (JSON Merge Patch, RFC 7396).
type ServicePlanPatch struct {
	Name         *string          `json:"name,omitempty" minLength:"1" maxLength:"60"`
	Allotments   map[string]int64 `json:"allotments,omitempty" doc:"Merged by name. -1 means unlimited."`
	Permissions  map[string]bool  `json:"permissions,omitempty" doc:"Merged by name."`
	Applications *[]string        `json:"applications,omitempty" doc:"The complete list after the change."`
}

// ResellerPlanPatch is a change to a reseller plan (JSON Merge Patch, RFC 7396).
type ResellerPlanPatch struct {
	ServicePlanPatch

	Oversell *bool `json:"oversell,omitempty"`
}

func (n NewServicePlan) input() plan.Input {
	return plan.Input{Name: &n.Name, Allotments: n.Allotments, Permissions: n.Permissions, Applications: &n.Applications}
}

func (n NewResellerPlan) input() plan.Input {
	input := n.NewServicePlan.input()
	input.Oversell = &n.Oversell
	return input
}

func (p ServicePlanPatch) input() plan.Input {
	return plan.Input{Name: p.Name, Allotments: p.Allotments, Permissions: p.Permissions, Applications: p.Applications}
}

func (p ResellerPlanPatch) input() plan.Input {
	input := p.ServicePlanPatch.input()
	input.Oversell = p.Oversell
	return input
}

// PlanPath holds the id of a plan in a path.
type PlanPath struct {
	PlanID plan.ID `path:"planId" maxLength:"40"`
}

type planOutput struct {
	ETag string `header:"ETag"`
	Body plan.PlanView
}

type createdPlanOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     plan.PlanView
}

func planResponse(view plan.PlanView, err error) (*planOutput, error) {
	return &planOutput{ETag: httpapi.ETag(view.Version), Body: view}, err
}

// planKind holds what differs between the operations on service plans and on reseller plans.
type planKind struct {
	name, title string // name is used in paths and descriptions, title in operation ids
	callers     access.Kinds
}

var (
	servicePlans  = planKind{"service", "Service", access.Managers}
	resellerPlans = planKind{"reseller", "Reseller", access.OnlyAdmin}
)

func (k planKind) path() string { return "/v1/" + k.name + "-plans" }

// planBody is implemented by the bodies of new and changed plans.
type planBody interface{ input() plan.Input }

type createPlanInput[B planBody] struct{ Body B }

func createPlan[B planBody](kind planKind, plans plan.Plans) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "create" + kind.title + "Plan",
		Method:  http.MethodPost,
		Path:    kind.path(),
		Tag:     plansTag,
		Summary: "Create a " + kind.name + " plan",
		Description: "Allotments that you do not name are unlimited. Permissions and applications that you do not name are " +
			"not granted.",
		Callers: kind.callers,
		Scope:   access.HostingWrite,
	}, func(ctx context.Context, call httpapi.Call, in *createPlanInput[B]) (*createdPlanOutput, error) {
		created, err := plans.Create(ctx, call.Caller, metadataOf(call), in.Body.input())
		return &createdPlanOutput{
			ETag:     httpapi.ETag(created.Version),
			Location: kind.path() + "/" + string(created.ID),
			Body:     created,
		}, err
	})
}

type listPlansInput struct {
	PageInput

	Owner account.ID `query:"owner" maxLength:"40" doc:"Id of a reseller, or the word administrator. The default is your own plans."`
}

func listPlans(kind planKind, plans plan.Plans) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "list" + kind.title + "Plans",
		Method:      http.MethodGet,
		Path:        kind.path(),
		Tag:         plansTag,
		Summary:     "List " + kind.name + " plans",
		Compress:    true,
		Description: "Sorted by time of creation, oldest first.",
		Callers:     kind.callers,
		Scope:       access.HostingRead,
		Faults:      []fault.Code{fault.NotFound},
	}, func(ctx context.Context, call httpapi.Call, in *listPlansInput) (*listOutput[plan.PlanView], error) {
		return listResponse(plans.List(ctx, call.Caller, in.Owner, in.Limit, in.Cursor))
	})
}

func getPlan(kind planKind, plans plan.Plans) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "get" + kind.title + "Plan",
		Method:      http.MethodGet,
		Path:        kind.path() + "/{planId}",
		Tag:         plansTag,
		Summary:     "Get a " + kind.name + " plan",
		Description: "Returns the plan and the number of subscriptions or resellers on it.",
		Callers:     kind.callers,
		Scope:       access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *PlanPath) (*planOutput, error) {
		return planResponse(plans.Get(ctx, call.Caller, in.PlanID))
	})
}

type changePlanInput[B planBody] struct {
	PlanPath

	Body B
}

func changePlan[B planBody](kind planKind, plans plan.Plans) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "change" + kind.title + "Plan",
		Method:  http.MethodPatch,
		Path:    kind.path() + "/{planId}",
		Tag:     plansTag,
		Summary: "Edit a " + kind.name + " plan",
		Description: "The change applies at once to everything that follows the plan. Allotments and permissions are " +
			"merged by name.",
		Callers: kind.callers,
		Scope:   access.HostingWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.LimitExceeded},
	}, func(ctx context.Context, call httpapi.Call, in *changePlanInput[B]) (*planOutput, error) {
		return planResponse(plans.Edit(ctx, call.Caller, metadataOf(call), in.PlanID, in.Body.input()))
	})
}

func deletePlan(kind planKind, plans plan.Plans) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "delete" + kind.title + "Plan",
		Method:      http.MethodDelete,
		Path:        kind.path() + "/{planId}",
		Tag:         plansTag,
		Summary:     "Delete a " + kind.name + " plan",
		Description: "Fails with `conflict` while a subscription or reseller is on the plan.",
		Callers:     kind.callers,
		Scope:       access.HostingWrite,
		IfMatch:     true,
		Faults:      []fault.Code{fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *PlanPath) (*struct{}, error) {
		return nil, plans.Delete(ctx, call.Caller, metadataOf(call), in.PlanID)
	})
}
