package memtable

import (
	"maps"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// update is an UpdateExpression.
type update struct {
	actions []action
	used    []string
}

// action sets or removes an attribute, or adds to it.
type action struct{ verb, name, value string }

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
	a := action{verb: verb, name: p.placeholder(isName)}
	if verb == "SET" {
		p.expect("=")
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
		name := with.names[a.name]
		switch {
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
		name, value := with.names[a.name], with.values[a.value]
		switch a.verb {
		case "SET":
			after[name] = value
		case "REMOVE":
			delete(after, name)
		default:
			by, _ := numberOf(value)
			sum, isNumber := numberOf(after[name])
			if after[name] != nil && !isNumber {
				return nil, invalid("An operand in the update expression has an incorrect data type")
			}
			after[name] = &types.AttributeValueMemberN{Value: strconv.FormatInt(sum+by, 10)}
		}
	}
	return after, nil
}
