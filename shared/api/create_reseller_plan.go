package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// CreateResellerPlan creates a reseller plan.
func (Operations) CreateResellerPlan(plans plan.Plans) httpapi.Endpoint {
	return createPlan[NewResellerPlan](resellerPlans, plans)
}
