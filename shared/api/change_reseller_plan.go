package api

import (
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// ChangeResellerPlan edits a reseller plan.
func (Operations) ChangeResellerPlan(plans plan.Plans) httpapi.Endpoint {
	return changePlan[ResellerPlanPatch](resellerPlans, plans)
}
