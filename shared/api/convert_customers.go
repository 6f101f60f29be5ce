package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// ConversionItem names one customer of many, and what it gets as a reseller.
type ConversionItem struct {
	BulkItem
	Conversion
}

func (i ConversionItem) item() operation.Item {
	return operation.Item{Customer: i.Customer, Plan: i.ResellerPlan}
}

// BulkConversion is which customers are converted. Those that a filter finds get the custom plan.
type BulkConversion struct{ BulkOf[ConversionItem] }

type convertCustomersInput struct{ Body BulkConversion }

// ConvertCustomers converts many customers to resellers.
func (Operations) ConvertCustomers(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "convertCustomers", Method: http.MethodPost, Path: "/v1/customers/convert", Tag: customersTag, Status: http.StatusAccepted,
		Also:    map[int]string{http.StatusOK: "A preview that is complete"},
		Summary: "Convert many customers to resellers",
		Description: "Answers at once; the operation converts each as if it were converted alone, and keeps an account of every one. Customers that a " +
			"filter finds get the custom plan.",
		Callers: access.OnlyAdmin, Scope: access.CustomersWrite, Faults: bulkFaults, MaxBody: maxBulk,
	}, func(ctx context.Context, call httpapi.Call, in *convertCustomersInput) (*acceptedOutput, error) {
		return accepted(accept.Begin(ctx, call.Caller, requestOf(call), operation.Convert, in.Body.wanted(operation.Order{}, nil)))
	})
}
