package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ChangeServicePlan edits a service plan.
func (Operations) ChangeServicePlan(keeper plan.Keeper) httpapi.Operation {
	return changePlan[ServicePlanPatch](servicePlans, keeper)
}
