package dynamo

import (
	"maps"
	"slices"

	"tenantry/shared/resource"
)

// setItem has a set of resources.
type setItem struct {
	Allotments   map[string]int64 `dynamodbav:"allotments,omitempty"`
	Permissions  []string         `dynamodbav:"permissions,omitempty"`
	Applications []string         `dynamodbav:"applications,omitempty"`
}

func newSetItem(s resource.Set) setItem {
	return setItem{
		Allotments: s.Allotments, Permissions: slices.Sorted(maps.Keys(s.Permissions)), Applications: s.Applications,
	}
}

func (s setItem) set() resource.Set {
	set := resource.Set{Allotments: s.Allotments, Permissions: map[string]bool{}, Applications: s.Applications}
	for _, name := range s.Permissions {
		set.Permissions[name] = true
	}
	return set
}
