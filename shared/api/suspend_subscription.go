package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

type suspendSubscriptionInput struct {
	SubscriptionPath

	Body *NewHold
}

// SuspendSubscription suspends a subscription.
func (Operations) SuspendSubscription(subscriptions hosting.Subscriptions) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "suspendSubscription",
		Method:      http.MethodPost,
		Path:        "/v1/subscriptions/{subscriptionId}/suspend",
		Tag:         hostingTag,
		Status:      http.StatusOK,
		Summary:     "Suspend a subscription",
		Description: "The websites, FTP and mail of the subscription stop at once. " + suspendAgain,
		Callers:     access.Managers,
		Scope:       access.HostingWrite,
		IfMatch:     true,
		Faults:      []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *suspendSubscriptionInput) (*subscriptionOutput, error) {
		return subscriptionResponse(
			subscriptions.Suspend(ctx, call.Caller, metadataOf(call), in.SubscriptionID, in.Body.hold()),
		)
	})
}
