package api

import (
	"time"

	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
	"tenantry/shared/resource"
)

// NewSubscription is the body of a new subscription.
type NewSubscription struct {
	Domain      string        `json:"domain" minLength:"1" maxLength:"255" doc:"Domain of the first website." example:"example.com"`
	ServicePlan string        `json:"servicePlan" maxLength:"40" doc:"Id of a service plan of the customer's owner, or the word custom."`
	Resources   *resource.Set `json:"resources,omitempty" doc:"Resources of a subscription on the custom plan. Together with a service plan, they customise the subscription, which then no longer follows changes of the plan."`
	ExpiresAt   *time.Time    `json:"expiresAt,omitempty" doc:"Time at which the subscription stops serving."`
}

// NewSubscriptionPlan is the body of a change to the plan of a subscription.
type NewSubscriptionPlan struct {
	ServicePlan string        `json:"servicePlan" maxLength:"40" doc:"Id of a service plan of the customer's owner, or the word custom."`
	Resources   *resource.Set `json:"resources,omitempty" doc:"With the custom plan, the default is the current resources. With a service plan, they customise the subscription."`
}

// SubscriptionPath holds the id of a subscription in a path.
type SubscriptionPath struct {
	SubscriptionID string `path:"subscriptionId" maxLength:"40" doc:"Id of the subscription."`
}

type subscriptionOutput struct {
	ETag string `header:"ETag"`
	Body hosting.SubscriptionView
}

type createdSubscriptionOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     hosting.SubscriptionView
}

func subscriptionResponse(subscription hosting.SubscriptionView, err error) (*subscriptionOutput, error) {
	return &subscriptionOutput{ETag: httpapi.ETag(subscription.Version), Body: subscription}, err
}

// WebsitePath holds the id of a website in a path.
type WebsitePath struct {
	WebsiteID string `path:"websiteId" maxLength:"40"`
}

type websiteOutput struct {
	ETag string `header:"ETag"`
	Body hosting.WebsiteView
}

func websiteResponse(website hosting.WebsiteView, err error) (*websiteOutput, error) {
	return &websiteOutput{ETag: httpapi.ETag(website.Version), Body: website}, err
}
