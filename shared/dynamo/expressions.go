package dynamo

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// condition is a condition on the stored item. The zero value is no condition.
type condition = expression.ConditionBuilder

func attribute(name string) expression.NameBuilder { return expression.Name(name) }

func value(v any) expression.ValueBuilder { return expression.Value(v) }

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
	return expression.And(conditions[0], conditions[1], conditions[2:]...)
}

// atVersion is the condition that an item has not changed since it had the version.
func atVersion(version int64) condition { return equals("version", version) }

// update is a list of changes to the attributes of an item. The zero value changes nothing.
type update struct {
	builder  expression.UpdateBuilder
	nonEmpty bool
}

func (u update) set(name string, v any) update {
	return update{u.builder.Set(attribute(name), value(v)), true}
}

// add adds n to a counter. An n of 0 changes nothing. A counter within a map is set to the sum, because ADD does not take
// a path (DynamoDB).
func (u update) add(name string, n int64) update {
	if n == 0 {
		return u
	}
	if strings.Contains(name, ".") {
		sum := expression.Plus(expression.IfNotExists(attribute(name), value(0)), value(n))
		return update{u.builder.Set(attribute(name), sum), true}
	}
	return update{u.builder.Add(attribute(name), value(n)), true}
}

func (u update) remove(name string) update {
	return update{u.builder.Remove(attribute(name)), true}
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

// build returns the expressions of a condition and an update. Each of them may be empty, but not both.
func build(c condition, u update) (expression.Expression, error) {
	builder := expression.NewBuilder()
	if c.IsSet() {
		builder = builder.WithCondition(c)
	}
	if u.nonEmpty {
		builder = builder.WithUpdate(u.builder)
	}
	return builder.Build()
}
