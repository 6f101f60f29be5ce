package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// GetResellerPlan returns a reseller plan.
func (Operations) GetResellerPlan(keeper plan.Keeper) httpapi.Endpoint {
	return getPlan(resellerPlans, keeper)
}
