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

// NewReseller is the body of a new reseller.
type NewReseller struct {
	NewAccount

	ResellerPlan *string       `json:"resellerPlan,omitempty" maxLength:"40" doc:"Id of a reseller plan, or the word custom (the default)."`
	Resources    *resource.Set `json:"resources,omitempty" doc:"Resources of a reseller on the custom plan. Without a plan and resources, everything is unlimited and allowed."`
	Oversell     *bool         `json:"oversell,omitempty" doc:"Whether the reseller may give out more than it has."`
}

type createResellerInput struct{ Body NewReseller }

type createdResellerOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     directory.Reseller
}

// CreateReseller creates a reseller.
func (Operations) CreateReseller(resellers directory.Resellers) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "createReseller",
		Method:      http.MethodPost,
		Path:        "/v1/resellers",
		Tag:         resellersTag,
		Summary:     "Create a reseller",
		Description: "Without a password, the reseller gets a mail with a link to set one.",
		Callers:     access.OnlyAdmin,
		Scope:       access.CustomersWrite,
		Faults:      []fault.Code{fault.LoginTaken, fault.Conflict, fault.NotFound},
	}, func(ctx context.Context, call httpapi.Call, in *createResellerInput) (*createdResellerOutput, error) {
		given := directory.NewGiven{
			ResellerPlan: in.Body.ResellerPlan,
			Resources:    in.Body.Resources,
			Oversell:     in.Body.Oversell,
		}
		reseller, err := resellers.Add(ctx, call.Caller, metadataOf(call), in.Body.account(), given)
		return &createdResellerOutput{
			ETag:     httpapi.ETag(reseller.Version),
			Location: "/v1/resellers/" + string(reseller.ID),
			Body:     reseller,
		}, err
	})
}
