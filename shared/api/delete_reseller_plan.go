package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// DeleteResellerPlan deletes a reseller plan.
func DeleteResellerPlan(keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "deleteResellerPlan", Method: http.MethodDelete, Path: "/v1/reseller-plans/{planId}", Tag: plansTag,
		Summary: "Delete a reseller plan", Description: "Refused while anything is on it.",
		Callers: access.OnlyAdmin, Scope: access.HostingWrite, IfMatch: true, Faults: []fault.Code{fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *PlanPath) (*struct{}, error) {
		return nil, keeper.Delete(ctx, call.Caller, requestOf(call), in.PlanID)
	})
}
