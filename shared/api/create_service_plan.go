package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// CreateServicePlan creates a service plan.
func (Operations) CreateServicePlan(plans plan.Plans) httpapi.Endpoint {
	return createPlan[NewServicePlan](servicePlans, plans)
}
