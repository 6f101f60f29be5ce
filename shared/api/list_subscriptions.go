package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

type listSubscriptionsInput struct {
	CustomerPath
	PageInput
}

// ListSubscriptions lists a customer's subscriptions.
func (Operations) ListSubscriptions(subscriptions hosting.Subscriptions) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "listSubscriptions",
		Method:      http.MethodGet,
		Path:        "/v1/customers/{customerId}/subscriptions",
		Tag:         hostingTag,
		Summary:     "List subscriptions",
		Compress:    true,
		Description: "Sorted by time of creation, oldest first.",
		Callers:     access.Everyone,
		Scope:       access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *listSubscriptionsInput) (*listOutput[hosting.SubscriptionView], error) {
		return listResponse(subscriptions.List(ctx, call.Caller, in.CustomerID, in.Limit, in.Cursor))
	})
}
