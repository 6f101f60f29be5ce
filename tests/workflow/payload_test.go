package workflow

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"tenantry/shared/directory"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
)

// maxPayload is Step Functions' limit for the size of a state's input, result or output, in bytes.
const maxPayload = 262_144

// TestPayloads measures the input and output of each state for an operation on a million customers. It executes the
// definitions itself and needs no stack.
func TestPayloads(t *testing.T) {
	const items = 1_000_000
	start := operation.ExecutionInput{Operation: operation.IDPrefix + strings.Repeat("0", 26), Attempt: math.MaxInt32}
	planned, err := operation.Planner{
		Store: plannedStore{start: start, total: items},
		Now:   time.Now,
	}.Plan(
		t.Context(),
		start,
	)
	if err != nil || len(planned.Groups) != items/operation.BatchSize/1000 {
		t.Fatalf("planned %d groups, error %v, want %d", len(planned.Groups), err, items/operation.BatchSize/1000)
	}
	for _, name := range machines {
		t.Run(name, func(t *testing.T) {
			var machine states
			if err := json.Unmarshal([]byte(definition(t, name)), &machine); err != nil {
				t.Fatal(err)
			}
			w := walk{t: t, calls: map[string]int{}, results: map[string]any{
				"${PlanOperation}":   planned,
				"${RunBatch}":        struct{}{},
				"${FinishOperation}": operation.FinishResult{State: operation.PartiallyFailed},
			}}
			w.run(machine, toJSON(t, start), nil)
			if batches := w.calls["${RunBatch}"]; batches != items/operation.BatchSize || w.calls["${FinishOperation}"] != 1 {
				t.Fatalf("%v calls, want %d of RunBatch and one of FinishOperation", w.calls, items/operation.BatchSize)
			}
			if w.largest >= maxPayload {
				t.Errorf("%s has %d bytes, the limit is %d", w.largestName, w.largest, maxPayload)
			}
			t.Logf("the largest payload is %s: %d bytes", w.largestName, w.largest)
		})
	}
}

// plannedStore is a store with one operation, whose item list is complete.
type plannedStore struct {
	operation.Store
	directory.SearchStore

	start operation.ExecutionInput
	total int64
}

func (c plannedStore) ReadOperation(
	context.Context, string, idempotency.Key,
) (*operation.Operation, *idempotency.Record, error) {
	return &operation.Operation{
		ID: c.start.Operation, Attempt: c.start.Attempt, State: operation.Running, ListComplete: true, Total: c.total,
	}, nil, nil
}

func (plannedStore) List(context.Context, directory.Selection) (directory.Rows, error) {
	return directory.Rows{}, nil
}

// states is a state machine, or the inner one of a map.
type states struct {
	StartAt string
	States  map[string]state
}

// state is a state, with the fields that determine its input and output.
type state struct {
	Type, Next, Default, ItemsPath           string
	Parameters, ItemSelector, ResultSelector any
	ResultPath                               json.RawMessage
	ItemProcessor                            states
	Choices                                  []struct {
		Variable, Next string
		BooleanEquals  bool
	}
}

// walk executes a state machine and measures its payloads. It supports the parts of the language that the definitions
// use, and fails the test at any other.
type walk struct {
	t       *testing.T
	results map[string]any // the result of each function, by its name in the definition
	calls   map[string]int // the number of calls of each function

	largest     int // bytes
	largestName string
}

// run executes a machine and returns its output. The item is that of the map that contains the machine.
func (w *walk) run(machine states, input, item any) any {
	for name := machine.StartAt; name != ""; {
		s, known := machine.States[name]
		if !known {
			w.t.Fatalf("unknown state %s", name)
		}
		w.measure(name+"'s input", input)
		next := s.Next
		switch s.Type {
		case "Choice":
			next = w.choose(s, input)
		case "Pass":
			input = w.place(s, input, w.fill(s.Parameters, input, item))
		case "Task":
			input = w.place(s, input, w.task(name, s, input, item))
		case "Map":
			input = w.place(s, input, w.each(name, s, input))
		case "Succeed":
		default:
			w.t.Fatalf("state %s has the unsupported type %s", name, s.Type)
		}
		w.measure(name+"'s output", input)
		name = next
	}
	return input
}

