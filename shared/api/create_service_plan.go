package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// CreateServicePlan creates a service plan.
func (Operations) CreateServicePlan(keeper plan.Keeper) httpapi.Endpoint {
	return createPlan[NewServicePlan](servicePlans, keeper)
}
