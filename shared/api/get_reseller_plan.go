package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// GetResellerPlan reads a reseller plan.
func (Operations) GetResellerPlan(keeper plan.Keeper) httpapi.Operation {
	return getPlan(resellerPlans, keeper)
}
