package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// command is the event of the test's function.
type command struct {
	Do   string // what the function does
	File string // the function waits until this file exists
}

// answer is the response of the test's function.
type answer struct {
	Process  int
	ID       string
	ARN      string
	Left     time.Duration // until the deadline
	Variable string
	Folder   string
	Text     string
}

// TestMain runs the tests or, if Lambda's Runtime API is there, the test's function.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		if os.Getenv("BROKEN") != "" {
			os.Exit(1)
		}
		lambda.Start(handle)
	}
	os.Exit(m.Run())
}

func handle(ctx context.Context, c command) (answer, error) {
	deadline, _ := ctx.Deadline()
	call, _ := lambdacontext.FromContext(ctx)
	folder, _ := os.Getwd()
	a := answer{
		Process: os.Getpid(), ID: call.AwsRequestID, ARN: call.InvokedFunctionArn, Left: time.Until(deadline),
		Variable: os.Getenv("VARIABLE"), Folder: folder,
	}
	switch c.Do {
	case "fail":
		return a, errors.New("it failed")
	case "panic":
		panic("the test wants a panic")
	case "exit":
		os.Exit(3)
	case "sleep":
		time.Sleep(time.Minute)
	case "print":
		_, _ = os.Stdout.WriteString("printed\n")
	case "much":
		a.Text = strings.Repeat("x", maxPayload)
	}
	for c.File != "" {
		if _, err := os.Stat(c.File); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	return a, nil
}

// newHost returns a host with the test's function, changed by change.
func newHost(t *testing.T, change func(*Function)) (*Host, Function) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(program, filepath.Join(folder, "bootstrap")); err != nil {
		t.Fatal(err)
	}
	f := Function{
		Name: "f", ARN: "arn:aws:lambda:us-east-1:000000000000:function:f", Folder: folder,
		Environment: map[string]string{"VARIABLE": "value"}, Timeout: 60, MemorySize: 128,
	}
	if change != nil {
		change(&f)
	}
	h := New(slog.New(slog.DiscardHandler), filepath.Join(folder, "log"), os.Environ())
	h.Deploy([]Function{f})
	t.Cleanup(h.Close)
	return h, f
}

func invoke(t *testing.T, h *Host, c command) (answer, Response) {
	t.Helper()
	event, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	response, err := h.Invoke("f", event)
	if err != nil {
		t.Error(err)
		return answer{}, response
	}
	var a answer
	if err := json.Unmarshal(response.Payload, &a); err != nil {
		t.Errorf("response %s: %v", response.Payload, err)
	}
	return a, response
}

func TestInvoke(t *testing.T) {
	h, f := newHost(t, nil)
	first, response := invoke(t, h, command{})
	if response.FunctionError != "" || first.ID != response.RequestID || first.ARN != f.ARN || first.Variable != "value" ||
		first.Folder != f.Folder || first.Left <= 0 || first.Left > time.Minute {
		t.Errorf("response %+v, %+v", response, first)
	}
	if second, _ := invoke(t, h, command{}); second.Process != first.Process || second.ID == first.ID {
		t.Errorf("the second invocation ran in process %d with id %s, the first in %d with %s",
			second.Process, second.ID, first.Process, first.ID)
	}
	if byARN, err := h.Invoke(f.ARN+":live", []byte(`{}`)); err != nil || byARN.FunctionError != "" {
		t.Errorf("invoked by the ARN: %+v, error %v", byARN, err)
	}
}

func TestFailedInvocations(t *testing.T) {
	for do, c := range map[string]struct {
		error    string
		survives bool
	}{
		"fail":  {"it failed", true},
		"much":  {"Function.ResponseSizeTooLarge", false},
		"exit":  {"Runtime.ExitError", false},
		"sleep": {"Sandbox.Timedout", false},
	} {
		t.Run(do, func(t *testing.T) {
			h, _ := newHost(t, func(f *Function) { f.Timeout = 1 })
			before, _ := invoke(t, h, command{})
			_, response := invoke(t, h, command{Do: do})
			if response.FunctionError != unhandled || !strings.Contains(string(response.Payload), c.error) {
				t.Errorf("response %s, error %q", response.Payload, response.FunctionError)
			}
			after, response := invoke(t, h, command{})
			if survives := after.Process == before.Process; response.FunctionError != "" || survives != c.survives {
				t.Errorf("afterwards: response %s in the same process: %t, want %t", response.Payload, survives, c.survives)
			}
		})
	}
}

