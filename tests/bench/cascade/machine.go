package cascade

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"strings"
	"sync"
	"time"
)

// Times of the workflow that nobody publishes, taken on the long side: a state, a child of a Distributed Map, and the start of a Map
// Run. A function starts in 46 ms at most and makes its clients in 60 ms (shared references); here every call starts one.
const (
	StateTime = 50 * time.Millisecond
	ChildTime = 100 * time.Millisecond
	RunTime   = time.Second
	StartTime = 106 * time.Millisecond
)

// machine is a state machine in the Amazon States Language, as far as those of operations use it.
type machine struct {
	StartAt string
	States  map[string]state
}

type state struct {
	Type, Next, Default        string
	Parameters                 any
	ItemsPath                  string
	ItemSelector               any
	ResultSelector             any
	ResultPath                 json.RawMessage
	MaxConcurrency             int
	Seconds                    int
	TimeoutSeconds             int
	Retry                      []retry
	Catch                      []catch
	Choices                    []choice
	ItemProcessor              processor
	Error                      string
	ToleratedFailurePercentage int
}

type retry struct {
	ErrorEquals     []string
	IntervalSeconds float64
	BackoffRate     float64
	MaxAttempts     int
	MaxDelaySeconds float64
}

type catch struct {
	ErrorEquals []string
	Next        string
}

type choice struct {
	Variable, Next string
	BooleanEquals  *bool
}

type processor struct {
	machine

	ProcessorConfig struct{ Mode, ExecutionType string }
}

// failure is an error of a state by its name.
type failure string

func (f failure) Error() string { return string(f) }

// function is what a state invokes.
type function struct {
	timeout time.Duration
	do      func(ctx context.Context, input []byte) (any, error)
}

// Counts is what an execution cost.
type Counts struct {
	States      int                      // that the standard workflow entered, retries included
	Children    int                      // Express executions that its Distributed Maps started: a transition each, and a request
	ChildTime   time.Duration            // their duration
	Rounds      int                      // how often it went through all batches
	Invocations map[string]int           // of functions, by the name that the machine knows them by
	Busy        map[string]time.Duration // how long they ran
}

// Transitions are those that AWS charges: of states, and one for each child.
func (c Counts) Transitions() int { return c.States + c.Children }

// execution runs a machine in virtual time.
type execution struct {
	functions map[string]function
	paused    func() // called when the workflow waits between two rounds

	mu     sync.Mutex
	counts Counts
}

func readMachine(path string) (m machine, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	return m, err
}

func (x *execution) add(change func(*Counts)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	change(&x.counts)
}

// run goes through a machine from its start to its end. A child is express: its states cost nothing but their time.
func (x *execution) run(ctx context.Context, m machine, input any, express bool) (any, error) {
	for at := m.StartAt; ; {
		s, known := m.States[at]
		if !known {
			return nil, fmt.Errorf("there is no state %q", at)
		}
		x.enter(express)
		output, next, err := x.step(ctx, s, input, express)
		if err != nil || next == "" {
			return output, err
		}
		input, at = output, next
	}
}

func (x *execution) enter(express bool) {
	if !express {
		x.add(func(c *Counts) { c.States++ })
	}
	time.Sleep(StateTime)
}

func (x *execution) step(ctx context.Context, s state, input any, express bool) (output any, next string, err error) {
	switch s.Type {
	case "Succeed":
		return input, "", nil
	case "Fail":
		return nil, "", failure(s.Error)
	case "Wait":
		x.paused()
		time.Sleep(time.Duration(s.Seconds) * time.Second)
		return input, s.Next, nil
	case "Choice":
		for _, c := range s.Choices {
			if value, _ := at(input, c.Variable).(bool); c.BooleanEquals != nil && value == *c.BooleanEquals {
				return input, c.Next, nil
			}
		}
		return input, s.Default, nil
	}
	result, err := x.tried(ctx, s, input, express)
	if err != nil {
		var named failure
		if errors.As(err, &named) && len(s.Catch) > 0 { // all catch States.ALL and keep their input
			return input, s.Catch[0].Next, nil
		}
		return nil, "", err
	}
	if s.ResultSelector != nil {
		result = filled(s.ResultSelector, result, nil)
	}
	return placed(input, result, s.ResultPath), s.Next, nil
}

