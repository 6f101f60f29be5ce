package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
)

// SubscriptionPatch is a JSON Merge Patch of a subscription (RFC 7396).
type SubscriptionPatch struct {
	Domain    *string   `json:"domain,omitempty" minLength:"1" maxLength:"255" doc:"The new primary domain: that of one of the subscription's websites."`
	ExpiresAt patchTime `json:"expiresAt,omitempty" doc:"The new time at which the subscription stops serving. null clears it. A subscription that has expired serves again."`
}

// patchTime is a time field of a merge patch. Its value is nil if the field is absent, and points to nil if the field
// is null, which clears it.
type patchTime struct{ value **time.Time }

// UnmarshalJSON reads a time or null. The decoder does not call it for an absent field.
func (p *patchTime) UnmarshalJSON(text []byte) error {
	p.value = new(*time.Time)
	return json.Unmarshal(text, p.value)
}

// Schema returns the schema of a time or null.
func (patchTime) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true}
}

type changeSubscriptionInput struct {
	SubscriptionPath

	Body SubscriptionPatch
}

// ChangeSubscription changes the primary domain and the expiry of a subscription.
func (Operations) ChangeSubscription(subscriptions hosting.Subscriptions) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "changeSubscription",
		Method:      http.MethodPatch,
		Path:        "/v1/subscriptions/{subscriptionId}",
		Tag:         hostingTag,
		Summary:     "Change a subscription",
		Description: "Changes the fields that you send.",
		Callers:     access.Managers,
		Scope:       access.HostingWrite,
		IfMatch:     true,
		Faults:      []fault.Code{fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *changeSubscriptionInput) (*subscriptionOutput, error) {
		patch := hosting.SubscriptionPatch{Domain: in.Body.Domain, ExpiresAt: in.Body.ExpiresAt.value}
		return subscriptionResponse(
			subscriptions.Change(ctx, call.Caller, metadataOf(call), in.SubscriptionID, patch),
		)
	})
}
