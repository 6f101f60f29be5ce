package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// GetServicePlan returns a service plan.
func (Operations) GetServicePlan(keeper plan.Keeper) httpapi.Endpoint {
	return getPlan(servicePlans, keeper)
}
