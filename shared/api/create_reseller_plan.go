package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

type createResellerPlanInput struct{ Body NewResellerPlan }

// CreateResellerPlan creates a reseller plan.
func CreateResellerPlan(keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "createResellerPlan", Method: http.MethodPost, Path: "/v1/reseller-plans", Tag: plansTag,
		Summary: "Create a reseller plan", Description: "What it does not name is unlimited or not permitted.",
		Callers: access.OnlyAdmin, Scope: access.HostingWrite,
	}, func(ctx context.Context, call httpapi.Call, in *createResellerPlanInput) (*createdPlanOutput, error) {
		made, err := keeper.Create(ctx, call.Caller, requestOf(call), in.Body.wanted())
		return &createdPlanOutput{ETag: httpapi.ETag(made.Version), Location: "/v1/reseller-plans/" + string(made.ID), Body: made}, err
	})
}
