package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// CreateResellerPlan creates a reseller plan.
func (Operations) CreateResellerPlan(keeper plan.Keeper) httpapi.Endpoint {
	return createPlan[NewResellerPlan](resellerPlans, keeper)
}