// tried does a state's work, and again as its retriers say. The jitter is taken at its mean.
func (x *execution) tried(ctx context.Context, s state, input any, express bool) (any, error) {
	tries := make([]int, len(s.Retry))
	for {
		result, err := x.work(ctx, s, input)
		var named failure
		if err == nil || !errors.As(err, &named) {
			return result, err
		}
		which := -1
		for i, r := range s.Retry {
			for _, e := range r.ErrorEquals {
				if which < 0 && (e == string(named) || e == "States.ALL") {
					which = i
				}
			}
		}
		if which < 0 || tries[which] == s.Retry[which].MaxAttempts {
			return nil, err
		}
		r := s.Retry[which]
		delay := min(r.IntervalSeconds*math.Pow(r.BackoffRate, float64(tries[which])), r.MaxDelaySeconds) / 2
		tries[which]++
		time.Sleep(time.Duration(delay * float64(time.Second)))
		x.enter(express)
	}
}

func (x *execution) work(ctx context.Context, s state, input any) (any, error) {
	switch s.Type {
	case "Pass":
		if s.Parameters == nil {
			return input, nil
		}
		return filled(s.Parameters, input, nil), nil
	case "Task":
		asked, _ := filled(s.Parameters, input, nil).(map[string]any)
		name, _ := asked["FunctionName"].(string)
		return x.invoke(ctx, strings.Trim(name, "${}"), asked["Payload"])
	case "Map":
		return x.each(ctx, s, input)
	}
	return nil, fmt.Errorf("states of type %q are not known here", s.Type)
}

func (x *execution) invoke(ctx context.Context, name string, payload any) (any, error) {
	f, known := x.functions[name]
	if !known {
		return nil, fmt.Errorf("there is no function %q", name)
	}
	text, err := json.Marshal(payload)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	time.Sleep(StartTime)
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	result, err := f.do(ctx, text)
	x.add(func(c *Counts) {
		c.Invocations[name]++
		c.Busy[name] += time.Since(began)
		if name == "FinishOperation" {
			c.Rounds++
		}
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"Payload": generic(result)}, nil
}

// each goes through the items of a map, as many at once as it says.
func (x *execution) each(ctx context.Context, s state, input any) (any, error) {
	items, _ := at(input, s.ItemsPath).([]any)
	express := s.ItemProcessor.ProcessorConfig.Mode == "DISTRIBUTED"
	if express {
		time.Sleep(RunTime)
	}
	places := make(chan struct{}, max(1, s.MaxConcurrency))
	results, errs := make([]any, len(items)), make([]error, len(items))
	var running sync.WaitGroup
	for i, item := range items {
		places <- struct{}{}
		running.Go(func() {
			defer func() { <-places }()
			began := time.Now()
			if express {
				time.Sleep(ChildTime)
			}
			results[i], errs[i] = x.run(ctx, s.ItemProcessor.machine, filled(s.ItemSelector, input, item), express)
			if express {
				x.add(func(c *Counts) { c.Children++; c.ChildTime += time.Since(began) })
			}
		})
	}
	running.Wait()
	return results, errors.Join(errs...)
}

// generic is a value as JSON has it.
func generic(value any) (made any) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &made)
	}
	if err != nil {
		panic(err) // what functions answer is JSON
	}
	return made
}

// at is what a reference path such as $.plan.more finds.
func at(in any, path string) any {
	for _, name := range strings.Split(strings.TrimPrefix(path, "$"), ".")[1:] {
		object, _ := in.(map[string]any)
		in = object[name]
	}
	return in
}

// filled is a template with the values of its paths.
func filled(template, input, item any) any {
	object, is := template.(map[string]any)
	if !is {
		return template
	}
	made := make(map[string]any, len(object))
	for name, value := range object {
		plain, path := strings.CutSuffix(name, ".$")
		if !path {
			made[name] = filled(value, input, item)
			continue
		}
		made[plain] = valueOf(value.(string), input, item)
	}
	return made
}

func valueOf(path string, input, item any) any {
	if rest, of := strings.CutPrefix(path, "$$.Map.Item.Value"); of {
		return at(item, "$"+rest)
	}
	arguments, is := strings.CutPrefix(path, "States.ArrayRange(")
	if !is {
		return at(input, path)
	}
	ends := strings.Split(strings.TrimSuffix(arguments, ")"), ", ")
	first, _ := at(input, ends[0]).(float64)
	last, _ := at(input, ends[1]).(float64)
	var numbers []any
	for n := first; n <= last; n++ {
		numbers = append(numbers, n)
	}
	return numbers
}

// placed puts a result where its path says.
func placed(input, result any, path json.RawMessage) any {
	var where *string
	switch {
	case path == nil:
		return result
	case json.Unmarshal(path, &where) != nil || where == nil:
		return input
	}
	made := map[string]any{}
	if object, is := input.(map[string]any); is {
		maps.Copy(made, object)
	}
	made[strings.TrimPrefix(*where, "$.")] = result
	return made
}
