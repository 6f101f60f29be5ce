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
	ResellerPlan string `json:"resellerPlan,omitempty" maxLength:"40" doc:"a reseller plan's id, or custom, which is the default: the sum of the allotments, permissions and applications of its subscriptions"`
}

// transferFaults are those of work that takes a customer over, with its subscriptions.
var transferFaults = []fault.Code{fault.Busy, fault.Conflict, fault.LimitExceeded}

type convertCustomerInput struct {
	CustomerPath

	Body *Conversion
}

// ConvertCustomer converts a customer to a reseller.
func ConvertCustomer(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "convertCustomer", Method: http.MethodPost, Path: "/v1/customers/{customerId}/convert", Tag: customersTag, Status: http.StatusAccepted,
		Summary: "Convert to reseller",
		Description: "It keeps its id, login, contact and panel users; its sessions and API tokens end. Its subscriptions become its own as a " +
			"reseller, each with the resources that it has, and it belongs to the administrator.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite, IfMatch: true, Faults: transferFaults,
	}, func(ctx context.Context, call httpapi.Call, in *convertCustomerInput) (*acceptedOneOutput, error) {
		item := operation.Item{Customer: account.ID(in.CustomerID)}
		if in.Body != nil {
			item.Plan = in.Body.ResellerPlan
		}
		return acceptedOne(accept.One(ctx, call.Caller, requestOf(call), operation.Convert, item, operation.Order{}))
	})
}
