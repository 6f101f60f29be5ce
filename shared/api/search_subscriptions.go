package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

type searchDomainsInput struct {
	PageInput

	Search string `query:"search" required:"true" minLength:"1" maxLength:"200" doc:"Words that domains of websites contain. Case and accents do not matter. Words of one or two characters must be at the beginning of a word."`
}

func (in *searchDomainsInput) input() hosting.SearchInput {
	return hosting.SearchInput{Text: in.Search, Limit: in.Limit, Cursor: in.Cursor}
}

// SearchSubscriptions finds subscriptions by domain.
func (Operations) SearchSubscriptions(search hosting.Search) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:       "searchSubscriptions",
		Method:   http.MethodGet,
		Path:     "/v1/subscriptions",
		Tag:      hostingTag,
		Summary:  "Search subscriptions",
		Compress: true,
		Description: "Finds the subscriptions of all accounts in your view by their domains. The subscription with exactly " +
			"this domain comes first, then those in which a word begins like this, then all others. New websites appear " +
			"within some seconds.",
		Callers: access.Managers,
		Scope:   access.HostingRead,
	}, func(
		ctx context.Context, call httpapi.Call, in *searchDomainsInput,
	) (*listOutput[hosting.SubscriptionView], error) {
		return listResponse(search.Subscriptions(ctx, call.Caller, in.input()))
	})
}
