package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

// ActivateWebsite switches a website on again.
func (Operations) ActivateWebsite(websites hosting.Websites) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "activateWebsite", Method: http.MethodPost, Path: "/v1/websites/{websiteId}/activate", Tag: hostingTag, Status: http.StatusOK,
		Summary: "Switch a website on", Description: "Lifts the holds on it that you may lift.",
		Callers: keepers, Scope: access.HostingWrite, IfMatch: true, Faults: []fault.Code{fault.HeldByHigherLevel},
	}, func(ctx context.Context, call httpapi.Call, in *WebsitePath) (*websiteOutput, error) {
		return shownWebsite(websites.Activate(ctx, call.Caller, requestOf(call), in.WebsiteID))
	})
}
