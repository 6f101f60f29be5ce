package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// DeleteCustomerSchedule withdraws a customer's schedule.
func (Operations) DeleteCustomerSchedule(change directory.Change) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "deleteCustomerSchedule", Method: http.MethodDelete, Path: "/v1/customers/{customerId}/schedule", Tag: customersTag,
		Summary: "Withdraw the schedule", Description: "What has begun stays: a suspension in force then has the end that it had before. Without a schedule nothing changes.",
		Callers: access.Managers, Scope: access.CustomersWrite, IfMatch: true, Faults: []fault.Code{fault.HeldByHigherLevel},
	}, func(ctx context.Context, call httpapi.Call, in *CustomerPath) (*struct{}, error) {
		return nil, change.Withdraw(ctx, call.Caller, requestOf(call), in.CustomerID)
	})
}
