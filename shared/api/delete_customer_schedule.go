package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// DeleteCustomerSchedule deletes a customer's schedule.
func (Operations) DeleteCustomerSchedule(change directory.Change) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "deleteCustomerSchedule",
		Method:  http.MethodDelete,
		Path:    "/v1/customers/{customerId}/schedule",
		Tag:     customersTag,
		Summary: "Delete the schedule",
		Description: "Deletes the part of the schedule that has not begun. A suspension in force stays, with the end that " +
			"it had before the schedule. If there is no schedule, nothing changes.",
		Callers: access.Managers,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy, fault.HeldByHigherLevel},
	}, func(ctx context.Context, call httpapi.Call, in *CustomerPath) (*struct{}, error) {
		return nil, change.Withdraw(ctx, call.Caller, metadataOf(call), in.CustomerID)
	})
}
