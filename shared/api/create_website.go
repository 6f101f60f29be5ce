package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

// NewWebsite is the body of a new website.
type NewWebsite struct {
	Domain string `json:"domain" minLength:"1" maxLength:"255" example:"shop.example.com"`
}

type createWebsiteInput struct {
	SubscriptionPath

	Body NewWebsite
}

// CreateWebsite creates a website.
func (Operations) CreateWebsite(websites hosting.Websites) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "createWebsite",
		Method:  http.MethodPost,
		Path:    "/v1/subscriptions/{subscriptionId}/websites",
		Tag:     hostingTag,
		Summary: "Create a website",
		Description: "A domain can have only one website in the whole service. All websites in a registrable domain belong to " +
			"one customer.",
		Callers: accountHolders,
		Scope:   access.HostingWrite,
		Faults:  []fault.Code{fault.Conflict, fault.LimitExceeded, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *createWebsiteInput) (*websiteOutput, error) {
		return websiteResponse(websites.Add(ctx, call.Caller, metadataOf(call), in.SubscriptionID, in.Body.Domain))
	})
}
