package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

type suspendWebsiteInput struct {
	WebsitePath

	Body *NewHold
}

// SuspendWebsite suspends a website.
func (Operations) SuspendWebsite(websites hosting.Websites) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "suspendWebsite",
		Method:  http.MethodPost,
		Path:    "/v1/websites/{websiteId}/suspend",
		Tag:     hostingTag,
		Status:  http.StatusOK,
		Summary: "Suspend a website",
		Description: "The website stays suspended until you activate it, even if an object above it is suspended and " +
			"activated. " + suspendAgain,
		Callers: accountHolders,
		Scope:   access.HostingWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *suspendWebsiteInput) (*websiteOutput, error) {
		return websiteResponse(websites.Suspend(ctx, call.Caller, metadataOf(call), in.WebsiteID, in.Body.hold()))
	})
}
