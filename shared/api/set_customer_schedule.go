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

// NewSchedule is the body of a schedule.
type NewSchedule struct {
	SuspendAt     *time.Time `json:"suspendAt,omitempty" doc:"Time at which to suspend the account."`
	ActivateAt    *time.Time `json:"activateAt,omitempty" doc:"Time at which to end a suspension. If suspendAt is earlier, the scheduled suspension ends. Otherwise your current suspension ends."`
	Reason        string     `json:"reason,omitempty" maxLength:"1000" doc:"Visible to the owner and the administrator only."`
	PublicMessage string     `json:"publicMessage,omitempty" maxLength:"500" doc:"Shown to everyone who is refused because of the suspension."`
}

type setScheduleInput struct {
	CustomerPath

	Body NewSchedule
}

type scheduleOutput struct {
	ETag string `header:"ETag"`
	Body directory.Schedule
}

// SetCustomerSchedule sets the times at which a customer is suspended or activated.
func (Operations) SetCustomerSchedule(change directory.Change) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "setCustomerSchedule",
		Method:  http.MethodPut,
		Path:    "/v1/customers/{customerId}/schedule",
		Tag:     customersTag,
		Summary: "Schedule a suspension or an activation",
		Description: "The account is suspended or activated exactly at the set time. A new schedule replaces the part of " +
			"the old schedule that has not begun. A time may be up to a minute in the past. If both times are in the past, " +
			"the later one wins. If you send only activateAt, your current suspension of the account ends at that time. If " +
			"you have not suspended the account, the request fails with `conflict`.",
		Callers: access.Managers,
		Scope:   access.CustomersWrite,
		IfMatch: true,
		Faults:  []fault.Code{fault.Busy, fault.Conflict, fault.HeldByHigherLevel},
	}, func(ctx context.Context, call httpapi.Call, in *setScheduleInput) (*scheduleOutput, error) {
		schedule, err := change.Schedule(ctx, call.Caller, metadataOf(call), in.CustomerID, account.ScheduleInput(in.Body))
		return &scheduleOutput{ETag: httpapi.ETag(schedule.Version), Body: schedule}, err
	})
}
