package api

import (
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