// A function that exceeds its time or is killed cannot log it.
// A program that panics responds a moment before it exits. The next event must not go to it.
func TestInvocationAfterPanicRunsInANewEnvironment(t *testing.T) {
	h, _ := newHost(t, nil)
	for range 20 {
		if _, response := invoke(t, h, command{Do: "panic"}); response.FunctionError != unhandled {
			t.Fatalf("a panic returns %s, want an error", response.Payload)
		}
		if _, response := invoke(t, h, command{}); response.FunctionError != "" {
			t.Fatalf("the invocation after a panic returns %s", response.Payload)
		}
	}
}

func TestFailuresOfFunctionsWithoutARouteAreLogged(t *testing.T) {
	var log bytes.Buffer
	h, _ := newHost(t, nil)
	h.log = slog.New(slog.NewTextHandler(&log, nil))
	request := httptest.NewRequest(
		http.MethodPost,
		"/2015-03-31/functions/f/invocations",
		strings.NewReader(`{"Do":"exit"}`),
	)
	recorder := httptest.NewRecorder()
	h.API().ServeHTTP(recorder, request)
	if recorder.Header().Get("X-Amz-Function-Error") != unhandled || !strings.Contains(log.String(), "Runtime.ExitError") {
		t.Errorf("the response has the headers %v, the log %q, want an error in both", recorder.Header(), &log)
	}
}

func TestProgramThatCannotStart(t *testing.T) {
	for name, change := range map[string]func(*Function){
		"missing":            func(f *Function) { f.Folder = "/nowhere" },
		"exits at its start": func(f *Function) { f.Environment = map[string]string{"BROKEN": "yes"} },
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := newHost(t, change)
			if _, response := invoke(t, h, command{}); response.FunctionError != unhandled {
				t.Errorf("response %s, want an error", response.Payload)
			}
		})
	}
}

// Each environment runs one invocation at a time. Two invocations that wait for a third need three environments.
func TestBusyFunctionGetsMoreEnvironments(t *testing.T) {
	h, f := newHost(t, func(f *Function) { f.Concurrency = 3 })
	signal := filepath.Join(f.Folder, "signal")
	processes := make([]int, 2)
	var waiting sync.WaitGroup
	for i := range processes {
		waiting.Go(func() {
			a, _ := invoke(t, h, command{File: signal})
			processes[i] = a.Process
		})
	}
	for h.count() < 2 {
		time.Sleep(time.Millisecond)
	}
	third, _ := invoke(t, h, command{})
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	waiting.Wait()
	if processes[0] == processes[1] || third.Process == processes[0] || third.Process == processes[1] {
		t.Errorf("the invocations ran in the processes %v and %d", processes, third.Process)
	}
}

func TestFaults(t *testing.T) {
	h, f := newHost(t, func(f *Function) { f.Concurrency = 1 })
	signal := filepath.Join(f.Folder, "signal")
	var busy sync.WaitGroup
	busy.Go(func() { invoke(t, h, command{File: signal}) })
	for h.count() < 1 {
		time.Sleep(time.Millisecond)
	}
	for name, c := range map[string]struct {
		function string
		size     int
		status   int
	}{
		"unknown":   {"g", 2, http.StatusNotFound},
		"throttled": {"f", 2, http.StatusTooManyRequests},
		"too large": {"f", maxPayload + 1, http.StatusRequestEntityTooLarge},
	} {
		_, err := h.Invoke(c.function, make([]byte, c.size))
		var fault Fault
		if !errors.As(err, &fault) || fault.Status != c.status {
			t.Errorf("%s: error %v, want status %d", name, err, c.status)
		}
	}
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	busy.Wait()
}

