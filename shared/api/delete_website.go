package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

// DeleteWebsite removes a website.
func (Operations) DeleteWebsite(websites hosting.Websites) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "deleteWebsite",
		Method:  http.MethodDelete,
		Path:    "/v1/websites/{websiteId}",
		Tag:     hostingTag,
		Summary: "Remove a website",
		Description: "Removes the website and frees its domain. If it was the primary domain of the subscription, the next " +
			"website has the primary domain.",
		Callers: accountHolders,
		Scope:   access.HostingWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *WebsitePath) (*struct{}, error) {
		return nil, websites.Remove(ctx, call.Caller, metadataOf(call), in.WebsiteID)
	})
}
