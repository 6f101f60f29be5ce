package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// ConversionItem names one customer of a bulk conversion and the plan that it gets as a reseller.
type ConversionItem struct {
	BulkItem
	Conversion
}

func (i ConversionItem) item() operation.Item {
	return operation.Item{Customer: i.Customer, Plan: i.ResellerPlan}
}

// BulkConversion is the body of a bulk conversion. Customers that a filter selects get the custom plan.
type BulkConversion struct{ BulkOf[ConversionItem] }

type convertCustomersInput struct{ Body BulkConversion }

// ConvertCustomers converts many customers to resellers.
func (Operations) ConvertCustomers(accept operation.Acceptor) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "convertCustomers",
		Method:  http.MethodPost,
		Path:    "/v1/customers/convert",
		Tag:     customersTag,
		Status:  http.StatusAccepted,
		Also:    map[int]string{http.StatusOK: "A complete preview"},
		Summary: "Convert many customers to resellers",
		Description: "Starts an operation that converts each customer as the single conversion does, and records the " +
			"result of each. Customers that a filter selects get the custom plan.",
		Callers: access.OnlyAdmin,
		Scope:   access.CustomersWrite,
		Faults:  bulkFaults,
		MaxBody: maxBulk,
	}, func(ctx context.Context, call httpapi.Call, in *convertCustomersInput) (*acceptedOutput, error) {
		return bulkResponse(
			accept.Accept(ctx, call.Caller, metadataOf(call), operation.Convert, in.Body.wanted(operation.Parameters{}, nil)),
		)
	})
}
