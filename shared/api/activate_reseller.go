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

type activateResellerInput struct {
	ResellerPath

	Body *Activation
}

// ActivateReseller activates a reseller.
func (Operations) ActivateReseller(resellers directory.Resellers) httpapi.Operation {
	change := resellers.Change
	change.Only = account.Reseller
	return httpapi.New(httpapi.Spec{
		ID: "activateReseller", Method: http.MethodPost, Path: "/v1/resellers/{resellerId}/activate", Tag: resellersTag, Status: http.StatusOK,
		Summary: "Activate a reseller", Description: "Lifts its own holds and those on its own subscriptions, not those on its customers.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite, IfMatch: true, Faults: []fault.Code{fault.HeldByHigherLevel, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *activateResellerInput) (*resellerOutput, error) {
		after, err := change.Activate(ctx, call.Caller, requestOf(call), in.ResellerID, in.Body.subscriptions())
		return shownReseller(resellers.Show(ctx, after, err))
	})
}
