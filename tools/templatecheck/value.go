package templatecheck

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decode converts a YAML node to maps, lists and scalars. CloudFormation's short tags get their long form:
// !GetAtt A.Arn becomes {"Fn::GetAtt": ["A", "Arn"]}.
func decode(node *yaml.Node) (any, error) {
	value, err := decodeUntagged(node)
	if err != nil || !strings.HasPrefix(node.Tag, "!") || strings.HasPrefix(node.Tag, "!!") {
		return value, err
	}
	name := strings.TrimPrefix(node.Tag, "!")
	if text, ok := value.(string); ok && name == "GetAtt" {
		resource, attribute, _ := strings.Cut(text, ".")
		value = []any{resource, attribute}
	}
	if name != "Ref" && name != "Condition" {
		name = "Fn::" + name
	}
	return map[string]any{name: value}, nil
}

func decodeUntagged(node *yaml.Node) (any, error) {
	switch node.Kind {
	case yaml.DocumentNode:
		return decode(node.Content[0])
	case yaml.AliasNode:
		return decode(node.Alias)
	case yaml.MappingNode:
		fields := make(map[string]any, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			value, err := decode(node.Content[i+1])
			if err != nil {
				return nil, err
			}
			if _, twice := fields[node.Content[i].Value]; twice {
				return nil, fmt.Errorf("line %d: %s is there twice", node.Content[i].Line, node.Content[i].Value)
			}
			fields[node.Content[i].Value] = value
		}
		return fields, nil
	case yaml.SequenceNode:
		items := make([]any, 0, len(node.Content))
		for _, child := range node.Content {
			value, err := decode(child)
			if err != nil {
				return nil, err
			}
			items = append(items, value)
		}
		return items, nil
	case yaml.ScalarNode:
		return decodeScalar(node)
	}
	return nil, fmt.Errorf("line %d: unexpected YAML", node.Line)
}

func decodeScalar(node *yaml.Node) (any, error) {
	if strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!") {
		return node.Value, nil
	}
	var value any
	err := node.Decode(&value)
	return value, err
}

// at returns the value at the keys of nested maps, or nil if a key is missing.
func at(value any, keys ...string) any {
	for _, key := range keys {
		fields, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = fields[key]
	}
	return value
}

func fieldsAt(value any, keys ...string) map[string]any {
	fields, ok := at(value, keys...).(map[string]any)
	if !ok {
		return nil
	}
	return fields
}

func textAt(value any, keys ...string) string {
	text, ok := at(value, keys...).(string)
	if !ok {
		return ""
	}
	return text
}

// numberAt returns the whole number at the keys, or -1 if there is none.
func numberAt(value any, keys ...string) int {
	number, ok := at(value, keys...).(int)
	if !ok {
		return -1
	}
	return number
}

func isTrue(value any, keys ...string) bool { return at(value, keys...) == true }

// list returns a list unchanged, nil as an empty list, and any other value as a list of one.
func list(value any) []any {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		return value
	default:
		return []any{value}
	}
}

// refersTo returns the logical id in a Ref, or "".
func refersTo(value any) string { return textAt(value, "Ref") }

// attributeOf returns the logical id and the attribute in a GetAtt, or two empty strings.
func attributeOf(value any) (resource, attribute string) {
	parts := list(at(value, "Fn::GetAtt"))
	if len(parts) != 2 {
		return "", ""
	}
	resource, _ = parts[0].(string)
	attribute, _ = parts[1].(string)
	return resource, attribute
}

// substitution returns the text of a Sub, or "".
func substitution(value any) string {
	if parts, ok := at(value, "Fn::Sub").([]any); ok && len(parts) > 0 {
		value = map[string]any{"Fn::Sub": parts[0]}
	}
	return textAt(value, "Fn::Sub")
}
