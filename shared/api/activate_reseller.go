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
func (Operations) ActivateReseller(resellers directory.Resellers) httpapi.Endpoint {
	change := resellers.Change
	change.Only = account.Reseller
	return httpapi.New(httpapi.Spec{
		ID:          "activateReseller",
		Method:      http.MethodPost,
		Path:        "/v1/resellers/{resellerId}/activate",
		Tag:         resellersTag,
		Status:      http.StatusOK,
		Summary:     "Activate a reseller",
		Description: "Lifts the holds on the reseller and on its own subscriptions. Holds on its customers stay.",
		Callers:     access.OnlyAdmin,
		Scope:       access.CustomersWrite,
		IfMatch:     true,
		Faults:      []fault.Code{fault.HeldByHigherLevel, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *activateResellerInput) (*resellerOutput, error) {
		after, err := change.Activate(ctx, call.Caller, metadataOf(call), in.ResellerID, in.Body.subscriptions())
		return resellerResponse(resellers.Show(ctx, after, err))
	})
}
