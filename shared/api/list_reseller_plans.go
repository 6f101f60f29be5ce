package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/httpapi"
	"tenantry/shared/plan"
)

type listResellerPlansInput struct {
	PageInput

	Owner account.ID `query:"owner" maxLength:"40" doc:"a reseller's id or administrator; by default the caller's own"`
}

// ListResellerPlans lists reseller plans.
func ListResellerPlans(keeper plan.Keeper) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "listResellerPlans", Method: http.MethodGet, Path: "/v1/reseller-plans", Tag: plansTag,
		Summary: "List reseller plans", Description: "In order of creation.",
		Callers: access.OnlyAdmin, Scope: access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *listResellerPlansInput) (*listOutput[plan.Terms], error) {
		return listed(keeper.List(ctx, call.Caller, in.Owner, in.Limit, in.Cursor))
	})
}
