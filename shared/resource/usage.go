package resource

import (
	"fmt"
	"strings"

	"tenantry/shared/fault"
)

// Usage is what a reseller has given out.
type Usage struct {
	Customers     int64            `json:"customers"`
	Subscriptions int64            `json:"subscriptions"`
	Given         map[string]int64 `json:"given"`     // sum over the subscriptions, by name of the allotment
	Unlimited     map[string]int64 `json:"unlimited"` // number of subscriptions with an unlimited allotment, by its name
}

// Demand is a change to a usage. Negative values give resources back.
type Demand struct {
	Customers     int64            `json:"customers"`
	Subscriptions int64            `json:"subscriptions"`
	Given         map[string]int64 `json:"given" doc:"Sum over the subscriptions, by name of the allotment."`
	Unlimited     map[string]int64 `json:"unlimited" doc:"Number of subscriptions for which the allotment is unlimited, by name of the allotment."`
	Each          map[string]int64 `json:"-"` // largest value of each allotment that is not pooled, by its name
}

// DemandOf returns the demand of count subscriptions that each have the set. A negative count gives resources back.
func DemandOf(set Set, count int64) Demand {
	d := Demand{Given: map[string]int64{}, Unlimited: map[string]int64{}, Each: map[string]int64{}}
	for _, allotment := range allotments {
		if allotment.Name == Customers {
			continue
		}
		if value := set.Allotment(allotment.Name); value == Unlimited {
			d.Unlimited[allotment.Name] += count
		} else if !isPooled(allotment.Name) {
			if count > 0 {
				d.Each[allotment.Name] = value
			}
		} else if value != 0 {
			d.Given[allotment.Name] += value * count
		}
	}
	return d
}

// Increases reports whether the demand increases any part of a usage.
func (d Demand) Increases() bool {
	for _, counts := range []map[string]int64{d.Given, d.Unlimited, {"customers": d.Customers, "subscriptions": d.Subscriptions}} {
		for _, n := range counts {
			if n > 0 {
				return true
			}
		}
	}
	return false
}

// Plus returns the sum of two demands.
func (d Demand) Plus(other Demand) Demand {
	sum := Demand{
		Customers: d.Customers + other.Customers, Subscriptions: d.Subscriptions + other.Subscriptions,
		Given: map[string]int64{}, Unlimited: map[string]int64{}, Each: map[string]int64{},
	}
	for _, part := range []Demand{d, other} {
		for name, value := range part.Given {
			sum.Given[name] += value
		}
		for name, value := range part.Unlimited {
			sum.Unlimited[name] += value
		}
		for name, value := range part.Each {
			sum.Each[name] = max(sum.Each[name], value)
		}
	}
	return sum
}

// Plus returns the usage after a demand.
func (u Usage) Plus(d Demand) Usage {
	sum := Demand{Customers: u.Customers, Subscriptions: u.Subscriptions, Given: u.Given, Unlimited: u.Unlimited}.Plus(d)
	return Usage{Customers: sum.Customers, Subscriptions: sum.Subscriptions, Given: sum.Given, Unlimited: sum.Unlimited}
}

// Limits is what a reseller may give out. A reseller that may oversell is limited only in the number of its customers.
type Limits struct {
	Resources Set
	Oversell  bool
}

// Room returns the largest usage before a demand with which the demand stays within the limits. customers is nil, and
// given has no entry for an allotment, if there is no limit or the demand does not increase the usage.
func (l Limits) Room(d Demand) (customers *int64, given map[string]int64) {
	given = map[string]int64{}
	if limit := l.Resources.Allotment(Customers); limit != Unlimited && d.Customers > 0 {
		room := limit - d.Customers
		customers = &room
	}
	if l.Oversell {
		return customers, given
	}
	for _, allotment := range allotments {
		limit := l.Resources.Allotment(allotment.Name)
		if limit != Unlimited && d.Given[allotment.Name] > 0 {
			given[allotment.Name] = limit - d.Given[allotment.Name]
		}
	}
	return customers, given
}

// Available returns how much of each limited allotment the usage leaves.
func (l Limits) Available(used Usage) map[string]int64 {
	available := map[string]int64{}
	for _, allotment := range allotments {
		limit := l.Resources.Allotment(allotment.Name)
		switch {
		case limit == Unlimited:
		case allotment.Name == Customers:
			available[allotment.Name] = max(0, limit-used.Customers)
		case !l.Oversell:
			available[allotment.Name] = max(0, limit-used.Given[allotment.Name])
		}
	}
	return available
}

// Exhausted returns the names of the allotments of which the usage leaves nothing, in the order of the descriptor.
func (l Limits) Exhausted(used Usage) (names []string) {
	available := l.Available(used)
	for _, allotment := range allotments {
		if remaining, isLimited := available[allotment.Name]; isLimited && remaining == 0 {
			names = append(names, allotment.Name)
		}
	}
	return names
}

// Check returns fault.LimitExceeded if the demand exceeds the limits. The detail names each exceeded limit with the
// requested and the available amount.
func (l Limits) Check(used Usage, d Demand) error {
	var exceeded []string
	exceed := func(name string, requested, available int64) {
		exceeded = append(exceeded, fmt.Sprintf("%s: requested %d, available %d", name, requested, max(0, available)))
	}
	customers, given := l.Room(d)
	if customers != nil && used.Customers > *customers {
		exceed(Customers, d.Customers, *customers+d.Customers-used.Customers)
	}
	for _, allotment := range allotments {
		name := allotment.Name
		if room, limited := given[name]; limited && used.Given[name] > room {
			exceed(name, d.Given[name], room+d.Given[name]-used.Given[name])
		}
		if l.Oversell || name == Customers {
			continue
		}
		limit := l.Resources.Allotment(name)
		if limit != Unlimited && d.Each[name] > limit {
			exceed(name, d.Each[name], limit)
		}
		if limit != Unlimited && d.Unlimited[name] > 0 {
			exceeded = append(
				exceeded,
				fmt.Sprintf("%s: requested unlimited, available %d", name, max(0, limit-used.Given[name])),
			)
		}
	}
	if len(exceeded) == 0 {
		return nil
	}
	return fault.New(
		fault.LimitExceeded,
		"The limits of the reseller do not allow this. %s.",
		strings.Join(exceeded, "; "),
	)
}
