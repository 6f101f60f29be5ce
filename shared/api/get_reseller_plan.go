package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

// GetResellerPlan reads a reseller plan.
func GetResellerPlan(keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "getResellerPlan", Method: http.MethodGet, Path: "/v1/reseller-plans/{planId}", Tag: plansTag,
		Summary: "Get a reseller plan", Description: "With how many are on it.",
		Callers: access.OnlyAdmin, Scope: access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *PlanPath) (*planOutput, error) {
		return shownPlan(keeper.Get(ctx, call.Caller, in.PlanID))
	})
}
