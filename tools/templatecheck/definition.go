package templatecheck

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// definition is a state machine in the Amazon States Language.
type definition struct {
	names  map[string]bool // of its placeholders, ${name}
	states map[string]state
}

// state is one state at any level.
type state struct {
	Type, Resource string
	Parameters     struct{ FunctionName string }
	TimeoutSeconds int
	MaxConcurrency *int
	// The path of the concurrency in the state's input. The template's parameter gets there by a substitution.
	MaxConcurrencyPath string
	Retry              []struct {
		JitterStrategy  string
		IntervalSeconds float64
		MaxAttempts     *int
		BackoffRate     float64
		MaxDelaySeconds float64
	}
	Catch         []struct{ ErrorEquals []string }
	ItemProcessor *processor
	Branches      []processor
}

// processor is a group of states inside a state.
type processor struct {
	ProcessorConfig struct{ Mode, ExecutionType string }
	States          map[string]state
}

const (
	distributedMode = "DISTRIBUTED"
	invokeResource  = "arn:${Partition}:states:::lambda:invoke" // in every partition of AWS
)

var placeholder = regexp.MustCompile(`\$\{(\w+)\}`)

func parseDefinition(text []byte) (definition, error) {
	d := definition{names: map[string]bool{}, states: map[string]state{}}
	for _, name := range placeholder.FindAllStringSubmatch(string(text), -1) {
		d.names[name[1]] = true
	}
	var root processor
	if err := json.Unmarshal(text, &root); err != nil {
		return d, err
	}
	return d, d.gather(root)
}

// gather collects the states of all levels. It returns an error if two states have one name.
func (d definition) gather(from processor) error {
	for _, name := range slices.Sorted(maps.Keys(from.States)) {
		s := from.States[name]
		if _, twice := d.states[name]; twice {
			return fmt.Errorf("the state %s is there twice", name)
		}
		d.states[name] = s
		inside := s.Branches
		if s.ItemProcessor != nil {
			inside = append(slices.Clone(inside), *s.ItemProcessor)
		}
		for _, p := range inside {
			if err := d.gather(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// distributed reports whether a map runs its items as separate executions.
func (d definition) distributed() bool {
	for _, s := range d.states {
		if s.ItemProcessor != nil && s.ItemProcessor.ProcessorConfig.Mode == distributedMode {
			return true
		}
	}
	return false
}

// checkStates reports states that could wait forever, fail at the first throttled call, or overload the storage.
func checkStates(template Template, m machine, found *report) {
	timeouts := map[string]int{}
	for _, f := range template.functions() {
		timeouts[f.ID] = numberAt(f.Properties, "Timeout")
	}
	for _, name := range slices.Sorted(maps.Keys(m.definition.states)) {
		s := m.definition.states[name]
		add := func(problem string, args ...any) { found.add("machine", m.file+"."+name, problem, args...) }
		switch s.Type {
		case "Task":
			checkTask(m, s, timeouts, add)
		case "Map":
			if s.MaxConcurrencyPath == "" && (s.MaxConcurrency == nil || *s.MaxConcurrency < 1) {
				add("MaxConcurrency is not at least 1, so the map would run without a limit")
			}
			checkExpress(s, add)
			if s.ItemProcessor == nil {
				add("it has no ItemProcessor")
			}
		case "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel":
		default:
			add("no rule knows the state %q; write one", s.Type)
		}
	}
}

// expressLimit is the time in seconds after which Step Functions ends an Express execution. Its last task must be able to
// end by a Catch before that: an execution that times out catches nothing.
const expressLimit = 300 - expressMargin

// expressMargin is the time in seconds for starting the execution and for its transitions.
const expressMargin = 15

// checkExpress reports a map whose Express executions may not have ended when Step Functions ends them: all tasks, with
// all their attempts and pauses, may take longer than the limit.
func checkExpress(s state, add func(problem string, args ...any)) {
	if s.ItemProcessor == nil || s.ItemProcessor.ProcessorConfig.ExecutionType != "EXPRESS" {
		return
	}
	longest := 0.0
	for _, name := range slices.Sorted(maps.Keys(s.ItemProcessor.States)) {
		longest += s.ItemProcessor.States[name].longest()
	}
	if longest > expressLimit {
		add("its Express executions may take %.0f s; they end after 300 s, so %d s are allowed", longest, expressLimit)
	}
}

// longest returns the time in seconds that a task may take with all its attempts. The defaults of Retry are AWS's.
func (s state) longest() float64 {
	seconds := float64(s.TimeoutSeconds)
	for _, retry := range s.Retry {
		attempts, pause, rate := 3, retry.IntervalSeconds, retry.BackoffRate
		if retry.MaxAttempts != nil {
			attempts = *retry.MaxAttempts
		}
		if pause == 0 {
			pause = 1
		}
		if rate == 0 {
			rate = 2
		}
		for range attempts {
			if retry.MaxDelaySeconds > 0 {
				pause = min(pause, retry.MaxDelaySeconds)
			}
			seconds += float64(s.TimeoutSeconds) + pause
			pause *= rate
		}
	}
	return seconds
}

func checkTask(m machine, s state, timeouts map[string]int, add func(problem string, args ...any)) {
	id := ""
	name := placeholder.FindStringSubmatch(s.Parameters.FunctionName)
	if name != nil && name[0] == s.Parameters.FunctionName {
		id = m.function[name[1]]
	}
	switch {
	case s.Resource != invokeResource:
		add("Resource is not %s", invokeResource)
	case id == "":
		add("FunctionName is not the ${substitution} of a function")
	case s.TimeoutSeconds < 1:
		add("it has no TimeoutSeconds")
	case s.TimeoutSeconds <= timeouts[id]:
		add("TimeoutSeconds ends before the Timeout of %s", id)
	}
	if len(s.Retry) == 0 {
		add("it has no Retry")
	}
	for i := range s.Retry {
		if s.Retry[i].JitterStrategy != "FULL" {
			add("Retry %d has no JitterStrategy FULL, so throttled calls would retry at the same moment", i)
		}
	}
	if !slices.ContainsFunc(s.Catch, func(c struct{ ErrorEquals []string }) bool {
		return strings.Join(c.ErrorEquals, " ") == "States.ALL"
	}) {
		add("no Catch takes States.ALL")
	}
}
