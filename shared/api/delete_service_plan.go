package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// DeleteServicePlan deletes a service plan.
func (Operations) DeleteServicePlan(plans plan.Plans) httpapi.Endpoint {
	return deletePlan(servicePlans, plans)
}
