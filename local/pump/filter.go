package pump

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
)

// Filter selects records. A record matches if it matches any of the patterns, or if the filter has no patterns.
type Filter struct {
	patterns []map[string]any
}

// ParseFilter parses event patterns. It returns an error if a pattern has an unknown comparison.
func ParseFilter(patterns []string) (Filter, error) {
	var f Filter
	for _, text := range patterns {
		var pattern map[string]any
		if err := decode([]byte(text), &pattern); err != nil {
			return Filter{}, fmt.Errorf("filter pattern %q: %w", text, err)
		}
		if err := checkPattern(pattern); err != nil {
			return Filter{}, fmt.Errorf("filter pattern %q: %w", text, err)
		}
		f.patterns = append(f.patterns, pattern)
	}
	return f, nil
}

// Matches reports whether the record matches.
func (f Filter) Matches(record []byte) bool {
	if len(f.patterns) == 0 {
		return true
	}
	var value map[string]any
	if decode(record, &value) != nil {
		return false
	}
	for _, pattern := range f.patterns {
		if matchesObject(pattern, value) {
			return true
		}
	}
	return false
}

// decode decodes JSON without rounding numbers.
func decode(data []byte, value any) error {
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.UseNumber()
	return decoder.Decode(value)
}

func checkPattern(pattern map[string]any) error {
	for key, rule := range pattern {
		switch rule := rule.(type) {
		case map[string]any:
			if err := checkPattern(rule); err != nil {
				return err
			}
		case []any:
			if err := checkAlternatives(key, rule); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s: a rule must be a list or an object", key)
		}
	}
	return nil
}

func checkAlternatives(key string, alternatives []any) error {
	for _, alternative := range alternatives {
		object, ok := alternative.(map[string]any)
		switch {
		case !ok:
		case key == "$or":
			if err := checkPattern(object); err != nil {
				return err
			}
		case len(object) != 1:
			return fmt.Errorf("%s: a comparison must have exactly one name", key)
		default:
			for name := range object {
				if findComparison(name) == nil {
					return fmt.Errorf("%s: unknown comparison %q", key, name)
				}
			}
		}
	}
	return nil
}

func matchesObject(pattern, value map[string]any) bool {
	for key, rule := range pattern {
		if !matchesField(key, rule, value) {
			return false
		}
	}
	return true
}

func matchesField(key string, rule any, value map[string]any) bool {
	field, present := value[key]
	switch rule := rule.(type) {
	case map[string]any:
		object, _ := field.(map[string]any)
		return matchesObject(rule, object)
	case []any:
		for _, alternative := range rule {
			if key == "$or" {
				if matchesObject(alternative.(map[string]any), value) {
					return true
				}
			} else if matchesAlternative(alternative, field, present) {
				return true
			}
		}
	}
	return false
}

// matchesAlternative reports whether a field matches one entry of a rule's list. If the field is a list itself, one
// matching element is enough.
func matchesAlternative(alternative, field any, present bool) bool {
	if list, ok := field.([]any); ok {
		for _, element := range list {
			if matchesAlternative(alternative, element, true) {
				return true
			}
		}
		return false
	}
	object, ok := alternative.(map[string]any)
	if !ok {
		return present && equal(alternative, field)
	}
	for name, operand := range object {
		return findComparison(name)(operand, field, present)
	}
	return false
}

func equal(a, b any) bool {
	x, xIsNumber := number(a)
	y, yIsNumber := number(b)
	if xIsNumber && yIsNumber {
		return x.Cmp(y) == 0
	}
	return a == b
}

func number(v any) (*big.Float, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return nil, false
	}
	f, _, err := big.ParseFloat(n.String(), 10, 256, big.ToNearestEven)
	return f, err == nil
}
