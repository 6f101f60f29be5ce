package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

type changeServicePlanInput struct {
	PlanPath

	Body ServicePlanPatch
}

// ChangeServicePlan edits a service plan.
func ChangeServicePlan(keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "changeServicePlan", Method: http.MethodPatch, Path: "/v1/service-plans/{planId}", Tag: plansTag,
		Summary: "Edit a service plan", Description: "Reaches all that follow the plan at once, however many they are. Allotments and permissions are merged by name.",
		Callers: access.Managers, Scope: access.HostingWrite, IfMatch: true, Faults: []fault.Code{fault.LimitExceeded},
	}, func(ctx context.Context, call httpapi.Call, in *changeServicePlanInput) (*planOutput, error) {
		return shownPlan(keeper.Edit(ctx, call.Caller, requestOf(call), in.PlanID, in.Body.wanted()))
	})
}
