package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// DeleteResellerPlan deletes a reseller plan.
func (Operations) DeleteResellerPlan(plans plan.Plans) httpapi.Endpoint {
	return deletePlan(resellerPlans, plans)
}
