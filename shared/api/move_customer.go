package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// NewOwner names the new owner of moved customers.
type NewOwner struct {
	Owner account.ID `json:"owner" maxLength:"40" doc:"Id of a reseller, or the word administrator." example:"res_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
}

func (n NewOwner) order() operation.Parameters { return operation.Parameters{NewOwner: n.Owner} }

// NewTerms names the plan that the subscriptions of a moved customer get.
type NewTerms struct {
	ServicePlan string `json:"servicePlan,omitempty" maxLength:"40" doc:"Id of a service plan of the new owner, or the word custom (the default). With custom, each subscription keeps its allotments, permissions and applications and no longer follows a plan." example:"spl_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
}

// Move is the body of a move.
type Move struct {
	NewOwner
	NewTerms
}

type moveCustomerInput struct {
	CustomerOnlyPath

	Body Move
}

// MoveCustomer moves a customer to another owner.
func (Operations) MoveCustomer(accept operation.Acceptor) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "moveCustomer",
		Method:  http.MethodPost,
		Path:    "/v1/customers/{customerId}/move",
		Tag:     customersTag,
		Status:  http.StatusAccepted,
		Summary: "Move a customer to another owner",
		Description: "Moves the customer with all its subscriptions. When the response arrives, the customer has the lifecycle moving. " +
			"With the move, the old owner loses access and the new owner gains " +
			"access at once. Suspended objects stay suspended. The new owner cannot read the old owner's description. The " +
			"customer's reset links end. The request fails with `conflict` if the customer already belongs to this owner, or " +
			"if the owner has another account with the same external id. It fails with `limit-exceeded` if the limits of the " +
			"new owner are too small.",
		Callers: access.OnlyAdmin,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  transferFaults,
	}, func(ctx context.Context, call httpapi.Call, in *moveCustomerInput) (*acceptedOneOutput, error) {
		item := operation.Item{Customer: account.ID(in.CustomerID), Plan: in.Body.ServicePlan}
		return acceptedResponse(accept.AcceptOne(ctx, call.Caller, metadataOf(call), operation.Move, item, in.Body.order()))
	})
}
