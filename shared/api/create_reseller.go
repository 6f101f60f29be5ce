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

// NewReseller is what a reseller is created from.
type NewReseller struct {
	NewAccount

	ResellerPlan *string       `json:"resellerPlan,omitempty" maxLength:"40" doc:"a reseller plan's id, or custom, which is the default"`
	Resources    *resource.Set `json:"resources,omitempty" doc:"of a custom reseller; without plan and resources it may have and give everything"`
	Oversell     *bool         `json:"oversell,omitempty" doc:"Whether the reseller may give out more than it has."`
}

type createResellerInput struct{ Body NewReseller }

type createdResellerOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     directory.Reseller
}

// CreateReseller creates a reseller.
func (Operations) CreateReseller(resellers directory.Resellers) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "createReseller", Method: http.MethodPost, Path: "/v1/resellers", Tag: resellersTag,
		Summary: "Create a reseller", Description: "Without a password the reseller gets a mail with a link to set one.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite,
		Faults: []fault.Code{fault.LoginTaken, fault.Conflict},
	}, func(ctx context.Context, call httpapi.Call, in *createResellerInput) (*createdResellerOutput, error) {
		given := directory.NewGiven{ResellerPlan: in.Body.ResellerPlan, Resources: in.Body.Resources, Oversell: in.Body.Oversell}
		made, err := resellers.Add(ctx, call.Caller, requestOf(call), in.Body.account(), given)
		return &createdResellerOutput{ETag: httpapi.ETag(made.Version), Location: "/v1/resellers/" + string(made.ID), Body: made}, err
	})
}
