package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

type getResellerInput struct {
	ResellerID string `path:"resellerId" maxLength:"100" doc:"an id, login:<login> or external:<externalId>"`
}

// ResellerPath names a reseller in a path.
type ResellerPath struct {
	ResellerID string `path:"resellerId" maxLength:"100" doc:"a reseller's id"`
}

// GetReseller reads a reseller.
func GetReseller(get directory.Get) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "getReseller", Method: http.MethodGet, Path: "/v1/resellers/{resellerId}", Tag: resellersTag,
		Summary: "Get a reseller", Description: "A reseller may read itself.",
		Callers: access.Managers, Scope: access.CustomersRead, Faults: []fault.Code{fault.NotFound},
	}, func(ctx context.Context, call httpapi.Call, in *getResellerInput) (*customerOutput, error) {
		found, err := get.Reseller(ctx, call.Caller, in.ResellerID)
		return &customerOutput{ETag: httpapi.ETag(found.Version), Body: found}, err
	})
}
