package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// initTimeout is how long a program may take until it asks for its first event (AWS: Lambda execution environment).
const initTimeout = 10 * time.Second

// lateResponse is how long a response is awaited that a program sent just before it exited.
const lateResponse = 100 * time.Millisecond

// Response is the outcome of one run of a function.
type Response struct {
	RequestID     string
	FunctionError string // "" or unhandled
	Payload       []byte // the function's response, or a description of its error

	isLast bool // the program exits after this response
}

// errGone says that a program exited before it took an event. After a panic, a program responds a moment before it exits.
var errGone = errors.New("the program exited before it took the event")

// unhandled is the value of X-Amz-Function-Error if a function failed.
const unhandled = "Unhandled"

// environment is one process of a function and its Runtime API. It runs one invocation at a time.
type environment struct {
	function  Function
	variables []string
	output    string
	log       *slog.Logger
	closing   <-chan struct{} // closed when the running invocation must end
	idleSince time.Time

	started bool
	process *os.Process
	server  *http.Server
	events  chan *invocation // what the program takes when it asks for the next event
	ready   chan struct{}    // closed when the program has asked for its first event
	exited  chan struct{}    // closed when the process has exited

	mu      sync.Mutex
	current *invocation
}

// invocation is one run of a function.
type invocation struct {
	id       string
	event    []byte
	deadline time.Time
	outcome  chan Response // has room for one
}

// isAlive reports whether the process still runs.
func (e *environment) isAlive() bool {
	select {
	case <-e.exited:
		return false
	default:
		return true
	}
}

// invoke runs the function once. It reports whether the environment can run it again: not after a crash or a timeout, or
// when the host closes. It returns errGone if an environment that has run the function before did not take the event.
func (e *environment) invoke(id string, event []byte) (response Response, reusable bool, err error) {
	if !e.started {
		if err := e.start(); err != nil {
			return failure(id, "Runtime.InvalidEntrypoint", err.Error()), false, nil
		}
	}
	limit := time.NewTimer(initTimeout)
	defer limit.Stop()
	select {
	case <-e.ready:
	case <-e.exited:
		return failure(id, "Runtime.ExitError", "The program exited during init."), false, nil
	case <-e.closing:
		return failure(id, "Sandbox.Stopped", "The local stack stops."), false, nil
	case <-limit.C:
		return failure(id, "Sandbox.Timedout", fmt.Sprintf("Init timed out after %s.", initTimeout)), false, nil
	}
	timeout := time.Duration(e.function.Timeout) * time.Second
	run := &invocation{id: id, event: event, deadline: time.Now().Add(timeout), outcome: make(chan Response, 1)}
	e.setCurrent(run)
	defer e.setCurrent(nil)
	limit.Reset(timeout)
	events := e.events
	for {
		select {
		case events <- run:
			events = nil
		case response := <-run.outcome:
			return response, !response.isLast, nil
		case <-e.exited:
			if events != nil && !e.idleSince.IsZero() {
				return Response{}, false, errGone
			}
			select {
			case response := <-run.outcome: // the program had responded before it exited
				return response, false, nil
			case <-time.After(lateResponse):
				return failure(id, "Runtime.ExitError", "The program exited without a response."), false, nil
			}
		case <-e.closing:
			return failure(id, "Sandbox.Stopped", "The local stack stops."), false, nil
		case <-limit.C:
			return failure(id, "Sandbox.Timedout", fmt.Sprintf("Task timed out after %s.", timeout)), false, nil
		}
	}
}

// failure returns the response of a function that failed without one of its own.
func failure(id, kind, message string) Response {
	payload, err := json.Marshal(map[string]string{"errorType": kind, "errorMessage": "RequestId: " + id + " " + message})
	if err != nil {
		panic(err) // strings can always be encoded
	}
	return Response{RequestID: id, FunctionError: unhandled, Payload: payload}
}

func (e *environment) setCurrent(run *invocation) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current = run
}

// finish passes the response to its invocation. It reports whether this invocation waits for one.
func (e *environment) finish(response Response) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.current == nil || e.current.id != response.RequestID {
		return false
	}
	e.current.outcome <- response
	e.current = nil
	return true
}

// start starts the Runtime API and the program.
func (e *environment) start() error {
	e.started = true
	e.events, e.ready, e.exited = make(chan *invocation), make(chan struct{}), make(chan struct{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	e.server = &http.Server{Handler: e.runtimeAPI(), ReadHeaderTimeout: initTimeout}
	go func() { _ = e.server.Serve(listener) }()
	output, err := os.OpenFile(e.output, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer output.Close()
	cmd := exec.Command(filepath.Join(e.function.Folder, "bootstrap"))
	cmd.Dir = e.function.Folder
	cmd.Env = e.environment(listener.Addr().String())
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a signal from the terminal must not reach it
	if err := cmd.Start(); err != nil {
		return err
	}
	e.process = cmd.Process
	go func() {
		err := cmd.Wait()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.Exited() {
			e.log.Warn("function exited", "function", e.function.Name, "error", err)
		}
		close(e.exited)
	}()
	return nil
}

// environment returns the variables of the process, those that Lambda sets included.
func (e *environment) environment(runtimeAPI string) []string {
	variables := append([]string{}, e.variables...)
	for name, value := range e.function.Environment {
		variables = append(variables, name+"="+value)
	}
	return append(variables,
		"AWS_LAMBDA_RUNTIME_API="+runtimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME="+e.function.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE="+strconv.Itoa(e.function.MemorySize),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_LEVEL=DEBUG", // log lines name the storage calls, which `make storage-calls` collects
		"LAMBDA_TASK_ROOT="+e.function.Folder,
		"_HANDLER=bootstrap",
	)
}

// end kills the process. A program cannot notice this on Lambda either: an idle environment is frozen.
func (e *environment) end() {
	if e.process != nil {
		_ = e.process.Kill()
	}
	if e.server != nil {
		_ = e.server.Close()
	}
}
