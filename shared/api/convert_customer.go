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

// Conversion is the plan that a converted customer gets as a reseller.
type Conversion struct {
	ResellerPlan string `json:"resellerPlan,omitempty" maxLength:"40" doc:"Id of a reseller plan, or the word custom (the default). custom gives the reseller the sum of the allotments, permissions and applications of its subscriptions." example:"rpl_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
}

// transferFaults lists the faults of moves and conversions.
var transferFaults = []fault.Code{fault.Busy, fault.Conflict, fault.LimitExceeded}

type convertCustomerInput struct {
	CustomerOnlyPath

	Body *Conversion
}

// ConvertCustomer converts a customer to a reseller.
func (Operations) ConvertCustomer(accept operation.Acceptor) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "convertCustomer",
		Method:  http.MethodPost,
		Path:    "/v1/customers/{customerId}/convert",
		Tag:     customersTag,
		Status:  http.StatusAccepted,
		Summary: "Convert a customer to a reseller",
		Description: "When the response arrives, the customer has the lifecycle converting. The account keeps its id, login, contact and panel users. Its sessions, API tokens and reset links " +
			"end. Its subscriptions become the reseller's own subscriptions and keep their resources. The reseller belongs to " +
			"the administrator. The request fails with `conflict` if another account of the administrator has the same " +
			"external id, and with `limit-exceeded` if the subscriptions need more than the reseller plan allows.",
		Callers: access.OnlyAdmin,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  transferFaults,
	}, func(ctx context.Context, call httpapi.Call, in *convertCustomerInput) (*acceptedOneOutput, error) {
		item := operation.Item{Customer: account.ID(in.CustomerID)}
		if in.Body != nil {
			item.Plan = in.Body.ResellerPlan
		}
		return acceptedResponse(
			accept.AcceptOne(ctx, call.Caller, metadataOf(call), operation.Convert, item, operation.Parameters{}),
		)
	})
}
