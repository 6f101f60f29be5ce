package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

type createResellerInput struct{ Body NewReseller }

// CreateReseller creates a reseller.
func CreateReseller(create directory.Create) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "createReseller", Method: http.MethodPost, Path: "/v1/resellers", Tag: resellersTag,
		Summary: "Create a reseller", Description: "Without a password the reseller gets a mail with a link to set one.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite,
		Faults: []fault.Code{fault.LoginTaken, fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *createResellerInput) (*createdOutput, error) {
		made, err := create.Reseller(ctx, call.Caller, requestOf(call), in.Body.account())
		return created("/v1/resellers/", made), err
	})
}
