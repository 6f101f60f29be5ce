package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

type suspendResellerInput struct {
	ResellerPath

	Body *NewHold
}

// SuspendReseller suspends a reseller and everything it owns.
func (Operations) SuspendReseller(resellers directory.Resellers) httpapi.Endpoint {
	change := resellers.Change
	change.Only = account.Reseller
	return httpapi.New(httpapi.Spec{
		ID:      "suspendReseller",
		Method:  http.MethodPost,
		Path:    "/v1/resellers/{resellerId}/suspend",
		Tag:     resellersTag,
		Status:  http.StatusOK,
		Summary: "Suspend a reseller",
		Description: "Suspends the reseller and everything it owns. Activating the reseller restores its customers as they " +
			"were. " + suspendAgain,
		Callers: access.OnlyAdmin,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *suspendResellerInput) (*resellerOutput, error) {
		after, err := change.Suspend(ctx, call.Caller, metadataOf(call), in.ResellerID, in.Body.hold())
		return resellerResponse(resellers.Show(ctx, after, err))
	})
}
