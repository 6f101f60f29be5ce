// Package workflow starts executions of Step Functions.
package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"tenantry/shared/meter"
	"tenantry/shared/operation"
)

// Machine is a state machine.
type Machine struct {
	Name string // in the stack's template
	ARN  string
}

// Machines are the state machines, by the kind of operation that they run.
type Machines map[operation.Kind]Machine

// Starter starts executions. It implements stream.Workflows.
type Starter struct {
	client   *sfn.Client
	machines Machines
}

// Open returns the starter of the state machines.
func Open(config aws.Config, machines Machines) *Starter {
	return &Starter{client: sfn.NewFromConfig(config), machines: machines}
}

// Start starts the execution of an attempt. It returns nil if an execution of this attempt exists, running or ended.
func (s *Starter) Start(ctx context.Context, kind operation.Kind, input operation.ExecutionInput) error {
	machine, isKnown := s.machines[kind]
	if !isKnown {
		return fmt.Errorf("no state machine runs operations of kind %s", kind)
	}
	body, err := json.Marshal(input)
	if err != nil {
		return err
	}
	_, err = s.client.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: &machine.ARN, Name: aws.String(input.ExecutionName()), Input: aws.String(string(body)),
	})
	meter.From(ctx).Add("states:StartExecution "+machine.Name, 0, 0)
	if _, exists := errors.AsType[*types.ExecutionAlreadyExists](err); exists {
		return nil
	}
	return err
}
