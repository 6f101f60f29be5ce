package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// MoveItem names one customer of a bulk move and the plan that its subscriptions get.
type MoveItem struct {
	BulkItem
	NewTerms
}

func (i MoveItem) item() operation.Item {
	return operation.Item{Customer: i.Customer, Plan: i.ServicePlan}
}

// BulkMove is the body of a bulk move. Customers that a filter selects get the custom plan.
type BulkMove struct {
	NewOwner
	BulkOf[MoveItem]
}

type moveCustomersInput struct{ Body BulkMove }

// MoveCustomers moves many customers to another owner.
func (Operations) MoveCustomers(accept operation.Acceptor) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "moveCustomers",
		Method:  http.MethodPost,
		Path:    "/v1/customers/move",
		Tag:     customersTag,
		Status:  http.StatusAccepted,
		Also:    map[int]string{http.StatusOK: "A complete preview"},
		Summary: "Move many customers to another owner",
		Description: "Starts an operation that moves each customer as the single move does, and records the result of " +
			"each. Customers that a filter selects get the custom plan.",
		Callers: access.OnlyAdmin,
		Scope:   access.CustomersWrite,
		Faults:  bulkFaults,
		MaxBody: maxBulk,
	}, func(ctx context.Context, call httpapi.Call, in *moveCustomersInput) (*acceptedOutput, error) {
		return bulkResponse(
			accept.Accept(ctx, call.Caller, metadataOf(call), operation.Move, in.Body.wanted(in.Body.order(), nil)),
		)
	})
}
