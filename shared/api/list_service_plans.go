package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ListServicePlans lists service plans.
func ListServicePlans(keeper plan.Keeper) httpapi.Operation {
	return listPlans(servicePlans, keeper)
}
