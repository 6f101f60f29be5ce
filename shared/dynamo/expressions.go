package dynamo

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// operand is an attribute of the stored item or a value.
type operand struct {
	attribute string
	value     any // if attribute is ""
}

func attribute(name string) operand { return operand{attribute: name} }

func value(v any) operand { return operand{value: v} }

// condition is a condition on the stored item. The zero value is no condition.
type condition struct {
	operator string // a comparison or a function of DynamoDB, or AND or OR
	operands []operand
	parts    []condition // of AND and OR
}

// IsSet reports whether c is a condition.
func (c condition) IsSet() bool { return c.operator != "" }

// And is the condition that c and all others hold.
func (c condition) And(others ...condition) condition {
	return condition{operator: "AND", parts: append([]condition{c}, others...)}
}

// Or is the condition that c or one of the others holds.
func (c condition) Or(others ...condition) condition {
	return condition{operator: "OR", parts: append([]condition{c}, others...)}
}

func compare(operator string, operands ...operand) condition {
	return condition{operator: operator, operands: operands}
}

// AttributeExists is the condition that the item has the attribute.
func (o operand) AttributeExists() condition { return compare("attribute_exists", o) }

// AttributeNotExists is the condition that the item does not have the attribute.
func (o operand) AttributeNotExists() condition { return compare("attribute_not_exists", o) }

// Equal is the condition that both operands are equal. Like all comparisons, it fails if the item lacks an attribute.
func (o operand) Equal(other operand) condition { return compare("=", o, other) }

// NotEqual is the condition that the operands differ. It also holds if the item lacks one of the attributes.
func (o operand) NotEqual(other operand) condition { return compare("<>", o, other) }

// LessThan is the condition that o is less than the bound.
func (o operand) LessThan(bound operand) condition { return compare("<", o, bound) }

// LessThanEqual is the condition that o is at most the bound.
func (o operand) LessThanEqual(bound operand) condition { return compare("<=", o, bound) }

// GreaterThan is the condition that o is greater than the bound.
func (o operand) GreaterThan(bound operand) condition { return compare(">", o, bound) }

// Between is the condition that o is at least the first bound and at most the last one.
func (o operand) Between(first, last operand) condition { return compare("BETWEEN", o, first, last) }

func exists() condition { return attribute(partitionAttribute).AttributeExists() }

func notExists() condition { return attribute(partitionAttribute).AttributeNotExists() }

// equals is the condition that an attribute has a value.
func equals(name string, v any) condition { return attribute(name).Equal(value(v)) }

// counterEquals is the condition that a counter has a value. A counter is 0 if its attribute does not exist.
func counterEquals(name string, n int64) condition {
	if n == 0 {
		return attribute(name).AttributeNotExists().Or(equals(name, n))
	}
	return equals(name, n)
}

// allOf is the condition that all of several conditions hold.
func allOf(conditions ...condition) condition {
	if len(conditions) == 1 {
		return conditions[0]
	}
	return conditions[0].And(conditions[1:]...)
}

// atVersion is the condition that an item has not changed since it had the version.
func atVersion(version int64) condition { return equals("version", version) }

// update is a list of changes to the attributes of an item. The zero value changes nothing.
type update struct {
	sets, adds []attributeChange
	sums       []attributeChange // numbers to add to counters within maps
	removes    []string
	nonEmpty   bool
}

// attributeChange is the new value of an attribute or of a path such as row.contact, or the number to add to a counter.
type attributeChange struct {
	attribute string
	value     any
}

func (u update) set(name string, v any) update {
	u.sets, u.nonEmpty = append(slices.Clip(u.sets), attributeChange{name, v}), true
	return u
}

// add adds n to a counter. An n of 0 changes nothing. A counter within a map is set to the sum, because ADD does not take
// a path (DynamoDB).
func (u update) add(name string, n int64) update {
	if n == 0 {
		return u
	}
	if strings.Contains(name, ".") {
		u.sums, u.nonEmpty = append(slices.Clip(u.sums), attributeChange{name, n}), true
		return u
	}
	u.adds, u.nonEmpty = append(slices.Clip(u.adds), attributeChange{name, n}), true
	return u
}

func (u update) remove(name string) update {
	u.removes, u.nonEmpty = append(slices.Clip(u.removes), name), true
	return u
}

// addAll adds to several counters.
func (u update) addAll(counters map[string]int64) update {
	for _, name := range slices.Sorted(maps.Keys(counters)) {
		u = u.add(name, counters[name])
	}
	return u
}

// difference returns the update that turns one item into another. It does not touch attributes that neither item has, nor
// such fields of the projected attribute.
func difference(before, after any) (u update, err error) {
	old, err := attributevalue.MarshalMap(before)
	if err != nil {
		return u, err
	}
	next, err := attributevalue.MarshalMap(after)
	if err != nil {
		return u, err
	}
	oldRow, hasOld := old[projectedAttribute].(*types.AttributeValueMemberM)
	nextRow, hasNext := next[projectedAttribute].(*types.AttributeValueMemberM)
	if hasOld && hasNext {
		u = u.changeAll(projected, oldRow.Value, nextRow.Value)
		delete(old, projectedAttribute)
		delete(next, projectedAttribute)
	}
	return u.changeAll(func(name string) string { return name }, old, next), nil
}

// changeAll sets the attributes that differ, and removes those that are missing in next. The function path returns the
// path of an attribute by its name.
func (u update) changeAll(path func(name string) string, old, next item) update {
	for _, name := range slices.Sorted(maps.Keys(next)) {
		if !reflect.DeepEqual(old[name], next[name]) {
			u = u.set(path(name), next[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, isKept := next[name]; !isKept {
			u = u.remove(path(name))
		}
	}
	return u
}
