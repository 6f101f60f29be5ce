package cascade

import (
	"encoding/json"
	"maps"
	"strings"
)

// toJSON returns a value as encoding/json decodes it: as maps, slices, strings and numbers.
func toJSON(value any) (decoded any) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &decoded)
	}
	if err != nil {
		panic(err) // functions return JSON
	}
	return decoded
}

// lookup returns the value at a reference path such as $.plan.more, or nil if there is none.
func lookup(input any, path string) any {
	value := input
	for _, name := range strings.Split(strings.TrimPrefix(path, "$"), ".")[1:] {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// fill returns a payload template with the values of its paths. The item is that of the map that contains the state.
func fill(template, input, item any) any {
	object, isObject := template.(map[string]any)
	if !isObject {
		return template
	}
	result := make(map[string]any, len(object))
	for name, value := range object {
		if field, isPath := strings.CutSuffix(name, ".$"); isPath {
			result[field] = evaluate(value.(string), input, item)
		} else {
			result[name] = fill(value, input, item)
		}
	}
	return result
}

// bulkConcurrency is how a definition reads the template's parameter for the concurrency of a map.
const bulkConcurrency = "States.StringToJson('${BulkConcurrency}')"

// evaluate returns the value of a path, or the result of the intrinsic function States.ArrayRange.
func evaluate(expression string, input, item any) any {
	if rest, isItem := strings.CutPrefix(expression, "$$.Map.Item.Value"); isItem {
		return lookup(item, "$"+rest)
	}
	if expression == bulkConcurrency {
		return float64(mapConcurrency)
	}
	arguments, isRange := strings.CutPrefix(expression, "States.ArrayRange(")
	if !isRange {
		return lookup(input, expression)
	}
	ends := strings.Split(strings.TrimSuffix(arguments, ")"), ", ")
	first, _ := lookup(input, ends[0]).(float64)
	last, _ := lookup(input, ends[1]).(float64)
	var numbers []any
	for n := first; n <= last; n++ {
		numbers = append(numbers, n)
	}
	return numbers
}

// place returns a state's output: the input with the result at the ResultPath. Without a ResultPath the output is the
// result, and with null it is the input.
func place(input, result any, resultPath json.RawMessage) any {
	var path *string
	switch {
	case resultPath == nil:
		return result
	case json.Unmarshal(resultPath, &path) != nil || path == nil:
		return input
	}
	output := map[string]any{}
	if object, isObject := input.(map[string]any); isObject {
		maps.Copy(output, object)
	}
	output[strings.TrimPrefix(*path, "$.")] = result
	return output
}
