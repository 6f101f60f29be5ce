package pump

import "strings"

type comparison func(operand, field any, present bool) bool

// comparisonNamed returns a named test of an event pattern, such as {"prefix": "cus_"}, or nil when there is none.
func comparisonNamed(name string) comparison {
	switch name {
	case "exists":
		return func(operand, _ any, present bool) bool { return operand == present }
	case "prefix":
		return onStrings(strings.HasPrefix)
	case "suffix":
		return onStrings(strings.HasSuffix)
	case "equals-ignore-case":
		return onStrings(strings.EqualFold)
	case "numeric":
		return numeric
	case "anything-but":
		return anythingBut
	}
	return nil
}

func onStrings(test func(value, operand string) bool) comparison {
	return func(operand, field any, _ bool) bool {
		o, ok := operand.(string)
		f, isText := field.(string)
		return ok && isText && test(f, o)
	}
}

// numeric takes pairs of operator and bound, all of which must hold: [">", 0, "<=", 5].
func numeric(operand, field any, _ bool) bool {
	value, ok := number(field)
	pairs, isList := operand.([]any)
	if !ok || !isList || len(pairs) == 0 || len(pairs)%2 != 0 {
		return false
	}
	for i := 0; i < len(pairs); i += 2 {
		bound, ok := number(pairs[i+1])
		if !ok || !holds(pairs[i], value.Cmp(bound)) {
			return false
		}
	}
	return true
}

func holds(operator any, order int) bool {
	switch operator {
	case "=":
		return order == 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	}
	return false
}

// anythingBut takes a value, a list of values, or a comparison, none of which may match a field that is there.
func anythingBut(operand, field any, present bool) bool {
	refused, isList := operand.([]any)
	if !isList {
		refused = []any{operand}
	}
	for _, value := range refused {
		if matchesAlternative(value, field, present) {
			return false
		}
	}
	return present
}
