package api

import (
	"context"
	"net/http"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// BulkSuspension is what is said of the suspension of many customers.
type BulkSuspension struct {
	Bulk
	NewHold

	SuspendAt *time.Time `json:"suspendAt,omitempty" doc:"begin at this time instead of at once; a preview never waits for it"`
}

type suspendCustomersInput struct{ Body BulkSuspension }

// SuspendCustomers suspends many customers.
func (Operations) SuspendCustomers(accept operation.Accept) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "suspendCustomers", Method: http.MethodPost, Path: "/v1/customers/suspend", Tag: customersTag, Status: http.StatusAccepted,
		Also:    map[int]string{http.StatusOK: "A preview that is complete"},
		Summary: "Suspend many customers",
		Description: "Answers at once; the operation suspends one customer after the other, each in effect at its next request, and keeps " +
			"an account of every one.",
		Callers: access.Managers, Scope: access.CustomersWrite, Faults: bulkFaults, MaxBody: maxBulk,
	}, func(ctx context.Context, call httpapi.Call, in *suspendCustomersInput) (*acceptedOutput, error) {
		hold := in.Body.hold()
		order := operation.Order{Reason: hold.Reason, PublicMessage: hold.PublicMessage, Until: hold.Until}
		return accepted(accept.Begin(ctx, call.Caller, requestOf(call), operation.Suspend, in.Body.wanted(order, in.Body.SuspendAt)))
	})
}
