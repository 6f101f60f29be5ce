package api

import (
	"context"
	"net/http"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewSchedule is what a schedule becomes.
type NewSchedule struct {
	SuspendAt     *time.Time `json:"suspendAt,omitempty" doc:"to suspend the account at this time"`
	ActivateAt    *time.Time `json:"activateAt,omitempty" doc:"to end the suspension at this time: the scheduled one when that is earlier, else what you hold now"`
	Reason        string     `json:"reason,omitempty" maxLength:"1000" doc:"for those above the account only"`
	PublicMessage string     `json:"publicMessage,omitempty" maxLength:"500" doc:"shown to whoever is refused"`
}

type setScheduleInput struct {
	CustomerPath

	Body NewSchedule
}

type scheduleOutput struct {
	ETag string `header:"ETag"`
	Body directory.Schedule
}

// SetCustomerSchedule sets when a customer is suspended or activated by itself.
func (Operations) SetCustomerSchedule(change directory.Change) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "setCustomerSchedule", Method: http.MethodPut, Path: "/v1/customers/{customerId}/schedule", Tag: customersTag,
		Summary: "Schedule a suspension or an activation",
		Description: "Takes effect at the very second. Replaces what was set before and has not begun; what has begun stays. A time may be up to a minute past, " +
			"and of two that are past the later one wins. An activation without a suspension before it ends what you hold on the account now; if that is nothing, it is refused with conflict.",
		Callers: access.Managers, Scope: access.CustomersWrite, IfMatch: true, Faults: []fault.Code{fault.Conflict, fault.HeldByHigherLevel},
	}, func(ctx context.Context, call httpapi.Call, in *setScheduleInput) (*scheduleOutput, error) {
		set, err := change.Schedule(ctx, call.Caller, requestOf(call), in.CustomerID, account.ScheduleInput(in.Body))
		return &scheduleOutput{ETag: httpapi.ETag(set.Version), Body: set}, err
	})
}
