package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ListServicePlans lists service plans.
func (Operations) ListServicePlans(plans plan.Plans) httpapi.Endpoint {
	return listPlans(servicePlans, plans)
}
