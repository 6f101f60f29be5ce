package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ChangeServicePlan edits a service plan.
func (Operations) ChangeServicePlan(keeper plan.Keeper) httpapi.Endpoint {
	return changePlan[ServicePlanPatch](servicePlans, keeper)
}
