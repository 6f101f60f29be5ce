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

// maxPayload is the most bytes that Step Functions takes as a state's input, result or output.
const maxPayload = 262_144

// TestPayloads walks through the definitions as Step Functions would for an operation on a million customers, and measures what
// goes into, and comes out of, each state. It needs no stack.
func TestPayloads(t *testing.T) {
	const items = 1_000_000
	start := operation.Start{Operation: operation.IDPrefix + strings.Repeat("0", 26), Attempt: math.MaxInt32}
	planned, err := operation.Plan{Store: completed{start: start, total: items}, Now: time.Now}.Run(t.Context(), start)
	if err != nil || len(planned.Groups) != items/operation.BatchSize/1000 {
		t.Fatalf("planned %d groups, %v", len(planned.Groups), err)
	}
	for _, name := range machines {
		t.Run(name, func(t *testing.T) {
			var machine states
			if err := json.Unmarshal([]byte(definition(t, name)), &machine); err != nil {
				t.Fatal(err)
			}
			w := walk{t: t, called: map[string]int{}, answers: map[string]any{
				"${PlanOperation}":   planned,
				"${RunBatch}":        struct{}{},
				"${FinishOperation}": operation.Ending{State: operation.PartiallyFailed},
			}}
			w.run(machine, plain(t, start), nil)
			if batches := w.called["${RunBatch}"]; batches != items/operation.BatchSize || w.called["${FinishOperation}"] != 1 {
				t.Fatalf("the walk called %v", w.called)
			}
			if w.largest >= maxPayload {
				t.Errorf("%s is %d bytes", w.where, w.largest)
			}
			t.Logf("the largest is %s: %d bytes", w.where, w.largest)
		})
	}
}

// completed is a store with an operation whose item list is complete.
type completed struct {
	operation.Store

	start operation.Start
	total int64
}

func (c completed) ReadOperation(context.Context, string, idempotency.Key) (*operation.Operation, *idempotency.Record, error) {
	return &operation.Operation{
		ID: c.start.Operation, Attempt: c.start.Attempt, State: operation.Running, Planned: true, Total: c.total,
	}, nil, nil
}

func (completed) List(context.Context, directory.Selection) (directory.Rows, error) {
	return directory.Rows{}, nil
}

// states is a state machine, or the one inside a map.
type states struct {
	StartAt string
	States  map[string]state
}

// state is a state, with the fields that decide what goes in and out.
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

// walk goes through a state machine. It knows as much of the language as the definitions use, and fails the test at the rest.
type walk struct {
	t       *testing.T
	answers map[string]any // by what the function is called in the definition
	called  map[string]int

	largest int
	where   string
}

// run returns what comes out of a machine. Item is that of the map it is in.
func (w *walk) run(machine states, input, item any) any {
	for name := machine.StartAt; name != ""; {
		s, known := machine.States[name]
		if !known {
			w.t.Fatalf("there is no state %s", name)
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
			w.t.Fatalf("the walk comes to %s, of type %s", name, s.Type)
		}
		w.measure(name+"'s output", input)
		name = next
	}
	return input
}

func (w *walk) measure(what string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(text) > w.largest {
		w.largest, w.where = len(text), what
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

// task returns the result of a call: the answer in the envelope that Step Functions makes.
func (w *walk) task(name string, s state, input, item any) any {
	request := w.fill(s.Parameters, input, item).(map[string]any)
	w.measure(name+"'s request", request)
	function := request["FunctionName"].(string)
	w.called[function]++
	answer := plain(w.t, w.answers[function])
	result := any(map[string]any{
		"ExecutedVersion": "$LATEST", "StatusCode": 200, "Payload": answer,
		"SdkHttpMetadata": strings.Repeat("x", 1000), // about as long as headers and request ids are
	})
	w.measure(name+"'s result", result)
	if s.ResultSelector != nil {
		result = w.fill(s.ResultSelector, result, nil)
	}
	return result
}

func (w *walk) each(name string, s state, input any) any {
	results := []any{}
	for _, item := range w.find(s.ItemsPath, input, nil).([]any) {
		results = append(results, w.run(s.ItemProcessor, w.fill(s.ItemSelector, input, item), item))
	}
	w.measure(name+"'s result", results)
	return results
}

// place puts a result where the state's ResultPath says.
func (w *walk) place(s state, input, result any) any {
	switch path := strings.Trim(string(s.ResultPath), `"`); path {
	case "":
		return result
	case "null":
		return input
	default:
		into := maps.Clone(input.(map[string]any))
		into[strings.TrimPrefix(path, "$.")] = result
		return into
	}
}

// fill fills in a template.
func (w *walk) fill(template, input, item any) any {
	fields, is := template.(map[string]any)
	if !is {
		return template
	}
	filled := map[string]any{}
	for name, value := range fields {
		if path, dynamic := strings.CutSuffix(name, ".$"); dynamic {
			filled[path] = w.find(value.(string), input, item)
		} else {
			filled[name] = w.fill(value, input, item)
		}
	}
	return filled
}

// find returns what a path leads to, or an intrinsic function makes.
func (w *walk) find(path string, input, item any) any {
	if arguments, is := strings.CutPrefix(path, "States.ArrayRange("); is {
		parts := strings.Split(strings.TrimSuffix(arguments, ")"), ", ")
		first, last := w.find(parts[0], input, item).(float64), w.find(parts[1], input, item).(float64)
		numbers := []any{}
		for n := first; n <= last; n++ {
			numbers = append(numbers, n)
		}
		if len(numbers) > 1000 || parts[2] != "1" {
			w.t.Fatalf("%s makes %d numbers", path, len(numbers))
		}
		return numbers
	}
	at := input
	if within, is := strings.CutPrefix(path, "$$.Map.Item.Value"); is {
		at, path = item, "$"+within
	}
	for name := range strings.SplitSeq(strings.TrimPrefix(strings.TrimPrefix(path, "$"), "."), ".") {
		if name == "" {
			continue
		}
		found, is := at.(map[string]any)[name]
		if !is {
			w.t.Fatalf("%s leads to nothing in %s", path, fmt.Sprint(at))
		}
		at = found
	}
	return at
}

// plain returns a value as JSON has it.
func plain(t *testing.T, value any) (made any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &made)
	}
	if err != nil {
		t.Fatal(err)
	}
	return made
}
