package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// MoveItem names one customer of many, and what its subscriptions come to.
type MoveItem struct {
	BulkItem
	NewTerms
}

func (i MoveItem) item() operation.Item {
	return operation.Item{Customer: i.Customer, Plan: i.ServicePlan}
}

// BulkMove is which customers are moved, and where to. Those that a filter finds get the custom plan.
type BulkMove struct {
	NewOwner
	BulkOf[MoveItem]
}

type moveCustomersInput struct{ Body BulkMove }

// MoveCustomers moves many customers to another owner.
func (Operations) MoveCustomers(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "moveCustomers", Method: http.MethodPost, Path: "/v1/customers/move", Tag: customersTag, Status: http.StatusAccepted,
		Also:    map[int]string{http.StatusOK: "A preview that is complete"},
		Summary: "Move many customers to another owner",
		Description: "Answers at once; the operation moves each as if it were moved alone, and keeps an account of every one. Customers that a " +
			"filter finds get the custom plan.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite, Faults: bulkFaults, MaxBody: maxBulk,
	}, func(ctx context.Context, call httpapi.Call, in *moveCustomersInput) (*acceptedOutput, error) {
		return accepted(accept.Begin(ctx, call.Caller, requestOf(call), operation.Move, in.Body.wanted(in.Body.order(), nil)))
	})
}
