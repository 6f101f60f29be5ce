package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ChangeResellerPlan edits a reseller plan.
func (Operations) ChangeResellerPlan(keeper plan.Keeper) httpapi.Endpoint {
	return changePlan[ResellerPlanPatch](resellerPlans, keeper)
}
