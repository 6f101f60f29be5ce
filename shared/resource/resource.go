// Package resource defines the resources of plans, subscriptions and resellers, and the limits of resellers.
package resource

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenantry/shared/fault"
)

// Unlimited is the value of an allotment without a limit.
const Unlimited int64 = -1

// Set is a set of resources. An allotment that the set does not name is unlimited. A permission that it does not name
// is not granted.
type Set struct {
	Allotments   map[string]int64 `json:"allotments,omitempty" doc:"Limits by name of the allotment. -1 means unlimited. An allotment that is not named is unlimited."`
	Permissions  map[string]bool  `json:"permissions,omitempty" doc:"Permissions by name. A permission that is not named is not granted."`
	Applications []string         `json:"applications,omitempty" nullable:"false"`
}

// Allotment returns the value of an allotment.
func (s Set) Allotment(name string) int64 {
	if value, found := s.Allotments[name]; found {
		return value
	}
	return Unlimited
}

// Holder is the kind of object that has a set.
type Holder string

// The holders. Subscriptions cannot have all allotments that resellers can have.
const (
	Subscription Holder = "subscription"
	Reseller     Holder = "reseller"
)

// Everything returns the set with all permissions and applications and without limits. A reseller has it if it was
// created without a plan and without resources.
func Everything() Set {
	set := Set{Permissions: map[string]bool{}}
	for _, permission := range permissions {
		set.Permissions[permission.Name] = true
	}
	for _, application := range applications {
		set.Applications = append(set.Applications, application.Name)
	}
	return set
}

// Check returns the set in canonical form, which does not name default values, and the invalid parts of the set.
// pointer is the JSON Pointer of the set in the request.
func (s Set) Check(holder Holder, pointer string) (Set, []fault.Field) {
	var invalid []fault.Field
	reject := func(suffix, code, format string, args ...any) {
		invalid = append(invalid, fault.Field{Pointer: pointer + suffix, Code: code, Detail: fmt.Sprintf(format, args...)})
	}
	checked := Set{Allotments: map[string]int64{}, Permissions: map[string]bool{}}
	for name, value := range s.Allotments {
		allotment, known := allotmentByName[name]
		switch {
		case !known || !slices.Contains(allotment.For, holder):
			reject(
				"/allotments",
				"unknown-resource",
				"At least one of these allotments is unknown. GET /v1/resources lists the allotments of a %s.",
				holder,
			)
		case value < Unlimited || value > maxAllotment:
			reject("/allotments/"+name, "out-of-range", "An allotment must be -1 (unlimited) or a whole number up to 2^53.")
		case value != Unlimited:
			checked.Allotments[name] = value
		}
	}
	for name, granted := range s.Permissions {
		if !slices.ContainsFunc(permissions, func(p Permission) bool { return p.Name == name }) {
			reject(
				"/permissions",
				"unknown-resource",
				"At least one of these permissions is unknown. GET /v1/resources lists the permissions.",
			)
		} else if granted {
			checked.Permissions[name] = true
		}
	}
	for _, name := range s.Applications {
		if !slices.ContainsFunc(applications, func(a Named) bool { return a.Name == name }) {
			reject(
				"/applications",
				"unknown-resource",
				"At least one of these applications is unknown. GET /v1/resources lists the applications.",
			)
		} else if !slices.Contains(checked.Applications, name) {
			checked.Applications = append(checked.Applications, name)
		}
	}
	slices.Sort(checked.Applications)
	slices.SortFunc(invalid, func(a, b fault.Field) int { return strings.Compare(a.Pointer, b.Pointer) })
	return checked, slices.Compact(invalid)
}

// maxAllotment is the largest integer that every JSON parser reads exactly.
const maxAllotment = 1 << 53

// Sum returns the resources that a conversion gives to the new reseller (guide: Converting Customer Accounts to
// Reseller Accounts). It adds up the allotments; the sum is unlimited if one of them is. The sum has every permission
// and application that one of the sets has. The sum of no sets has zero of every allotment of subscriptions, and no
// permissions.
func Sum(sets ...Set) Set {
	sum := Set{Allotments: map[string]int64{}, Permissions: map[string]bool{}}
	for _, allotment := range allotments {
		if !slices.Contains(allotment.For, Subscription) {
			continue
		}
		total := int64(0)
		for _, set := range sets {
			if value := set.Allotment(allotment.Name); value == Unlimited || total == Unlimited {
				total = Unlimited
			} else {
				total = min(total+value, maxAllotment)
			}
		}
		if total != Unlimited {
			sum.Allotments[allotment.Name] = total
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

// Expand returns the set with the values of all allotments and permissions that the holder can have. Responses show
// this form.
func (s Set) Expand(holder Holder) Set {
	expanded := Set{
		Allotments:   map[string]int64{},
		Permissions:  map[string]bool{},
		Applications: append([]string{}, s.Applications...),
	}
	for _, allotment := range allotments {
		if slices.Contains(allotment.For, holder) {
			expanded.Allotments[allotment.Name] = s.Allotment(allotment.Name)
		}
	}
	for _, permission := range permissions {
		expanded.Permissions[permission.Name] = s.Permissions[permission.Name]
	}
	return expanded
}