// measure measures a payload.
func (w *walk) measure(name string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(text) > w.largest {
		w.largest, w.largestName = len(text), name
	}
}

func (w *walk) choose(s state, input any) string {
	for _, choice := range s.Choices {
		if w.find(choice.Variable, input, nil) == choice.BooleanEquals {
			return choice.Next
		}
	}
	return s.Default
}

// task calls a function and returns the result in the envelope of Step Functions.
func (w *walk) task(name string, s state, input, item any) any {
	request := w.fill(s.Parameters, input, item).(map[string]any)
	w.measure(name+"'s request", request)
	function := request["FunctionName"].(string)
	w.calls[function]++
	result := any(map[string]any{
		"ExecutedVersion": "$LATEST", "StatusCode": 200, "Payload": toJSON(w.t, w.results[function]),
		"SdkHttpMetadata": strings.Repeat("x", 1000), // about the size of the headers and request ids
	})
	w.measure(name+"'s result", result)
	if s.ResultSelector != nil {
		result = w.fill(s.ResultSelector, result, nil)
	}
	return result
}

// each executes the inner machine of a map for each item and returns the results.
func (w *walk) each(name string, s state, input any) any {
	results := []any{}
	for _, item := range w.find(s.ItemsPath, input, nil).([]any) {
		results = append(results, w.run(s.ItemProcessor, w.fill(s.ItemSelector, input, item), item))
	}
	w.measure(name+"'s result", results)
	return results
}

// place returns the state's output: the input with the result at the ResultPath.
func (w *walk) place(s state, input, result any) any {
	switch path := strings.Trim(string(s.ResultPath), `"`); path {
	case "":
		return result
	case "null":
		return input
	default:
		output := maps.Clone(input.(map[string]any))
		output[strings.TrimPrefix(path, "$.")] = result
		return output
	}
}

// fill returns a payload template with the values of its paths.
func (w *walk) fill(template, input, item any) any {
	object, isObject := template.(map[string]any)
	if !isObject {
		return template
	}
	result := map[string]any{}
	for name, value := range object {
		if field, isPath := strings.CutSuffix(name, ".$"); isPath {
			result[field] = w.find(value.(string), input, item)
		} else {
			result[name] = w.fill(value, input, item)
		}
	}
	return result
}

// find returns the value at a path, or the result of an intrinsic function: States.ArrayRange, or States.StringToJson of
// the concurrency, which the template substitutes.
func (w *walk) find(path string, input, item any) any {
	if path == "States.StringToJson('${BulkConcurrency}')" {
		return 1000.0 // the greatest value of the parameter
	}
	if arguments, isRange := strings.CutPrefix(path, "States.ArrayRange("); isRange {
		parts := strings.Split(strings.TrimSuffix(arguments, ")"), ", ")
		first, last := w.find(parts[0], input, item).(float64), w.find(parts[1], input, item).(float64)
		numbers := []any{}
		for n := first; n <= last; n++ {
			numbers = append(numbers, n)
		}
		if len(numbers) > 1000 || parts[2] != "1" {
			w.t.Fatalf("%s returns %d numbers, the limit is 1000", path, len(numbers))
		}
		return numbers
	}
	value := input
	if rest, isItem := strings.CutPrefix(path, "$$.Map.Item.Value"); isItem {
		value, path = item, "$"+rest
	}
	for name := range strings.SplitSeq(strings.TrimPrefix(strings.TrimPrefix(path, "$"), "."), ".") {
		if name == "" {
			continue
		}
		field, found := value.(map[string]any)[name]
		if !found {
			w.t.Fatalf("%s does not exist: there is no %s in %s", path, name, fmt.Sprint(value))
		}
		value = field
	}
	return value
}

// toJSON returns a value as encoding/json decodes it: as maps, slices, strings and numbers.
func toJSON(t *testing.T, value any) (decoded any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &decoded)
	}
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}
