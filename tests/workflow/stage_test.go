// Package workflow runs the state machines of statemachines/ as they are, on the local stack, with stand-ins for the functions
// that they call.
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
	role    = "arn:aws:iam::000000000000:role/actor"
	patient = 60 // seconds that a function has
	hasty   = 4
)

// machines are the definitions, by their file.
var machines = []string{"change-status", "long-batches"}

// stage is what all plays share: the functions, and the state machines with them.
type stage struct {
	*director

	run      string // sets this run's names apart
	emulator client.Caller
	config   aws.Config
	sfn      *sfn.Client
	arns     map[string]string // of the state machines
}

// raise makes the functions and state machines, and removes them when the test has ended.
func raise(t *testing.T) *stage {
	t.Helper()
	emulator := client.Running(t).Emulator
	s := &stage{
		director: &director{plays: map[string]*play{}}, run: strings.ToLower(rand.Text()[:8]), arns: map[string]string{},
		emulator: client.Caller{Name: "AWS", URL: emulator},
		config: aws.Config{
			Region: "us-east-1", BaseEndpoint: &emulator, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		},
	}
	s.sfn = sfn.NewFromConfig(s.config)
	server := httptest.NewServer(s.director)
	t.Cleanup(server.Close)
	code := actorCode(t)
	function := func(step string, timeout int) string { return s.function(t, step, server.URL+"/"+step, code, timeout) }
	substitutions := map[string]string{
		"Partition":       "aws",
		"PlanOperation":   function(plan, patient),
		"RunBatch":        function(batch, hasty),
		"FinishOperation": function(finish, patient),
	}
	for _, name := range machines {
		s.arns[name] = s.machine(t, name, substitutions)
	}
	return s
}

// actorCode builds the actor and packs it as Lambda wants it.
func actorCode(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bootstrap")
	build := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", path, "./actor")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
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
	return packed.Bytes()
}

// function makes a function, and returns its ARN.
func (s *stage) function(t *testing.T, name, director string, code []byte, timeout int) string {
	t.Helper()
	name = "workflow-actor-" + s.run + "-" + name
	var made struct{ FunctionArn string }
	s.emulator.Post(t, "/2015-03-31/functions", map[string]any{
		"FunctionName": name, "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": role, "Timeout": timeout, "MemorySize": 128,
		"Code": map[string]any{"ZipFile": code}, "Environment": map[string]any{"Variables": map[string]string{"DIRECTOR": director}},
	}).Want(http.StatusCreated).Into(&made)
	t.Cleanup(func() {
		s.remove(t, http.MethodDelete, "/2015-03-31/functions/"+name, "", "")
		s.remove(t, http.MethodPost, "/", "Logs_20140328.DeleteLogGroup", `{"logGroupName":"/aws/lambda/`+name+`"}`)
	})
	return made.FunctionArn
}

// remove sends a request when the test's own context has ended.
func (s *stage) remove(t *testing.T, method, path, target, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, s.emulator.URL+path, strings.NewReader(body))
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
		t.Errorf("%s %s %s answers %s", method, path, target, response.Status)
	}
}

// definition returns a definition as it is in its file.
func definition(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "statemachines", name+".asl.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// machine makes a state machine of a definition, with its substitutions made as SAM makes them, and returns its ARN.
func (s *stage) machine(t *testing.T, name string, substitutions map[string]string) string {
	t.Helper()
	text := definition(t, name)
	for variable, value := range substitutions {
		text = strings.ReplaceAll(text, "${"+variable+"}", value)
	}
	if strings.Contains(text, "${") {
		t.Fatalf("%s has a substitution that this test does not know", name)
	}
	made, err := s.sfn.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String("workflow-" + s.run + "-" + name), Definition: &text, RoleArn: aws.String(role), Type: types.StateMachineTypeStandard,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := s.sfn.DeleteStateMachine(context.Background(), &sfn.DeleteStateMachineInput{StateMachineArn: made.StateMachineArn}); err != nil {
			t.Error(err)
		}
	})
	return *made.StateMachineArn
}

// begin starts the execution of a play, with the product's own adapter.
func (s *stage) begin(t *testing.T, machine string, script func(call) cue) *play {
	t.Helper()
	id := operation.IDPrefix + strings.ToUpper(rand.Text())
	p := &play{start: operation.Start{Operation: id, Attempt: 3}, script: script, times: map[call]int{}}
	s.add(p)
	s.start(t, machine, p)
	return p
}

func (s *stage) start(t *testing.T, machine string, p *play) {
	t.Helper()
	workflows := adapter.Open(s.config, adapter.Machines{operation.Suspend: {Name: machine, ARN: s.arns[machine]}})
	if err := workflows.Start(t.Context(), operation.Suspend, p.start); err != nil {
		t.Fatal(err)
	}
}

// end waits until the execution of a play has ended, and fails the test unless it ended like this.
func (s *stage) end(t *testing.T, machine string, p *play, status types.ExecutionStatus, fault string) {
	t.Helper()
	arn := strings.Replace(s.arns[machine], ":stateMachine:", ":execution:", 1) + ":" + p.start.Name()
	t.Cleanup(func() { // does nothing to one that has ended
		_, _ = s.sfn.StopExecution(context.Background(), &sfn.StopExecutionInput{ExecutionArn: &arn})
	})
	for range 600 {
		now, err := s.sfn.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &arn})
		if err != nil {
			t.Fatal(err)
		}
		if now.Status != types.ExecutionStatusRunning {
			if now.Status != status || aws.ToString(now.Error) != fault {
				t.Fatalf("ended %s %s after %s, want %s %s: %s", now.Status, aws.ToString(now.Error), p.outline(), status, fault, aws.ToString(now.Cause))
			}
			return
		}
		time.Sleep(250 * time.Millisecond)
	}
	t.Fatalf("still running: %s", p.outline())
}
