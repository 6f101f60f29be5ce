// Package workflow tests the state machines in statemachines/. It runs their definitions on the local stack, with stubs
// for the functions that they call.
package workflow

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"tenantry/shared/operation"
	adapter "tenantry/shared/workflow"
	"tenantry/tests/client"
)

const (
	role         = "arn:aws:iam::000000000000:role/stub"
	longTimeout  = 60 // seconds
	shortTimeout = 4
)

// machines are the names of the definitions' files, without their extension.
var machines = []string{"change-status", "long-batches"}

// fixture is shared by all scenarios. It has the stubs and the state machines that call them.
type fixture struct {
	*controller

	run      string // part of the names of this run's functions and state machines
	emulator client.Caller
	config   aws.Config
	sfn      *sfn.Client
	arns     map[string]string // the ARNs of the state machines
}

// newFixture creates the stubs and state machines, and deletes them at the end of the test.
func newFixture(t *testing.T) *fixture {
	t.Helper()
	emulator := client.Running(t).Emulator
	f := &fixture{
		controller: &controller{scenarios: map[string]*scenario{}},
		run:        strings.ToLower(rand.Text()[:8]), arns: map[string]string{},
		emulator: client.Caller{Name: "AWS", URL: emulator},
		config: aws.Config{
			Region: "us-east-1", BaseEndpoint: &emulator,
			Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		},
	}
	f.sfn = sfn.NewFromConfig(f.config)
	server := httptest.NewServer(f.controller)
	t.Cleanup(server.Close)
	code := packageStub(t)
	create := func(step string, timeout int) string {
		return f.createStub(t, step, server.URL+"/"+step, code, timeout)
	}
	substitutions := map[string]string{
		"Partition":       "aws",
		"PlanOperation":   create(plan, longTimeout),
		"RunBatch":        create(batch, shortTimeout),
		"FinishOperation": create(finish, longTimeout),
		"BulkConcurrency": "5",
	}
	for _, name := range machines {
		f.arns[name] = f.createMachine(t, name, substitutions)
	}
	return f
}

// packageStub builds the stub and returns its deployment package.
func packageStub(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bootstrap")
	build := exec.Command("go", "build",
		"-buildvcs=false", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", path, "./stub")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var buffer bytes.Buffer
	archive := zip.NewWriter(&buffer)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	header.SetMode(0o755)
	file, err := archive.CreateHeader(header)
	if err == nil {
		_, err = file.Write(program)
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// createStub creates a function that runs the stub for a step, and returns its ARN.
func (f *fixture) createStub(t *testing.T, step, controllerURL string, code []byte, timeout int) string {
	t.Helper()
	name := "workflow-stub-" + f.run + "-" + step
	variables := map[string]string{"CONTROLLER_URL": controllerURL}
	var created struct{ FunctionArn string }
	f.emulator.Post(t, "/2015-03-31/functions", map[string]any{
		"FunctionName": name, "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": role,
		"Timeout": timeout, "MemorySize": 128,
		"Code": map[string]any{"ZipFile": code}, "Environment": map[string]any{"Variables": variables},
	}).Want(http.StatusCreated).Into(&created)
	t.Cleanup(func() {
		f.cleanUp(t, http.MethodDelete, "/2015-03-31/functions/"+name, "", "")
		f.cleanUp(t, http.MethodPost, "/", "Logs_20140328.DeleteLogGroup", `{"logGroupName":"/aws/lambda/`+name+`"}`)
	})
	return created.FunctionArn
}

// cleanUp sends a request to the emulator after the test's context has ended.
func (f *fixture) cleanUp(t *testing.T, method, path, target, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, f.emulator.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if target != "" {
		request.Header.Set("X-Amz-Target", target)
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	}
	c := http.Client{Timeout: 30 * time.Second}
	response, err := c.Do(request)
	if err != nil {
		t.Error(err)
		return
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		t.Errorf("%s %s %s returns %s", method, path, target, response.Status)
	}
}

// definition returns the content of a definition's file.
func definition(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "statemachines", name+".asl.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// createMachine creates a state machine from a definition and returns its ARN. It substitutes variables as SAM does.
func (f *fixture) createMachine(t *testing.T, name string, substitutions map[string]string) string {
	t.Helper()
	text := definition(t, name)
	for variable, value := range substitutions {
		text = strings.ReplaceAll(text, "${"+variable+"}", value)
	}
	if strings.Contains(text, "${") {
		t.Fatalf("%s has a variable that this test does not substitute", name)
	}
	created, err := f.sfn.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String("workflow-" + f.run + "-" + name), Definition: &text, RoleArn: aws.String(role),
		Type: types.StateMachineTypeStandard,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input := &sfn.DeleteStateMachineInput{StateMachineArn: created.StateMachineArn}
		if _, err := f.sfn.DeleteStateMachine(context.Background(), input); err != nil {
			t.Error(err)
		}
	})
	return *created.StateMachineArn
}

// start starts the execution of a new scenario.
func (f *fixture) start(t *testing.T, machine string, script script) *scenario {
	t.Helper()
	id := operation.IDPrefix + strings.ToUpper(rand.Text())
	s := &scenario{start: operation.ExecutionInput{Operation: id, Attempt: 3}, script: script, counts: map[call]int{}}
	f.add(s)
	f.startExecution(t, machine, s)
	return s
}

// workflows returns the adapter that the functions use, for one state machine.
func (f *fixture) workflows(machine string) *adapter.Workflows {
	return adapter.Open(f.config, operation.Machines{operation.Suspend: {Name: machine, ARN: f.arns[machine]}})
}

// startExecution starts an execution with the adapter that the functions use.
func (f *fixture) startExecution(t *testing.T, machine string, s *scenario) {
	t.Helper()
	if err := f.workflows(machine).Start(t.Context(), operation.Suspend, s.start); err != nil {
		t.Fatal(err)
	}
}

// wantEnd waits until the execution of a scenario has ended. It fails the test unless the execution ended with the
// status and the error name.
func (f *fixture) wantEnd(t *testing.T, machine string, s *scenario, status types.ExecutionStatus, errorName string) {
	t.Helper()
	arn := strings.Replace(f.arns[machine], ":stateMachine:", ":execution:", 1) + ":" + s.start.ExecutionName()
	t.Cleanup(func() { // has no effect if the execution has ended
		_, _ = f.sfn.StopExecution(context.Background(), &sfn.StopExecutionInput{ExecutionArn: &arn})
	})
	for range 600 {
		execution, err := f.sfn.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn})
		if err != nil {
			t.Fatal(err)
		}
		if execution.Status != types.ExecutionStatusRunning {
			if execution.Status != status || aws.ToString(execution.Error) != errorName {
				t.Fatalf("the execution ended %s %s after %s, want %s %s: %s", execution.Status,
					aws.ToString(execution.Error), s.steps(), status, errorName, aws.ToString(execution.Cause))
			}
			return
		}
		time.Sleep(250 * time.Millisecond)
	}
	t.Fatalf("the execution is still running after %s", s.steps())
}
