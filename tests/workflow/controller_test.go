package workflow

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"tenantry/shared/operation"
)

// The steps of a workflow. Each is a function.
const (
	plan   = "plan"
	batch  = "batch"
	finish = "finish"
)

// call is one call of a function.
type call struct {
	Step    string
	Batch   int64 // the number of the batch, for the step batch
	Earlier int   // the number of earlier calls of the same step and batch
}

// behaviour says what a stub does when it is called.
type behaviour struct {
	Result any    `json:"result,omitempty"`
	Error  string `json:"error,omitempty"` // the type of the error
	Panic  bool   `json:"panic,omitempty"`
	Hang   bool   `json:"hang,omitempty"` // until the function's timeout
}

// script returns the behaviour of each call. Its calls are serialized.
type script func(call) behaviour

// scenario is one execution of a workflow: its script, and the calls that the workflow has made.
type scenario struct {
	start  operation.ExecutionInput
	script script

	mu     sync.Mutex
	calls  []call
	counts map[call]int // the number of calls of each step and batch; Earlier is 0
	errors []string     // about calls with an unexpected payload
}

// record records a call and returns its behaviour.
func (s *scenario) record(step string, payload map[string]json.RawMessage) behaviour {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := call{Step: step}
	want := []string{"attempt", "operation"}
	if step == batch {
		want = []string{"attempt", "batch", "operation"}
		if err := json.Unmarshal(payload["batch"], &c.Batch); err != nil {
			s.errors = append(s.errors, fmt.Sprintf("%s: %v", step, err))
		}
	}
	fields, attempt := slices.Sorted(maps.Keys(payload)), fmt.Sprint(s.start.Attempt)
	if !slices.Equal(fields, want) || string(payload["attempt"]) != attempt {
		s.errors = append(s.errors, fmt.Sprintf("%s was called with %v and attempt %s, want %v and attempt %s",
			step, fields, payload["attempt"], want, attempt))
	}
	c.Earlier, s.counts[c] = s.counts[c], s.counts[c]+1
	s.calls = append(s.calls, c)
	return s.script(c)
}

// recorded returns the calls so far.
func (s *scenario) recorded() []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// count returns the number of calls of a step. The number is that of a batch, or 0 for other steps.
func (s *scenario) count(step string, number int64) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[call{Step: step, Batch: number}]
}

// steps returns the steps in the order of their calls. Consecutive calls of the same step count once.
func (s *scenario) steps() string {
	var steps []string
	for _, c := range s.recorded() {
		steps = append(steps, c.Step)
	}
	return strings.Join(slices.Compact(steps), " ")
}

// wantSteps fails the test unless the steps were called in this order and with the right payloads.
func (s *scenario) wantSteps(t *testing.T, want string) {
	t.Helper()
	if got := s.steps(); got != want {
		t.Errorf("the workflow called %s, want %s", got, want)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.errors) > 0 {
		t.Errorf("%d calls had a wrong payload, the first one: %s", len(s.errors), s.errors[0])
	}
}

// controller is the server that tells the stubs what to do. It finds a scenario by its operation.
type controller struct {
	mu        sync.Mutex
	scenarios map[string]*scenario
}

func (c *controller) add(s *scenario) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.scenarios[s.start.Operation] = s
}

// ServeHTTP responds to a stub. The path is the stub's step, the body its payload.
func (c *controller) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	var payload map[string]json.RawMessage
	var id string
	if err != nil || json.Unmarshal(text, &payload) != nil || json.Unmarshal(payload["operation"], &id) != nil {
		http.Error(w, "the payload has no operation", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	s := c.scenarios[id]
	c.mu.Unlock()
	if s == nil {
		http.Error(w, "unknown operation", http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(s.record(strings.TrimPrefix(r.URL.Path, "/"), payload))
}
