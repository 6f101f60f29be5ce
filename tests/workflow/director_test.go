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

// The steps of a workflow, each a function.
const (
	plan   = "plan"
	batch  = "batch"
	finish = "finish"
)

// call is one call of a function.
type call struct {
	Step  string
	Batch int64 // of a batch
	Times int   // how often the same has been called before
}

// cue is what a function is told to do; see the actor.
type cue struct {
	Answer any    `json:"answer,omitempty"`
	Error  string `json:"error,omitempty"`
	Panic  bool   `json:"panic,omitempty"`
	Hang   bool   `json:"hang,omitempty"`
}

// play is one operation's work as a test wants it: the script says what each call does.
type play struct {
	start  operation.Start
	script func(call) cue

	mu    sync.Mutex
	calls []call
	times map[call]int
	wrong []string // calls with something else than what the step is to get
}

// begin notes a call and tells what is to be done.
func (p *play) begin(step string, payload map[string]json.RawMessage) cue {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := call{Step: step}
	wanted := []string{"attempt", "operation"}
	if step == batch {
		wanted = []string{"attempt", "batch", "operation"}
		if err := json.Unmarshal(payload["batch"], &c.Batch); err != nil {
			p.wrong = append(p.wrong, fmt.Sprintf("%s: %v", step, err))
		}
	}
	names := slices.Sorted(maps.Keys(payload))
	if attempt := fmt.Sprint(p.start.Attempt); !slices.Equal(names, wanted) || string(payload["attempt"]) != attempt {
		p.wrong = append(p.wrong, fmt.Sprintf("%s gets %v, attempt %s", step, names, payload["attempt"]))
	}
	c.Times, p.times[c] = p.times[c], p.times[c]+1
	p.calls = append(p.calls, c)
	return p.script(c)
}

// called returns the calls so far.
func (p *play) called() []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// count tells how often a step, or one batch, has been called.
func (p *play) count(step string, number int64) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.times[call{Step: step, Batch: number}]
}

// outline returns the steps in their order, batches in a row as one.
func (p *play) outline() string {
	var steps []string
	for _, c := range p.called() {
		steps = append(steps, c.Step)
	}
	return strings.Join(slices.Compact(steps), " ")
}

// wantOutline fails the test unless the steps came in this order, with nothing but what they are to get.
func (p *play) wantOutline(t *testing.T, want string) {
	t.Helper()
	if got := p.outline(); got != want {
		t.Errorf("called were %s; want %s", got, want)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.wrong) > 0 {
		t.Errorf("%d calls were wrong, the first: %s", len(p.wrong), p.wrong[0])
	}
}

// director tells the functions what to do: to each call what its operation's play says.
type director struct {
	mu    sync.Mutex
	plays map[string]*play
}

func (d *director) add(p *play) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.plays[p.start.Operation] = p
}

// ServeHTTP answers an actor, whose step is the path.
func (d *director) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	var payload map[string]json.RawMessage
	var name string
	if err != nil || json.Unmarshal(text, &payload) != nil || json.Unmarshal(payload["operation"], &name) != nil {
		http.Error(w, "not a call", http.StatusBadRequest)
		return
	}
	d.mu.Lock()
	p := d.plays[name]
	d.mu.Unlock()
	if p == nil {
		http.Error(w, "nobody knows this operation", http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(p.begin(strings.TrimPrefix(r.URL.Path, "/"), payload))
}
