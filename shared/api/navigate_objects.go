package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/navigate"
)

type navigateInput struct {
	Query string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"Words that the objects contain, as in searches of customers."`
}

// Found is the result of quick navigation.
type Found struct {
	Items []navigate.Item `json:"items" nullable:"false"`
}

type navigateOutput struct{ Body Found }

// NavigateObjects finds objects of all kinds.
func (Operations) NavigateObjects(navigator navigate.Navigator) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:       "navigateObjects",
		Method:   http.MethodGet,
		Path:     "/v1/navigate",
		Tag:      customersTag,
		Summary:  "Find objects of all kinds",
		Compress: true,
		Description: "Returns at most 20 customers, resellers, subscriptions, websites and plans in your view, with their paths. " +
			"Objects with exactly this login, domain or name come first, then those in which a word begins like this, then " +
			"all others; among equals the newest first. An API token finds subscriptions, websites and plans only with the " +
			"scope hosting:read.",
		Callers: access.Managers,
		Scope:   access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *navigateInput) (*navigateOutput, error) {
		items, err := navigator.Find(ctx, call.Caller, in.Query)
		if items == nil {
			items = []navigate.Item{}
		}
		return &navigateOutput{Body: Found{Items: items}}, err
	})
}
