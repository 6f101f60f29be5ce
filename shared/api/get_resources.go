package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/resource"
)

type resourcesOutput struct{ Body resource.Descriptor }

// GetResources returns the resources that plans, subscriptions and resellers can have.
func (Operations) GetResources() httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "getResources",
		Method:      http.MethodGet,
		Path:        "/v1/resources",
		Tag:         plansTag,
		Summary:     "Describe resources",
		Description: "Lists the allotments, permissions and applications that plans, subscriptions and resellers can have.",
		Callers:     access.Everyone,
		Scope:       access.AnyScope,
	}, func(context.Context, httpapi.Call, *struct{}) (*resourcesOutput, error) {
		return &resourcesOutput{Body: resource.Describe()}, nil
	})
}
