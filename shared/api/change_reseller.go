package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/resource"
)

// ResellerPatch is what a reseller becomes (JSON Merge Patch).
type ResellerPatch struct {
	Contact      ContactPatch  `json:"contact,omitempty"`
	ResellerPlan *string       `json:"resellerPlan,omitempty" maxLength:"40" doc:"a reseller plan's id, or custom"`
	Resources    *resource.Set `json:"resources,omitempty" doc:"of a custom reseller; replaces what it had"`
	Oversell     *bool         `json:"oversell,omitempty"`
}

type changeResellerInput struct {
	ResellerPath

	Body ResellerPatch
}

// ChangeReseller changes a reseller's contact and limits.
func (Operations) ChangeReseller(resellers directory.Resellers) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "changeReseller", Method: http.MethodPatch, Path: "/v1/resellers/{resellerId}", Tag: resellersTag,
		Summary: "Edit a reseller", Description: "New limits hold for what it gains from now on; what it has given stays.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite, IfMatch: true, Faults: []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *changeResellerInput) (*resellerOutput, error) {
		given := directory.NewGiven{ResellerPlan: in.Body.ResellerPlan, Resources: in.Body.Resources, Oversell: in.Body.Oversell}
		return shownReseller(resellers.Edit(ctx, call.Caller, requestOf(call), in.ResellerID, in.Body.Contact.patch(), given))
	})
}
