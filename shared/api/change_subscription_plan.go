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

// ChangeSubscriptionPlan changes the plan of a subscription.
func (Operations) ChangeSubscriptionPlan(subscriptions hosting.Subscriptions) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID:      "changeSubscriptionPlan",
		Method:  http.MethodPut,
		Path:    "/v1/subscriptions/{subscriptionId}/plan",
		Tag:     hostingTag,
		Summary: "Change the plan of a subscription",
		Description: "With the custom plan and without resources, the subscription keeps its resources and no longer " +
			"follows a plan.",
		Callers: access.Managers,
		Scope:   access.HostingWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.LimitExceeded, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *changeSubscriptionPlanInput) (*subscriptionOutput, error) {
		return subscriptionResponse(
			subscriptions.ChangePlan(
				ctx,
				call.Caller,
				metadataOf(call),
				in.SubscriptionID,
				in.Body.ServicePlan,
				in.Body.Resources,
			),
		)
	})
}
