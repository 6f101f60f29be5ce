// Package resource knows what plans, subscriptions and resellers are allotted.
package resource

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenantry/shared/fault"
)

// Unlimited is the allotment that knows no end. Whatever is not named is unlimited.
const Unlimited int64 = -1

// Set is what something is allotted and permitted. Allotments that it does not name are unlimited, permissions not granted.
type Set struct {
	Allotments   map[string]int64 `json:"allotments,omitempty" doc:"Limits by name of the allotment. -1 means unlimited. An allotment that is not named is unlimited."`
	Permissions  map[string]bool  `json:"permissions,omitempty" doc:"Permissions by name. A permission that is not named is not granted."`
	Applications []string         `json:"applications,omitempty" nullable:"false"`
}

// Allotment returns what the set has of a name.
func (s Set) Allotment(name string) int64 {
	if value, named := s.Allotments[name]; named {
		return value
	}
	return Unlimited
}

// Holder is what has a set.
type Holder string

// The holders. Some allotments are a reseller's only.
const (
	Subscription Holder = "subscription"
	Reseller     Holder = "reseller"
)

// Everything is the set of a reseller that was given neither plan nor resources.
func Everything() Set {
	all := Set{Permissions: map[string]bool{}}
	for _, p := range permissions {
		all.Permissions[p.Name] = true
	}
	for _, a := range applications {
		all.Applications = append(all.Applications, a.Name)
	}
	return all
}

// Check judges a set and returns it in canonical form: without what is as if it were not named.
func (s Set) Check(holder Holder, pointer string) (Set, []fault.Field) {
	var bad []fault.Field
	refuse := func(at, code, format string, args ...any) {
		bad = append(bad, fault.Field{Pointer: pointer + at, Code: code, Detail: fmt.Sprintf(format, args...)})
	}
	checked := Set{Allotments: map[string]int64{}, Permissions: map[string]bool{}}
	for name, value := range s.Allotments {
		known, found := allotmentByName[name]
		switch {
		case !found || !slices.Contains(known.For, holder):
			refuse("/allotments", "unknown-resource", "At least one of these allotments is unknown. GET /v1/resources lists the allotments of a %s.", holder)
		case value < Unlimited || value > maxAllotment:
			refuse("/allotments/"+name, "out-of-range", "An allotment must be -1 (unlimited) or a whole number up to 2^53.")
		case value != Unlimited:
			checked.Allotments[name] = value
		}
	}
	for name, granted := range s.Permissions {
		if !slices.ContainsFunc(permissions, func(p Named) bool { return p.Name == name }) {
			refuse("/permissions", "unknown-resource", "At least one of these permissions is unknown. GET /v1/resources lists the permissions.")
		} else if granted {
			checked.Permissions[name] = true
		}
	}
	for _, name := range s.Applications {
		if !slices.ContainsFunc(applications, func(a Named) bool { return a.Name == name }) {
			refuse("/applications", "unknown-resource", "At least one of these applications is unknown. GET /v1/resources lists the applications.")
		} else if !slices.Contains(checked.Applications, name) {
			checked.Applications = append(checked.Applications, name)
		}
	}
	slices.Sort(checked.Applications)
	slices.SortFunc(bad, func(a, b fault.Field) int { return strings.Compare(a.Pointer, b.Pointer) })
	return checked, slices.Compact(bad)
}

// maxAllotment is the largest number that every JSON reader keeps exact.
const maxAllotment = 1 << 53

// Sum adds sets as a conversion to a reseller does (guide: Converting Customer Accounts to Reseller Accounts): allotments add,
// and unlimited absorbs; what one is permitted, the sum is permitted; applications unite. The sum of no sets is empty: nothing
// is permitted, and all that sets of subscriptions have is allotted zero.
func Sum(sets ...Set) Set {
	sum := Set{Allotments: map[string]int64{}, Permissions: map[string]bool{}}
	for _, known := range allotments {
		if !slices.Contains(known.For, Subscription) {
			continue
		}
		total := int64(0)
		for _, set := range sets {
			if value := set.Allotment(known.Name); value == Unlimited || total == Unlimited {
				total = Unlimited
			} else {
				total = min(total+value, maxAllotment)
			}
		}
		if total != Unlimited {
			sum.Allotments[known.Name] = total
		}
	}
	for _, set := range sets {
		maps.Copy(sum.Permissions, set.Permissions)
		sum.Applications = append(sum.Applications, set.Applications...)
	}
	slices.Sort(sum.Applications)
	sum.Applications = slices.Compact(sum.Applications)
	return sum
}

// Shown returns the set with everything named that a holder can have, for answers.
func (s Set) Shown(holder Holder) Set {
	shown := Set{Allotments: map[string]int64{}, Permissions: map[string]bool{}, Applications: append([]string{}, s.Applications...)}
	for _, known := range allotments {
		if slices.Contains(known.For, holder) {
			shown.Allotments[known.Name] = s.Allotment(known.Name)
		}
	}
	for _, p := range permissions {
		shown.Permissions[p.Name] = s.Permissions[p.Name]
	}
	return shown
}
