package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
)

// GetCustomerSchedule returns a customer's schedule.
func (Operations) GetCustomerSchedule(get directory.Get) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "getCustomerSchedule",
		Method:      http.MethodGet,
		Path:        "/v1/customers/{customerId}/schedule",
		Tag:         customersTag,
		Summary:     "Get the schedule",
		Description: "Returns 404 once the schedule has run.",
		Callers:     access.Everyone,
		Scope:       access.CustomersRead,
	}, func(ctx context.Context, call httpapi.Call, in *CustomerPath) (*scheduleOutput, error) {
		schedule, err := get.Schedule(ctx, call.Caller, in.CustomerID)
		return &scheduleOutput{ETag: httpapi.ETag(schedule.Version), Body: schedule}, err
	})
}
