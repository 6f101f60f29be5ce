package dynamo

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// usageItem has the usage of a reseller with a copy of its limits, so that one condition compares both. The usage of
// each allotment has attributes of its own; see usageCounters. The shards of the global usage have only the first three
// counters, and the revision.
type usageItem struct {
	keyed
	Customers    int64 `dynamodbav:"customers"`
	OwnCustomers int64 `dynamodbav:"ownCustomers,omitempty"` // of the administrator
	Resellers    int64 `dynamodbav:"resellers,omitempty"`

	Subscriptions int64               `dynamodbav:"subscriptions,omitempty"`
	Limits        *resellerLimitsItem `dynamodbav:"limits,omitempty"`
	LimitsVersion int64               `dynamodbav:"limitsVersion,omitempty"`

	Revision  int64 `dynamodbav:"revision,omitempty"`  // see revisionCounter
	Transfers int64 `dynamodbav:"departing,omitempty"` // see transferCounter

	Lists        *listShardsItem `dynamodbav:"lists,omitempty"`
	ListsVersion int64           `dynamodbav:"listsVersion,omitempty"`
}

// resellerLimitsItem has the limits of a reseller: a plan, or resources of its own.
type resellerLimitsItem struct {
	Plan      string  `dynamodbav:"plan,omitempty"`
	Resources setItem `dynamodbav:"resources"`
	Oversell  bool    `dynamodbav:"oversell,omitempty"`
}

func newResellerLimitsItem(l *account.ResellerLimits) *resellerLimitsItem {
	if l == nil {
		return nil
	}
	return &resellerLimitsItem{Plan: l.Plan, Resources: newSetItem(l.Resources), Oversell: l.Oversell}
}

func (s *resellerLimitsItem) limits() *account.ResellerLimits {
	if s == nil {
		return nil
	}
	return &account.ResellerLimits{Plan: s.Plan, Resources: s.Resources.set(), Oversell: s.Oversell}
}

// listsVersionCounter is the version of the attribute that says how the owner's lists are divided.
const listsVersionCounter = "listsVersion"

// Prefixes of the attributes that count the usage of an allotment.
const (
	givenCounterPrefix     = "given_"
	unlimitedCounterPrefix = "unlimited_"
)

// usageCounters returns the attributes that a demand changes, with the change.
func usageCounters(d resource.Demand) map[string]int64 {
	counters := map[string]int64{"customers": d.Customers, "subscriptions": d.Subscriptions}
	for name, change := range d.Given {
		counters[givenCounterPrefix+name] = change
	}
	for name, change := range d.Unlimited {
		counters[unlimitedCounterPrefix+name] = change
	}
	return counters
}

// maxCounters returns the greatest value that each counter may have before the demand is added.
func maxCounters(r *plan.Reservation) map[string]int64 {
	customers, given := r.Limits.Room(r.Demand)
	counters := map[string]int64{}
	if customers != nil {
		counters["customers"] = *customers
	}
	for name, greatest := range given {
		counters[givenCounterPrefix+name] = greatest
	}
	return counters
}

// readCounters returns the counters whose attribute has the prefix, by the rest of the attribute's name.
func readCounters(found item, prefix string) map[string]int64 {
	counters := map[string]int64{}
	for attribute, value := range found {
		name, isCounter := strings.CutPrefix(attribute, prefix)
		if !isCounter {
			continue
		}
		var n int64
		if attributevalue.Unmarshal(value, &n) == nil && n != 0 {
			counters[name] = n
		}
	}
	return counters
}

// readReseller returns the usage of a reseller with the limits in its usage item, and the shards of its lists. The limits
// of a plan are not in it.
func readReseller(found item) (plan.Capacity, directory.ListShards, error) {
	var stored usageItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return plan.Capacity{}, directory.ListShards{}, err
	}
	r := plan.Capacity{
		Limits: resource.Limits{Resources: resource.Everything()},
		Used: resource.Usage{
			Customers: stored.Customers, Subscriptions: stored.Subscriptions,
			Given: readCounters(found, givenCounterPrefix), Unlimited: readCounters(found, unlimitedCounterPrefix),
		},
		Basis: plan.Basis{Version: stored.LimitsVersion},
	}
	if limits := stored.Limits.limits(); limits != nil {
		r.Limits = resource.Limits{Resources: limits.Resources, Oversell: limits.Oversell}
		r.Basis.Plan = plan.ID(limits.Plan)
	}
	return r, readListShards(&stored), nil
}
