// Package workflow starts and describes executions of Step Functions.
package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"tenantry/shared/meter"
	"tenantry/shared/operation"
)

// Workflows runs executions. It implements operation.Workflows and stream.Workflows.
type Workflows struct {
	client   *sfn.Client
	machines operation.Machines
}

// Open returns the workflows of the state machines.
func Open(config aws.Config, machines operation.Machines) *Workflows {
	return &Workflows{client: sfn.NewFromConfig(config), machines: machines}
}

// Start starts the execution of an attempt. It returns nil if an execution of this attempt exists, running or ended.
func (w *Workflows) Start(ctx context.Context, kind operation.Kind, input operation.ExecutionInput) error {
	machine, err := w.machines.Of(kind)
	if err != nil {
		return err
	}
	body, err := json.Marshal(input)
	if err != nil {
		return err
	}
	_, err = w.client.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: &machine.ARN, Name: aws.String(input.ExecutionName()), Input: aws.String(string(body)),
	})
	meter.From(ctx).Add("states:StartExecution "+machine.Name, 0, 0)
	if _, exists := errors.AsType[*types.ExecutionAlreadyExists](err); exists {
		return nil
	}
	return err
}

// State returns the state of the execution of an attempt. Step Functions may return a state that is some seconds old, and
// keeps executions for 90 days after their end (AWS limit).
func (w *Workflows) State(
	ctx context.Context, kind operation.Kind, input operation.ExecutionInput,
) (operation.ExecutionState, error) {
	machine, err := w.machines.Of(kind)
	if err != nil {
		return "", err
	}
	arn := executionARN(machine.ARN, input.ExecutionName())
	found, err := w.client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	meter.From(ctx).Add("states:DescribeExecution "+machine.Name, 0, 0)
	if _, isMissing := errors.AsType[*types.ExecutionDoesNotExist](err); isMissing {
		return operation.ExecutionMissing, nil
	}
	if err != nil {
		return "", err
	}
	if found.Status == types.ExecutionStatusRunning {
		return operation.ExecutionRunning, nil
	}
	return operation.ExecutionEnded, nil
}

// executionARN returns the ARN of an execution of a state machine.
func executionARN(machineARN, name string) string {
	return strings.Replace(machineARN, ":stateMachine:", ":execution:", 1) + ":" + name
}
