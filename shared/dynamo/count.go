package dynamo

import (
	"maps"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// count is a change of the counters of an item.
type count struct {
	key      key
	changes  map[string]int64
	greatest map[string]int64 // the greatest value that a counter may have before the change
	c        condition        // on the rest of the item
}

// count adds a change of counters. Unlike other writes it can be added to another change of the same counters.
func (t *transaction) count(change count, failure conditionFailure) {
	t.add(t.buildCount(change), failure)
	t.counts[len(t.counts)-1] = &change
}

// buildCount returns the write that changes counters. If nothing changes, it only checks the conditions.
func (t *transaction) buildCount(change count) types.TransactWriteItem {
	var conditions []condition
	if change.c.IsSet() {
		conditions = append(conditions, change.c)
	}
	for _, name := range slices.Sorted(maps.Keys(change.greatest)) {
		greatest := change.greatest[name]
		fits := attribute(name).LessThanEqual(value(greatest))
		if greatest >= 0 {
			fits = attribute(name).AttributeNotExists().Or(fits)
		}
		conditions = append(conditions, fits)
	}
	c := condition{}
	if len(conditions) > 0 {
		c = allOf(conditions...)
	}
	u := update{}.addAll(change.changes)
	if !u.nonEmpty {
		return t.newCheck(change.key, c)
	}
	return t.newUpdate(change.key, u, c)
}

// plus returns the change that has the same result as c followed by next.
func (c count) plus(next count) count {
	sum := count{key: c.key, changes: maps.Clone(c.changes), greatest: maps.Clone(c.greatest), c: c.c}
	for name, n := range next.changes {
		sum.changes[name] += n
	}
	for name, n := range next.greatest {
		limit := n - c.changes[name]
		if first, isLimited := c.greatest[name]; isLimited {
			limit = min(limit, first)
		}
		if sum.greatest == nil {
			sum.greatest = map[string]int64{}
		}
		sum.greatest[name] = limit
	}
	switch {
	case !c.c.IsSet():
		sum.c = next.c
	case next.c.IsSet() && !reflect.DeepEqual(c.c, next.c):
		sum.c = c.c.And(next.c)
	}
	return sum
}
