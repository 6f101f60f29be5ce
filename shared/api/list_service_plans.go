package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

type listServicePlansInput struct {
	PageInput

	Owner account.ID `query:"owner" maxLength:"40" doc:"a reseller's id or administrator; by default the caller's own"`
}

// ListServicePlans lists service plans.
func ListServicePlans(keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "listServicePlans", Method: http.MethodGet, Path: "/v1/service-plans", Tag: plansTag,
		Summary: "List service plans", Description: "In order of creation.",
		Callers: access.Managers, Scope: access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *listServicePlansInput) (*listOutput[plan.Terms], error) {
		return listed(keeper.List(ctx, call.Caller, in.Owner, in.Limit, in.Cursor))
	})
}
