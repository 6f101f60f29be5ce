package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

// ActivateWebsite activates a website.
func (Operations) ActivateWebsite(websites hosting.Websites) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "activateWebsite",
		Method:      http.MethodPost,
		Path:        "/v1/websites/{websiteId}/activate",
		Tag:         hostingTag,
		Status:      http.StatusOK,
		Summary:     "Activate a website",
		Description: "Lifts the holds that you may lift. The response shows the holds that remain.",
		Callers:     accountHolders,
		Scope:       access.HostingWrite,
		IfMatch:     true,
		Faults:      []fault.Code{fault.HeldByHigherLevel, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *WebsitePath) (*websiteOutput, error) {
		return websiteResponse(websites.Activate(ctx, call.Caller, metadataOf(call), in.WebsiteID))
	})
}
