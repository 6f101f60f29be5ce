package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

type listWebsitesInput struct {
	SubscriptionPath
	PageInput
}

// ListWebsites lists the websites of a subscription.
func (Operations) ListWebsites(websites hosting.Websites) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "listWebsites",
		Method:      http.MethodGet,
		Path:        "/v1/subscriptions/{subscriptionId}/websites",
		Tag:         hostingTag,
		Summary:     "List websites",
		Compress:    true,
		Description: "Sorted by time of creation, oldest first.",
		Callers:     access.Everyone,
		Scope:       access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *listWebsitesInput) (*listOutput[hosting.WebsiteView], error) {
		return listResponse(websites.List(ctx, call.Caller, in.SubscriptionID, in.Limit, in.Cursor))
	})
}
