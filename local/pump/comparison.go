package pump

import "strings"

// comparison reports whether a field of a record matches the operand of a pattern. If the record lacks the field,
// present is false.
type comparison func(operand, field any, present bool) bool

// findComparison returns the comparison with a name, such as "prefix" in the pattern {"prefix": "cus_"}. It returns nil
// if the name is unknown.
func findComparison(name string) comparison {
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

// numeric compares a number with pairs of operator and bound, such as [">", 0, "<=", 5]. All pairs must match.
func numeric(operand, field any, _ bool) bool {
	value, ok := number(field)
	pairs, isList := operand.([]any)
	if !ok || !isList || len(pairs) == 0 || len(pairs)%2 != 0 {
		return false
	}
	for i := 0; i < len(pairs); i += 2 {
		bound, ok := number(pairs[i+1])
		if !ok || !satisfies(pairs[i], value.Cmp(bound)) {
			return false
		}
	}
	return true
}

// satisfies reports whether an operator accepts the result of a comparison: -1, 0 or 1.
func satisfies(operator any, order int) bool {
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

// anythingBut reports whether the field is present and does not match the operand: a value, a list of values or a
// comparison.
func anythingBut(operand, field any, present bool) bool {
	excluded, isList := operand.([]any)
	if !isList {
		excluded = []any{operand}
	}
	for _, value := range excluded {
		if matchesAlternative(value, field, present) {
			return false
		}
	}
	return present
}
