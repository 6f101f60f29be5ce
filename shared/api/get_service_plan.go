package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// GetServicePlan reads a service plan.
func GetServicePlan(keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "getServicePlan", Method: http.MethodGet, Path: "/v1/service-plans/{planId}", Tag: plansTag,
		Summary: "Get a service plan", Description: "With how many are on it.",
		Callers: access.Managers, Scope: access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *PlanPath) (*planOutput, error) {
		return shownPlan(keeper.Get(ctx, call.Caller, in.PlanID))
	})
}
