package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// Conversion is what a customer gets as a reseller.
type Conversion struct {
	ResellerPlan string `json:"resellerPlan,omitempty" maxLength:"40" doc:"a reseller plan's id, or custom, which is the default: the sum of the allotments, permissions and applications of its subscriptions" example:"rpl_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
}

// transferFaults are those of work that takes a customer over, with its subscriptions.
var transferFaults = []fault.Code{fault.Busy, fault.Conflict, fault.LimitExceeded}

type convertCustomerInput struct {
	CustomerOnlyPath

	Body *Conversion
}

// ConvertCustomer converts a customer to a reseller.
func (Operations) ConvertCustomer(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "convertCustomer", Method: http.MethodPost, Path: "/v1/customers/{customerId}/convert", Tag: customersTag, Status: http.StatusAccepted,
		Summary: "Convert to reseller",
		Description: "It keeps its id, login, contact and panel users; its sessions, API tokens and reset links end. Its subscriptions become its own as " +
			"a reseller, each with the resources that it has, and it belongs to the administrator. Where an account of the administrator's has its " +
			"external id, that is a conflict; limit-exceeded says what its subscriptions have more of than the reseller plan gives.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite, IfMatch: true, Faults: transferFaults,
	}, func(ctx context.Context, call httpapi.Call, in *convertCustomerInput) (*acceptedOneOutput, error) {
		item := operation.Item{Customer: account.ID(in.CustomerID)}
		if in.Body != nil {
			item.Plan = in.Body.ResellerPlan
		}
		return acceptedOne(accept.One(ctx, call.Caller, requestOf(call), operation.Convert, item, operation.Order{}))
	})
}
