package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// GetCustomerSchedule reads a customer's schedule.
func (Operations) GetCustomerSchedule(get directory.Get) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "getCustomerSchedule", Method: http.MethodGet, Path: "/v1/customers/{customerId}/schedule", Tag: customersTag,
		Summary: "Get the schedule", Description: "There is one as long as something of it is to come.",
		Callers: access.Everyone, Scope: access.CustomersRead, Faults: []fault.Code{fault.NotFound},
	}, func(ctx context.Context, call httpapi.Call, in *CustomerPath) (*scheduleOutput, error) {
		found, err := get.Schedule(ctx, call.Caller, in.CustomerID)
		return &scheduleOutput{ETag: httpapi.ETag(found.Version), Body: found}, err
	})
}
