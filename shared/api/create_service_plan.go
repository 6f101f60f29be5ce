package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// CreateServicePlan creates a service plan.
func CreateServicePlan(keeper plan.Keeper) httpapi.Operation {
	return createPlan[NewServicePlan](servicePlans, keeper)
}
