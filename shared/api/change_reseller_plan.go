package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

type changeResellerPlanInput struct {
	PlanPath

	Body ResellerPlanPatch
}

// ChangeResellerPlan edits a reseller plan.
func ChangeResellerPlan(keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "changeResellerPlan", Method: http.MethodPatch, Path: "/v1/reseller-plans/{planId}", Tag: plansTag,
		Summary: "Edit a reseller plan", Description: "Reaches all that follow the plan at once, however many they are. Allotments and permissions are merged by name.",
		Callers: access.OnlyAdmin, Scope: access.HostingWrite, IfMatch: true, Faults: []fault.Code{fault.LimitExceeded},
	}, func(ctx context.Context, call httpapi.Call, in *changeResellerPlanInput) (*planOutput, error) {
		return shownPlan(keeper.Edit(ctx, call.Caller, requestOf(call), in.PlanID, in.Body.wanted()))
	})
}
