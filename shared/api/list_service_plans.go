package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ListServicePlans lists service plans.
func (Operations) ListServicePlans(keeper plan.Keeper) httpapi.Endpoint {
	return listPlans(servicePlans, keeper)
}
