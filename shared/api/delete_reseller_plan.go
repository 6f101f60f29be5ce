package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// DeleteResellerPlan deletes a reseller plan.
func (Operations) DeleteResellerPlan(keeper plan.Keeper) httpapi.Endpoint {
	return deletePlan(resellerPlans, keeper)
}
