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

// ResellerPatch is a change to a reseller (JSON Merge Patch, RFC 7396).
type ResellerPatch struct {
	Contact      ContactPatch  `json:"contact,omitempty"`
	ResellerPlan *string       `json:"resellerPlan,omitempty" maxLength:"40" doc:"Id of a reseller plan, or the word custom."`
	Resources    *resource.Set `json:"resources,omitempty" doc:"Resources of a reseller on the custom plan. They replace the current resources."`
	Oversell     *bool         `json:"oversell,omitempty"`
}

type changeResellerInput struct {
	ResellerPath

	Body ResellerPatch
}

// ChangeReseller changes a reseller's contact information and limits.
func (Operations) ChangeReseller(resellers directory.Resellers) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "changeReseller",
		Method:  http.MethodPatch,
		Path:    "/v1/resellers/{resellerId}",
		Tag:     resellersTag,
		Summary: "Edit a reseller",
		Description: "New limits apply to future changes. Existing customers and subscriptions keep what they have. " +
			"For a new e-mail address, an API token also needs the scope credentials:write.",
		Callers: access.OnlyAdmin,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *changeResellerInput) (*resellerOutput, error) {
		given := directory.NewGiven{
			ResellerPlan: in.Body.ResellerPlan,
			Resources:    in.Body.Resources,
			Oversell:     in.Body.Oversell,
		}
		return resellerResponse(
			resellers.Edit(ctx, call.Caller, metadataOf(call), in.ResellerID, in.Body.Contact.patch(), given),
		)
	})
}
