package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

// GetSubscription returns a subscription.
func (Operations) GetSubscription(subscriptions hosting.Subscriptions) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "getSubscription",
		Method:      http.MethodGet,
		Path:        "/v1/subscriptions/{subscriptionId}",
		Tag:         hostingTag,
		Summary:     "Get a subscription",
		Description: "Returns the subscription with its own holds and the inherited holds.",
		Callers:     access.Everyone,
		Scope:       access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *SubscriptionPath) (*subscriptionOutput, error) {
		return subscriptionResponse(subscriptions.Get(ctx, call.Caller, in.SubscriptionID))
	})
}
