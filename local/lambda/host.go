// Package lambda runs functions as Lambda does. It starts a function's program and hands it one event at a time over
// the Runtime API. While all processes of a function are busy, it starts a further one; it ends processes that are idle
// or too slow.
package lambda

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// Function is a deployed function. Its JSON is part of the output of deploy.py.
type Function struct {
	Name        string            `json:"name"`
	ARN         string            `json:"arn"`
	Folder      string            `json:"folder"` // contains the program, bootstrap
	Environment map[string]string `json:"environment"`
	Timeout     int               `json:"timeout"` // seconds
	MemorySize  int               `json:"memorySize"`
	Concurrency int               `json:"concurrency"` // reserved concurrency; 0 if none is reserved
}

// Quotas of Lambda (AWS: Lambda quotas).
const (
	maxPayload     = 6 << 20 // bytes of an event, and of a response
	maxConcurrency = 1000    // environments of all functions together
)

// idleTimeout is how long an environment is kept without an invocation.
const idleTimeout = time.Minute

// Host runs the deployed functions.
type Host struct {
	log       *slog.Logger
	output    string   // the file to which the functions print
	variables []string // environment variables of every function

	running sync.WaitGroup // invocations
	closing chan struct{}  // closed when the running invocations must end
	close   func()         // closes closing

	mu    sync.Mutex
	pools map[string]*pool // by the name of the function
	size  int              // number of environments
}

// New returns a host without functions. All functions print to the output file and have the environment variables.
func New(log *slog.Logger, output string, variables []string) *Host {
	h := &Host{log: log, output: output, variables: variables, closing: make(chan struct{}), pools: map[string]*pool{}}
	h.close = sync.OnceFunc(func() { close(h.closing) })
	return h
}

// pool has the environments of one version of a function.
type pool struct {
	function Function
	idle     []*environment // the one used last is the last one
	size     int            // number of environments, idle and busy
	retired  bool           // another version is deployed
}

// Fault is an error of Lambda itself. The function was not run.
type Fault struct {
	Status int    // HTTP status of Lambda's API
	Code   string // name of the exception
	Detail string
}

// Error implements error.
func (f Fault) Error() string { return f.Code + ": " + f.Detail }

// Deploy replaces the deployed functions. Environments of other versions end after their present invocation.
func (h *Host) Deploy(functions []Function) {
	h.mu.Lock()
	defer h.mu.Unlock()
	pools := make(map[string]*pool, len(functions))
	for _, f := range functions {
		if p := h.pools[f.Name]; p != nil && reflect.DeepEqual(p.function, f) {
			pools[f.Name] = p
			delete(h.pools, f.Name)
		} else {
			pools[f.Name] = &pool{function: f}
		}
	}
	for _, p := range h.pools {
		h.retire(p)
	}
	h.pools = pools
}

// Add adds a function until the next deployment. It changes nothing if there is a function of this name.
func (h *Host) Add(f Function) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pools[f.Name] == nil {
		h.pools[f.Name] = &pool{function: f}
	}
}

// Close ends all environments. The running invocations fail, and so does each one afterwards.
func (h *Host) Close() {
	h.close()
	h.Deploy(nil)
	h.running.Wait()
}

// retire ends the idle environments of a pool.
func (h *Host) retire(p *pool) {
	p.retired = true
	for _, e := range p.idle {
		h.discard(p, e)
	}
	p.idle = nil
}

// Invoke runs a function once and returns its response. The function is given by its name or ARN; a qualifier is
// ignored. Invoke returns a Fault if there is no such function, all its environments are busy and it may have no more,
// the event is too large, or the host is closed.
func (h *Host) Invoke(function string, event []byte) (Response, error) {
	if len(event) > maxPayload {
		return Response{}, Fault{http.StatusRequestEntityTooLarge, "RequestTooLargeException", "The event is too large."}
	}
	for {
		p, e, err := h.take(nameOf(function))
		if err != nil {
			return Response{}, err
		}
		response, reusable, err := e.invoke(rand.Text(), event)
		h.giveBack(p, e, reusable)
		if err != nil {
			continue // another environment runs it
		}
		if response.FunctionError != "" {
			h.log.Warn("function failed", "function", p.function.Name, "error", string(response.Payload))
		}
		return response, nil
	}
}

// nameOf returns the name in a name or ARN of a function, without the qualifier.
func nameOf(function string) string {
	if _, name, isARN := strings.Cut(function, ":function:"); isARN {
		function = name
	}
	name, _, _ := strings.Cut(function, ":")
	return name
}

// take returns an idle environment of a function, or a new one. It counts a running invocation.
func (h *Host) take(name string) (*pool, *environment, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.closing:
		return nil, nil, Fault{http.StatusServiceUnavailable, "ServiceException", "The local stack stops."}
	default:
	}
	p := h.pools[name]
	if p == nil {
		detail := fmt.Sprintf("There is no function %q.", name)
		return nil, nil, Fault{http.StatusNotFound, "ResourceNotFoundException", detail}
	}
	for len(p.idle) > 0 {
		e := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if e.isAlive() {
			h.running.Add(1)
			return p, e, nil
		}
		h.discard(p, e)
	}
	if h.size >= maxConcurrency || p.function.Concurrency > 0 && p.size >= p.function.Concurrency {
		return nil, nil, Fault{http.StatusTooManyRequests, "TooManyRequestsException", "Rate exceeded."}
	}
	p.size++
	h.size++
	h.running.Add(1)
	return p, &environment{
		function: p.function, variables: h.variables, output: h.output, log: h.log, closing: h.closing,
	}, nil
}

// giveBack keeps an environment for further invocations, or ends it.
func (h *Host) giveBack(p *pool, e *environment, reusable bool) {
	defer h.running.Done()
	h.mu.Lock()
	defer h.mu.Unlock()
	if !reusable || p.retired {
		h.discard(p, e)
		return
	}
	p.idle = append(p.idle, e)
	e.idleSince = time.Now()
}

// discard ends an environment.
func (h *Host) discard(p *pool, e *environment) {
	e.end()
	p.size--
	h.size--
}

// EndIdle ends the environments that have been idle for a minute.
func (h *Host) EndIdle(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.pools {
		p.idle = slices.DeleteFunc(p.idle, func(e *environment) bool {
			expired := now.Sub(e.idleSince) >= idleTimeout
			if expired {
				h.discard(p, e)
			}
			return expired
		})
	}
}
