package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// DeleteServicePlan deletes a service plan.
func DeleteServicePlan(keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "deleteServicePlan", Method: http.MethodDelete, Path: "/v1/service-plans/{planId}", Tag: plansTag,
		Summary: "Delete a service plan", Description: "Refused while anything is on it.",
		Callers: access.Managers, Scope: access.HostingWrite, IfMatch: true, Faults: []fault.Code{fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *PlanPath) (*struct{}, error) {
		return nil, keeper.Delete(ctx, call.Caller, requestOf(call), in.PlanID)
	})
}
