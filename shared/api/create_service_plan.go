package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

type createServicePlanInput struct{ Body NewServicePlan }

// CreateServicePlan creates a service plan.
func CreateServicePlan(keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "createServicePlan", Method: http.MethodPost, Path: "/v1/service-plans", Tag: plansTag,
		Summary: "Create a service plan", Description: "What it does not name is unlimited or not permitted.",
		Callers: access.Managers, Scope: access.HostingWrite,
	}, func(ctx context.Context, call httpapi.Call, in *createServicePlanInput) (*createdPlanOutput, error) {
		made, err := keeper.Create(ctx, call.Caller, requestOf(call), in.Body.wanted())
		return &createdPlanOutput{ETag: httpapi.ETag(made.Version), Location: "/v1/service-plans/" + string(made.ID), Body: made}, err
	})
}
