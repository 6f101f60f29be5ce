package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// NewOwner is who is to own customers.
type NewOwner struct {
	Owner account.ID `json:"owner" maxLength:"40" doc:"Id of a reseller, or the word administrator." example:"res_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
}

func (n NewOwner) order() operation.Order { return operation.Order{Owner: n.Owner} }

// NewTerms are the terms that a customer's subscriptions come to.
type NewTerms struct {
	ServicePlan string `json:"servicePlan,omitempty" maxLength:"40" doc:"the id of a service plan of the new owner, or custom, which is the default: each subscription keeps its allotments, permissions and applications, without a plan" example:"spl_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
}

// Move is where a customer is moved to.
type Move struct {
	NewOwner
	NewTerms
}

type moveCustomerInput struct {
	CustomerOnlyPath

	Body Move
}

// MoveCustomer moves a customer to another owner.
func (Operations) MoveCustomer(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "moveCustomer", Method: http.MethodPost, Path: "/v1/customers/{customerId}/move", Tag: customersTag, Status: http.StatusAccepted,
		Summary: "Move to another owner",
		Description: "With all its subscriptions. Who owned it sees it no more, and the new owner sees it at once. What is suspended stays " +
			"suspended, no reseller reads another's description of it, and its reset links end. A conflict is the owner that it has already, or one that " +
			"has another account of its external id; limit-exceeded says what the new owner has too little of.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite, IfMatch: true, Faults: transferFaults,
	}, func(ctx context.Context, call httpapi.Call, in *moveCustomerInput) (*acceptedOneOutput, error) {
		item := operation.Item{Customer: account.ID(in.CustomerID), Plan: in.Body.ServicePlan}
		return acceptedOne(accept.One(ctx, call.Caller, requestOf(call), operation.Move, item, in.Body.order()))
	})
}
