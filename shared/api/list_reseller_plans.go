package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ListResellerPlans lists reseller plans.
func ListResellerPlans(keeper plan.Keeper) httpapi.Operation {
	return listPlans(resellerPlans, keeper)
}
