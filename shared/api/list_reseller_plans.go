package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ListResellerPlans lists reseller plans.
func (Operations) ListResellerPlans(keeper plan.Keeper) httpapi.Endpoint {
	return listPlans(resellerPlans, keeper)
}
