package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

// SearchWebsites finds websites by domain.
func (Operations) SearchWebsites(search hosting.Search) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:       "searchWebsites",
		Method:   http.MethodGet,
		Path:     "/v1/websites",
		Tag:      hostingTag,
		Summary:  "Search websites",
		Compress: true,
		Description: "Finds the websites of all accounts in your view by their domains. The website with exactly this domain " +
			"comes first, then those in which a word begins like this, then all others. New websites appear within some " +
			"seconds.",
		Callers: access.Managers,
		Scope:   access.HostingRead,
	}, func(ctx context.Context, call httpapi.Call, in *searchDomainsInput) (*listOutput[hosting.WebsiteView], error) {
		return listResponse(search.Websites(ctx, call.Caller, in.input()))
	})
}
