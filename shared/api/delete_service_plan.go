package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// DeleteServicePlan deletes a service plan.
func (Operations) DeleteServicePlan(keeper plan.Keeper) httpapi.Endpoint {
	return deletePlan(servicePlans, keeper)
}
