package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// GetServicePlan returns a service plan.
func (Operations) GetServicePlan(plans plan.Plans) httpapi.Endpoint {
	return getPlan(servicePlans, plans)
}
