package api

import (
	"time"

	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
	"tenantry/shared/resource"
)

// NewSubscription is what a subscription is created from.
type NewSubscription struct {
	Domain      string        `json:"domain" minLength:"1" maxLength:"255" doc:"of its first website" example:"example.com"`
	ServicePlan string        `json:"servicePlan" maxLength:"40" doc:"the id of a plan of the customer's owner, or custom"`
	Resources   *resource.Set `json:"resources,omitempty" doc:"of a custom subscription; together with a plan they customise the subscription, and edits of the plan skip it"`
	ExpiresAt   *time.Time    `json:"expiresAt,omitempty" doc:"it stops serving at this time"`
}

// NewSubscriptionPlan is which plan a subscription is put on.
type NewSubscriptionPlan struct {
	ServicePlan string        `json:"servicePlan" maxLength:"40" doc:"the id of a plan of the customer's owner, or custom"`
	Resources   *resource.Set `json:"resources,omitempty" doc:"with custom: by default what it has now; with a plan: they customise it"`
}

// SubscriptionPath names a subscription in a path.
type SubscriptionPath struct {
	SubscriptionID string `path:"subscriptionId" maxLength:"40" doc:"a subscription's id"`
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

func shownSubscription(of hosting.SubscriptionView, err error) (*subscriptionOutput, error) {
	return &subscriptionOutput{ETag: httpapi.ETag(of.Version), Body: of}, err
}

// WebsitePath names a website in a path.
type WebsitePath struct {
	WebsiteID string `path:"websiteId" maxLength:"40"`
}

type websiteOutput struct {
	ETag string `header:"ETag"`
	Body hosting.WebsiteView
}

func shownWebsite(of hosting.WebsiteView, err error) (*websiteOutput, error) {
	return &websiteOutput{ETag: httpapi.ETag(of.Version), Body: of}, err
}
