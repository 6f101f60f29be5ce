package dynamo

import (
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/plan"
)

const (
	planPrefix         = "PLAN#"
	subscriptionPrefix = "SUBSCRIPTION#"
	websitePrefix      = "WEBSITE#"
)

// planKey is where a plan is.
func planKey(id plan.ID) key { return key{partition(planPrefix + short(string(id))), "PLAN"} }

// subscriptionKey is where a subscription is.
func subscriptionKey(id string) key {
	return key{partition(subscriptionPrefix + short(id)), "SUBSCRIPTION"}
}

// websiteKey is where a website is.
func websiteKey(id string) key { return key{partition(websitePrefix + short(id)), "WEBSITE"} }

// domainKey is the guard of a domain, in ASCII.
func domainKey(domain string) key { return key{partition("DOMAIN#" + domain), "DOMAIN"} }

// longestID is more than any id has. A longer text is nothing's and must not become a key that the storage refuses.
const longestID = 100

func short(id string) string {
	if len(id) > longestID {
		return ""
	}
	return id
}

// plansOf is an index partition: the plans of a kind that an owner has.
func plansOf(owner account.ID, prefix string) partition {
	return partition(string(owner) + "#plan#" + strings.TrimSuffix(prefix, "_"))
}

// subscriptionsOf is an index partition: the subscriptions of a customer.
func subscriptionsOf(customer account.ID) partition {
	return partition(string(customer) + "#subscription")
}

// websitesOf is an index partition: the websites of a subscription.
func websitesOf(subscription string) partition { return partition(subscription + "#website") }