// An unchanged function keeps its environments. A changed one gets new ones, also when the old one was busy.
func TestDeploy(t *testing.T) {
	h, f := newHost(t, nil)
	first, _ := invoke(t, h, command{})
	h.Deploy([]Function{f})
	if same, _ := invoke(t, h, command{}); same.Process != first.Process {
		t.Error("an unchanged function was started anew")
	}
	signal := filepath.Join(f.Folder, "signal")
	var busy sync.WaitGroup
	busy.Go(func() { invoke(t, h, command{File: signal}) })
	for len(h.idleOf("f")) > 0 {
		time.Sleep(time.Millisecond)
	}
	f.Environment = map[string]string{"VARIABLE": "other"}
	h.Deploy([]Function{f})
	changed, _ := invoke(t, h, command{})
	if same := changed.Process == first.Process; same || changed.Variable != "other" {
		t.Errorf("the changed function ran with %q in the same process: %t", changed.Variable, same)
	}
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	busy.Wait()
	if count := h.count(); count != 1 {
		t.Errorf("%d environments are left, want 1", count)
	}
}

func TestAddedFunctionRunsUntilTheNextDeployment(t *testing.T) {
	h, f := newHost(t, nil)
	added := f
	added.Name = "added"
	description, err := json.Marshal(added)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPut, "/functions", bytes.NewReader(description))
	h.API().ServeHTTP(httptest.NewRecorder(), request)
	if response, err := h.Invoke("added", []byte(`{}`)); err != nil || response.FunctionError != "" {
		t.Errorf("the added function returns %s, %v", response.Payload, err)
	}
	h.Deploy([]Function{f})
	var fault Fault
	if _, err := h.Invoke("added", []byte(`{}`)); !errors.As(err, &fault) || fault.Status != http.StatusNotFound {
		t.Errorf("after a deployment without the function, its invocation has the error %v, want status 404", err)
	}
}

// A stack that stops must not leave a function running, which may take 15 minutes.
func TestCloseEndsRunningInvocations(t *testing.T) {
	h, f := newHost(t, nil)
	first, _ := invoke(t, h, command{})
	responses := make(chan Response)
	go func() {
		_, response := invoke(t, h, command{File: filepath.Join(f.Folder, "never")})
		responses <- response
	}()
	for len(h.idleOf("f")) > 0 {
		time.Sleep(time.Millisecond)
	}
	h.Close()
	if response := <-responses; response.FunctionError != unhandled {
		t.Errorf("the running invocation returned %s, want an error", response.Payload)
	}
	if count := h.count(); count != 0 {
		t.Errorf("%d environments are left, want none", count)
	}
	for deadline := time.Now().Add(10 * time.Second); syscall.Kill(first.Process, 0) == nil; {
		if time.Now().After(deadline) {
			t.Fatal("the function still runs")
		}
		time.Sleep(time.Millisecond)
	}
	var fault Fault
	if _, err := h.Invoke("f", []byte(`{}`)); !errors.As(err, &fault) || fault.Status != http.StatusServiceUnavailable {
		t.Errorf("an invocation after Close has the error %v, want status 503", err)
	}
}

func TestIdleEnvironmentsEnd(t *testing.T) {
	h, _ := newHost(t, nil)
	first, _ := invoke(t, h, command{})
	h.EndIdle(time.Now().Add(idleTimeout / 2))
	if second, _ := invoke(t, h, command{}); second.Process != first.Process {
		t.Error("an environment ended after half the time")
	}
	h.EndIdle(time.Now().Add(2 * idleTimeout))
	if count := h.count(); count != 0 {
		t.Errorf("%d environments are left, want none", count)
	}
}

func TestOutputGoesToTheLog(t *testing.T) {
	h, f := newHost(t, nil)
	invoke(t, h, command{Do: "print"})
	text, err := os.ReadFile(filepath.Join(f.Folder, "log"))
	if err != nil || !strings.Contains(string(text), "printed\n") {
		t.Errorf("the log has %q, error %v", text, err)
	}
}

// count returns the number of environments.
func (h *Host) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.size
}

func (h *Host) idleOf(name string) []*environment {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.pools[name].idle
}
