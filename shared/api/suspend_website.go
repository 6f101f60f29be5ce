package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

type suspendWebsiteInput struct {
	WebsitePath

	Body *NewHold
}

// SuspendWebsite switches a website off by itself.
func (Operations) SuspendWebsite(websites hosting.Websites) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "suspendWebsite", Method: http.MethodPost, Path: "/v1/websites/{websiteId}/suspend", Tag: hostingTag, Status: http.StatusOK,
		Summary: "Switch a website off", Description: "It stays off through any suspension and activation of what is above it. " + suspendAgain,
		Callers: keepers, Scope: access.HostingWrite, IfMatch: true,
	}, func(ctx context.Context, call httpapi.Call, in *suspendWebsiteInput) (*websiteOutput, error) {
		return shownWebsite(websites.Suspend(ctx, call.Caller, requestOf(call), in.WebsiteID, in.Body.hold()))
	})
}
