package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ListResellerPlans lists reseller plans.
func (Operations) ListResellerPlans(plans plan.Plans) httpapi.Endpoint {
	return listPlans(resellerPlans, plans)
}
