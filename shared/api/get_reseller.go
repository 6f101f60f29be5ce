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
func (Operations) GetReseller(resellers directory.Resellers) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "getReseller", Method: http.MethodGet, Path: "/v1/resellers/{resellerId}", Tag: resellersTag,
		Summary: "Get a reseller", Description: "With what it was given and has given. A reseller may read itself.",
		Callers: access.Managers, Scope: access.CustomersRead, Faults: []fault.Code{fault.NotFound},
	}, func(ctx context.Context, call httpapi.Call, in *getResellerInput) (*resellerOutput, error) {
		return shownReseller(resellers.Find(ctx, call.Caller, in.ResellerID))
	})
}

type resellerOutput struct {
	ETag string `header:"ETag"`
	Body directory.Reseller
}

func shownReseller(of directory.Reseller, err error) (*resellerOutput, error) {
	return &resellerOutput{ETag: httpapi.ETag(of.Version), Body: of}, err
}
