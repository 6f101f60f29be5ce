package resource

import (
	"fmt"
	"strings"

	"tenantry/shared/fault"
)

// Usage is what a reseller has given to what it owns.
type Usage struct {
	Customers     int64            `json:"customers"`
	Subscriptions int64            `json:"subscriptions"`
	Given         map[string]int64 `json:"given"`     // by allotment: the sum of what its subscriptions are allotted
	Unlimited     map[string]int64 `json:"unlimited"` // by allotment: how many of its subscriptions are allotted without end
}

// Demand is a change of a usage: what is asked for, or given back where it is negative.
type Demand struct {
	Customers     int64            `json:"customers"`
	Subscriptions int64            `json:"subscriptions"`
	Given         map[string]int64 `json:"given" doc:"Sum over the subscriptions, by name of the allotment."`
	Unlimited     map[string]int64 `json:"unlimited" doc:"Number of subscriptions for which the allotment is unlimited, by name of the allotment."`
	Each          map[string]int64 `json:"-"` // by allotment that bounds one thing: the largest asked for
}

// DemandOf is what times subscriptions with a set ask for; times may be negative.
func DemandOf(set Set, times int64) Demand {
	d := Demand{Given: map[string]int64{}, Unlimited: map[string]int64{}, Each: map[string]int64{}}
	for _, known := range allotments {
		if known.Name == Customers {
			continue
		}
		if value := set.Allotment(known.Name); value == Unlimited {
			d.Unlimited[known.Name] += times
		} else if !Pooled(known.Name) {
			if times > 0 {
				d.Each[known.Name] = value
			}
		} else if value != 0 {
			d.Given[known.Name] += value * times
		}
	}
	return d
}

// Gains tells whether anything more is asked for, and not only given back.
func (d Demand) Gains() bool {
	for _, counts := range []map[string]int64{d.Given, d.Unlimited, {"customers": d.Customers, "subscriptions": d.Subscriptions}} {
		for _, n := range counts {
			if n > 0 {
				return true
			}
		}
	}
	return false
}

// Plus adds two demands.
func (d Demand) Plus(other Demand) Demand {
	sum := Demand{
		Customers: d.Customers + other.Customers, Subscriptions: d.Subscriptions + other.Subscriptions,
		Given: map[string]int64{}, Unlimited: map[string]int64{}, Each: map[string]int64{},
	}
	for _, from := range []Demand{d, other} {
		for name, value := range from.Given {
			sum.Given[name] += value
		}
		for name, value := range from.Unlimited {
			sum.Unlimited[name] += value
		}
		for name, value := range from.Each {
			sum.Each[name] = max(sum.Each[name], value)
		}
	}
	return sum
}

// Plus is the usage after a demand.
func (u Usage) Plus(d Demand) Usage {
	sum := Demand{Customers: u.Customers, Subscriptions: u.Subscriptions, Given: u.Given, Unlimited: u.Unlimited}.Plus(d)
	return Usage{Customers: sum.Customers, Subscriptions: sum.Subscriptions, Given: sum.Given, Unlimited: sum.Unlimited}
}

// Limits are what a reseller may give: its resources, unless it may oversell.
type Limits struct {
	Resources Set
	Oversell  bool
}

// Room is how much of each counted thing a usage may have before a demand so that it fits after it: nil for no bound. A
// demand that gives back always fits.
func (l Limits) Room(d Demand) (customers *int64, given map[string]int64) {
	given = map[string]int64{}
	if limit := l.Resources.Allotment(Customers); limit != Unlimited && d.Customers > 0 {
		room := limit - d.Customers
		customers = &room
	}
	if l.Oversell {
		return customers, given
	}
	for _, known := range allotments {
		limit := l.Resources.Allotment(known.Name)
		if limit != Unlimited && d.Given[known.Name] > 0 {
			given[known.Name] = limit - d.Given[known.Name]
		}
	}
	return customers, given
}

// Left is what a usage leaves of each limited thing.
func (l Limits) Left(used Usage) map[string]int64 {
	left := map[string]int64{}
	for _, known := range allotments {
		limit := l.Resources.Allotment(known.Name)
		switch {
		case limit == Unlimited:
		case known.Name == Customers:
			left[known.Name] = max(0, limit-used.Customers)
		case !l.Oversell:
			left[known.Name] = max(0, limit-used.Given[known.Name])
		}
	}
	return left
}

// Refuse returns LimitExceeded when a demand does not fit into what is left, with what was asked and what is available of
// each limit that it would break.
func (l Limits) Refuse(used Usage, d Demand) error {
	var broken []string
	short := func(name string, asked, available int64) {
		broken = append(broken, fmt.Sprintf("%s: requested %d, available %d", name, asked, max(0, available)))
	}
	customers, given := l.Room(d)
	if customers != nil && used.Customers > *customers {
		short(Customers, d.Customers, *customers+d.Customers-used.Customers)
	}
	for _, known := range allotments {
		if room, bounded := given[known.Name]; bounded && used.Given[known.Name] > room {
			short(known.Name, d.Given[known.Name], room+d.Given[known.Name]-used.Given[known.Name])
		}
		if l.Oversell || known.Name == Customers {
			continue
		}
		limit := l.Resources.Allotment(known.Name)
		if limit != Unlimited && d.Each[known.Name] > limit {
			short(known.Name, d.Each[known.Name], limit)
		}
		if limit != Unlimited && d.Unlimited[known.Name] > 0 {
			broken = append(broken, fmt.Sprintf("%s: requested unlimited, available %d", known.Name, max(0, limit-used.Given[known.Name])))
		}
	}
	if len(broken) == 0 {
		return nil
	}
	return fault.New(fault.LimitExceeded, "The limits of the reseller do not allow this. %s.", strings.Join(broken, "; "))
}
