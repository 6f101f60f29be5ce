package cascade

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"time"
)

// Durations in a workflow: of a state, of starting a child of a Distributed Map, and of starting a Map Run. AWS
// publishes none, so these are long estimates. A function starts in at most 46 ms and creates its clients in 60 ms. The
// model starts a function for every invocation.
const (
	StateTime = 50 * time.Millisecond
	ChildTime = 100 * time.Millisecond
	RunTime   = time.Second
	StartTime = 106 * time.Millisecond
)

// machine is a state machine in the Amazon States Language. It has the fields that the definitions of operations use.
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
	MaxConcurrencyPath         string
	SecondsPath                string
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

// failure is the name of a state's error.
type failure string

func (f failure) Error() string { return string(f) }

// function is a function that a state invokes.
type function struct {
	timeout time.Duration
	do      func(ctx context.Context, input []byte) (any, error)
}

// Counts counts what AWS charges for an execution.
type Counts struct {
	States      int                      // states that the standard workflow entered, including retries
	Children    int                      // Express executions that Distributed Maps started
	ChildTime   time.Duration            // the total duration of the children
	Rounds      int                      // runs through all batches
	Invocations map[string]int           // invocations of functions, by their names in the definition
	Busy        map[string]time.Duration // the total duration of the invocations
}

// Transitions returns the number of state transitions that AWS charges: one for each state and one for each child.
func (c Counts) Transitions() int { return c.States + c.Children }

// execution executes a machine in virtual time.
type execution struct {
	functions map[string]function
	onWait    func() // called when the workflow waits between two rounds

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

// run executes a machine from its start to its end and returns its output. The states of an Express workflow take time
// but are not counted.
func (x *execution) run(ctx context.Context, m machine, input any, express bool) (any, error) {
	for name := m.StartAt; ; {
		s, known := m.States[name]
		if !known {
			return nil, fmt.Errorf("unknown state %q", name)
		}
		x.enter(express)
		output, next, err := x.step(ctx, s, input, express)
		if err != nil || next == "" {
			return output, err
		}
		input, name = output, next
	}
}

// enter counts a state and lets its time pass.
func (x *execution) enter(express bool) {
	if !express {
		x.add(func(c *Counts) { c.States++ })
	}
	time.Sleep(StateTime)
}

// step executes a state. It returns the state's output and the name of the next state, or "" at the end.
func (x *execution) step(ctx context.Context, s state, input any, express bool) (output any, next string, err error) {
	switch s.Type {
	case "Succeed":
		return input, "", nil
	case "Fail":
		return nil, "", failure(s.Error)
	case "Wait":
		x.onWait()
		seconds, _ := lookup(input, s.SecondsPath).(float64)
		time.Sleep(time.Duration(seconds) * time.Second)
		return input, s.Next, nil
	case "Choice":
		for _, c := range s.Choices {
			if value, _ := lookup(input, c.Variable).(bool); c.BooleanEquals != nil && value == *c.BooleanEquals {
				return input, c.Next, nil
			}
		}
		return input, s.Default, nil
	}
	result, err := x.retry(ctx, s, input, express)
	if err != nil {
		var name failure
		if errors.As(err, &name) && len(s.Catch) > 0 { // every catcher catches States.ALL and keeps the input
			return input, s.Catch[0].Next, nil
		}
		return nil, "", err
	}
	if s.ResultSelector != nil {
		result = fill(s.ResultSelector, result, nil)
	}
	return place(input, result, s.ResultPath), s.Next, nil
}

// retry does the work of a state, with the retries of its definition. The delay is the mean of full jitter.
func (x *execution) retry(ctx context.Context, s state, input any, express bool) (any, error) {
	attempts := make([]int, len(s.Retry))
	for {
		result, err := x.work(ctx, s, input)
		var name failure
		if err == nil || !errors.As(err, &name) {
			return result, err
		}
		i := findRetrier(s.Retry, name)
		if i < 0 || attempts[i] == s.Retry[i].MaxAttempts {
			return nil, err
		}
		r := s.Retry[i]
		delay := min(r.IntervalSeconds*math.Pow(r.BackoffRate, float64(attempts[i])), r.MaxDelaySeconds) / 2
		attempts[i]++
		time.Sleep(time.Duration(delay * float64(time.Second)))
		x.enter(express)
	}
}

// findRetrier returns the index of the first retrier for an error, or -1 if there is none.
func findRetrier(retriers []retry, name failure) int {
	for i, r := range retriers {
		for _, e := range r.ErrorEquals {
			if e == string(name) || e == "States.ALL" {
				return i
			}
		}
	}
	return -1
}

// work does the work of a state once.
func (x *execution) work(ctx context.Context, s state, input any) (any, error) {
	switch s.Type {
	case "Pass":
		if s.Parameters == nil {
			return input, nil
		}
		return fill(s.Parameters, input, nil), nil
	case "Task":
		request, _ := fill(s.Parameters, input, nil).(map[string]any)
		name, _ := request["FunctionName"].(string)
		return x.invoke(ctx, strings.Trim(name, "${}"), request["Payload"])
	case "Map":
		return x.each(ctx, s, input)
	}
	return nil, fmt.Errorf("state type %q is not supported", s.Type)
}

func (x *execution) invoke(ctx context.Context, name string, payload any) (any, error) {
	f, known := x.functions[name]
	if !known {
		return nil, fmt.Errorf("unknown function %q", name)
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
	return map[string]any{"Payload": toJSON(result)}, nil
}

// each runs the inner machine of a map for all its items, with the map's MaxConcurrency or MaxConcurrencyPath.
func (x *execution) each(ctx context.Context, s state, input any) (any, error) {
	items, _ := lookup(input, s.ItemsPath).([]any)
	express := s.ItemProcessor.ProcessorConfig.Mode == "DISTRIBUTED"
	if express {
		time.Sleep(RunTime)
	}
	concurrency := s.MaxConcurrency
	if s.MaxConcurrencyPath != "" {
		width, _ := lookup(input, s.MaxConcurrencyPath).(float64)
		concurrency = int(width)
	}
	slots := make(chan struct{}, max(1, concurrency))
	results, errs := make([]any, len(items)), make([]error, len(items))
	var running sync.WaitGroup
	for i, item := range items {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			began := time.Now()
			if express {
				time.Sleep(ChildTime)
			}
			results[i], errs[i] = x.run(ctx, s.ItemProcessor.machine, fill(s.ItemSelector, input, item), express)
			if express {
				x.add(func(c *Counts) { c.Children++; c.ChildTime += time.Since(began) })
			}
		})
	}
	running.Wait()
	return results, errors.Join(errs...)
}
