package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

// ActivateSubscription activates a subscription.
func (Operations) ActivateSubscription(subscriptions hosting.Subscriptions) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "activateSubscription",
		Method:      http.MethodPost,
		Path:        "/v1/subscriptions/{subscriptionId}/activate",
		Tag:         hostingTag,
		Status:      http.StatusOK,
		Summary:     "Activate a subscription",
		Description: "Lifts the holds that you may lift. The response shows the holds that remain.",
		Callers:     access.Managers,
		Scope:       access.HostingWrite,
		IfMatch:     true,
		Faults:      []fault.Code{fault.HeldByHigherLevel, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *SubscriptionPath) (*subscriptionOutput, error) {
		return subscriptionResponse(subscriptions.Activate(ctx, call.Caller, metadataOf(call), in.SubscriptionID))
	})
}
