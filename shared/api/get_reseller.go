package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

// ResellerPath names a reseller in a path. Operations get the id, whatever the path has (httpapi.Resolver).
type ResellerPath struct {
	ResellerID string `path:"resellerId" maxLength:"100" doc:"A reseller: an id, login:<login> or external:<externalId>."`
}

// GetReseller returns a reseller.
func (Operations) GetReseller(resellers directory.Resellers) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "getReseller",
		Method:      http.MethodGet,
		Path:        "/v1/resellers/{resellerId}",
		Tag:         resellersTag,
		Summary:     "Get a reseller",
		Description: "Returns the reseller with its limits and its usage. A reseller can get itself.",
		Callers:     access.Managers,
		Scope:       access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *ResellerPath) (*resellerOutput, error) {
		return resellerResponse(resellers.Find(ctx, call.Caller, in.ResellerID))
	})
}

type resellerOutput struct {
	ETag string `header:"ETag"`
	Body directory.Reseller
}

func resellerResponse(reseller directory.Reseller, err error) (*resellerOutput, error) {
	return &resellerOutput{ETag: httpapi.ETag(reseller.Version), Body: reseller}, err
}
