package memtable

import (
	"maps"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// update is an UpdateExpression.
type update struct {
	actions []action
	used    []string
}

// action sets or removes an attribute, or adds to it.
type action struct {
	verb, path, value string
	isSum             bool   // SET path = if_not_exists(path, start) + value
	start             string // the value if the attribute does not exist
}

var updates parsed[*update]

// parseUpdate reads an update: SET with values, REMOVE, and ADD of numbers.
func parseUpdate(expression string) *update {
	return updates.of(expression, func(p *parser) *update {
		u := &update{}
		for len(p.words) > 0 {
			verb := p.next()
			if !p.accept("SET", "REMOVE", "ADD") {
				p.unsupported()
			}
			u.actions = append(u.actions, p.action(verb))
			for p.accept(",") {
				u.actions = append(u.actions, p.action(verb))
			}
		}
		u.used = p.used
		return u
	})
}

func (p *parser) action(verb string) action {
	a := action{verb: verb, path: p.placeholder(isName)}
	if verb == "SET" {
		p.expect("=")
		if a.isSum = p.accept("if_not_exists"); a.isSum {
			p.expect("(")
			p.expect(a.path)
			p.expect(",")
			a.start = p.placeholder(isValue)
			p.expect(")")
			p.expect("+")
		}
	}
	if verb != "REMOVE" {
		a.value = p.placeholder(isValue)
	}
	return a
}

// check returns the error for an update of a key attribute, or of one attribute twice.
func (u *update) check(keys *index, with placeholders) error {
	if len(u.actions) == 0 {
		return invalid("Invalid UpdateExpression: The expression can not be empty;")
	}
	seen := map[string]bool{}
	for _, a := range u.actions {
		name := strings.Join(with.path(a.path), ".")
		switch {
		case a.verb == "ADD" && strings.Contains(name, "."):
			unsupported("ADD of a nested attribute")
		case name == keys.partitionAttribute, name == keys.sortAttribute:
			return invalid("Cannot update attribute %s. This attribute is part of the key", name)
		case seen[name]:
			return invalid("Invalid UpdateExpression: Two document paths overlap with each other; %s", name)
		}
		seen[name] = true
		if value, isAdd := with.values[a.value], a.verb == "ADD"; isAdd {
			if _, isNumber := value.(*types.AttributeValueMemberN); !isNumber {
				unsupported("ADD of %T", value)
			}
		}
	}
	return nil
}

// apply returns an item after the update. An item that does not exist is made from its key.
func (u *update) apply(before, key item, with placeholders) (item, error) {
	after := maps.Clone(before)
	if before == nil {
		after = maps.Clone(key)
	}
	for _, a := range u.actions {
		path, value := with.path(a.path), with.values[a.value]
		if a.isSum || a.verb == "ADD" {
			present := attributeAt(after, path)
			if present == nil && a.isSum {
				present = with.values[a.start]
			}
			by, _ := numberOf(value)
			sum, isNumber := numberOf(present)
			if present != nil && !isNumber {
				return nil, invalid("An operand in the update expression has an incorrect data type")
			}
			value = &types.AttributeValueMemberN{Value: strconv.FormatInt(sum+by, 10)}
		}
		if err := replace(after, path, value); err != nil {
			return nil, err
		}
	}
	return after, nil
}

// attributeAt returns the attribute at a path, or nil if there is none.
func attributeAt(of item, path []string) types.AttributeValue {
	for ; len(path) > 1; path = path[1:] {
		inner, isMap := of[path[0]].(*types.AttributeValueMemberM)
		if !isMap {
			return nil
		}
		of = inner.Value
	}
	return of[path[0]]
}

// replace sets the attribute at a path of an item, or removes it if the value is nil. It changes copies of the maps on the
// path, because older states of the item share them.
func replace(of item, path []string, value types.AttributeValue) error {
	if len(path) == 1 {
		if value == nil {
			delete(of, path[0])
		} else {
			of[path[0]] = value
		}
		return nil
	}
	inner, isMap := of[path[0]].(*types.AttributeValueMemberM)
	if !isMap {
		return invalid("The document path provided in the update expression is invalid for update")
	}
	changed := maps.Clone(inner.Value)
	of[path[0]] = &types.AttributeValueMemberM{Value: changed}
	return replace(changed, path[1:], value)
}
