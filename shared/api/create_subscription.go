package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

type createSubscriptionInput struct {
	CustomerPath

	Body NewSubscription
}

// CreateSubscription creates a subscription.
func (Operations) CreateSubscription(subscriptions hosting.Subscriptions) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "createSubscription",
		Method:  http.MethodPost,
		Path:    "/v1/customers/{customerId}/subscriptions",
		Tag:     hostingTag,
		Summary: "Create a subscription",
		Description: "Creates a subscription with its first website, whose domain is the primary domain. All websites in a " +
			"registrable domain belong to one customer. A subscription on a plan follows later changes of the plan.",
		Callers: access.Managers,
		Scope:   access.HostingWrite,
		Faults:  []fault.Code{fault.Conflict, fault.LimitExceeded, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *createSubscriptionInput) (*createdSubscriptionOutput, error) {
		created, err := subscriptions.Create(
			ctx,
			call.Caller,
			metadataOf(call),
			in.CustomerID,
			hosting.NewSubscription(in.Body),
		)
		return &createdSubscriptionOutput{
			ETag:     httpapi.ETag(created.Version),
			Location: "/v1/subscriptions/" + created.ID,
			Body:     created,
		}, err
	})
}
