package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// GetResellerPlan returns a reseller plan.
func (Operations) GetResellerPlan(plans plan.Plans) httpapi.Endpoint {
	return getPlan(resellerPlans, plans)
}
