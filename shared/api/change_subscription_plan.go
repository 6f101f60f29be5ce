package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

type changeSubscriptionPlanInput struct {
	SubscriptionPath

	Body NewSubscriptionPlan
}

// ChangeSubscriptionPlan puts a subscription on another plan.
func (Operations) ChangeSubscriptionPlan(subscriptions hosting.Subscriptions) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "changeSubscriptionPlan", Method: http.MethodPut, Path: "/v1/subscriptions/{subscriptionId}/plan", Tag: hostingTag,
		Summary: "Switch the plan", Description: "Custom without resources keeps what the subscription has, detached from its plan.",
		Callers: access.Managers, Scope: access.HostingWrite, IfMatch: true, Faults: []fault.Code{fault.LimitExceeded, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *changeSubscriptionPlanInput) (*subscriptionOutput, error) {
		return shownSubscription(subscriptions.Replan(ctx, call.Caller, requestOf(call), in.SubscriptionID, in.Body.ServicePlan, in.Body.Resources))
	})
}
