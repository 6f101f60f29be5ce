package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

// DeleteSubscription removes a subscription.
func (Operations) DeleteSubscription(subscriptions hosting.Subscriptions) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "deleteSubscription",
		Method:  http.MethodDelete,
		Path:    "/v1/subscriptions/{subscriptionId}",
		Tag:     hostingTag,
		Summary: "Remove a subscription",
		Description: "Removes the subscription with all its websites. The websites stop serving at once and their domains " +
			"become free. With more than a hundred websites, the domains become free some seconds later.",
		Callers: access.Managers,
		Scope:   access.HostingWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *SubscriptionPath) (*struct{}, error) {
		return nil, subscriptions.Remove(ctx, call.Caller, metadataOf(call), in.SubscriptionID)
	})
}
