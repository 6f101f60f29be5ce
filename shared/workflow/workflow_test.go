package workflow_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tenantry/shared/operation"
	"tenantry/shared/workflow"
)

const executionARN = "arn:aws:states:us-east-1:000000000000:execution:stack-change-status:op_1-2"

// open returns workflows whose Step Functions answers every request for the execution with a status and a body.
func open(t *testing.T, status int, body string) *workflow.Workflows {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var input struct{ ExecutionArn string }
		if err := json.NewDecoder(r.Body).Decode(&input); err != nil || input.ExecutionArn != executionARN {
			t.Errorf("described %s, error %v; want %s", input.ExecutionArn, err, executionARN)
		}
		if got := r.Header.Get("X-Amz-Target"); got != "AWSStepFunctions.DescribeExecution" {
			t.Errorf("called %s, want DescribeExecution", got)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	machine := operation.Machine{
		Name: "ChangeStatusMachine", ARN: "arn:aws:states:us-east-1:000000000000:stateMachine:stack-change-status",
	}
	return workflow.Open(aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	}, operation.Machines{operation.Suspend: machine})
}

func TestStateOfExecution(t *testing.T) {
	t.Parallel()
	input := operation.ExecutionInput{Operation: "op_1", Attempt: 2}
	for body, want := range map[string]operation.ExecutionState{
		`{"status":"RUNNING"}`:   operation.ExecutionRunning,
		`{"status":"SUCCEEDED"}`: operation.ExecutionEnded,
		`{"status":"FAILED"}`:    operation.ExecutionEnded,
		`{"status":"TIMED_OUT"}`: operation.ExecutionEnded,
		`{"status":"ABORTED"}`:   operation.ExecutionEnded,
	} {
		state, err := open(t, http.StatusOK, body).State(t.Context(), operation.Suspend, input)
		if err != nil || state != want {
			t.Errorf("%s: state %q, error %v; want %q", body, state, err, want)
		}
	}
	missing := open(t, http.StatusBadRequest, `{"__type":"ExecutionDoesNotExist","message":"no"}`)
	state, err := missing.State(t.Context(), operation.Suspend, input)
	if err != nil || state != operation.ExecutionMissing {
		t.Errorf("an unknown execution: state %q, error %v; want missing", state, err)
	}
	broken := open(t, http.StatusInternalServerError, `{"__type":"InternalFailure","message":"no"}`)
	if state, err := broken.State(t.Context(), operation.Suspend, input); err == nil {
		t.Errorf("Step Functions does not answer: state %q, want an error", state)
	}
	if _, err := broken.State(t.Context(), operation.Move, input); err == nil {
		t.Error("a kind without a machine: no error")
	}
}
