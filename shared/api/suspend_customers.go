package api

import (
	"context"
	"net/http"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
)

// BulkSuspension is the body of a bulk suspension.
type BulkSuspension struct {
	Bulk
	NewHold

	SuspendAt *time.Time `json:"suspendAt,omitempty" doc:"Time at which the operation starts. If absent, it starts at once. A preview ignores this time."`
}

type suspendCustomersInput struct{ Body BulkSuspension }

// SuspendCustomers suspends many customers.
func (Operations) SuspendCustomers(accept operation.Acceptor) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "suspendCustomers",
		Method:  http.MethodPost,
		Path:    "/v1/customers/suspend",
		Tag:     customersTag,
		Status:  http.StatusAccepted,
		Also:    map[int]string{http.StatusOK: "A complete preview"},
		Summary: "Suspend many customers",
		Description: "Starts an operation that suspends the customers one by one and records the result of each. Each " +
			"suspension takes effect at once.",
		Callers: access.Managers,
		Scope:   access.CustomersWrite,
		Faults:  bulkFaults,
		MaxBody: maxBulk,
	}, func(ctx context.Context, call httpapi.Call, in *suspendCustomersInput) (*acceptedOutput, error) {
		hold := in.Body.hold()
		order := operation.Parameters{Reason: hold.Reason, PublicMessage: hold.PublicMessage, Until: hold.Until}
		return bulkResponse(
			accept.Accept(ctx, call.Caller, metadataOf(call), operation.Suspend, in.Body.wanted(order, in.Body.SuspendAt)),
		)
	})
}
