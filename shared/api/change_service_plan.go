package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ChangeServicePlan edits a service plan.
func (Operations) ChangeServicePlan(plans plan.Plans) httpapi.Endpoint {
	return changePlan[ServicePlanPatch](servicePlans, plans)
}
