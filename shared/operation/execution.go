package operation

import (
	"context"
	"fmt"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
)

// ExecutionInput is the input of one execution of a state machine: one attempt to run an operation.
type ExecutionInput struct {
	Operation string `json:"operation"`
	Attempt   int    `json:"attempt"`
}

// ExecutionName returns the name of the execution. It is the same for the same attempt, so that Step Functions starts
// an attempt once even if it is asked several times.
func (i ExecutionInput) ExecutionName() string { return fmt.Sprintf("%s-%d", i.Operation, i.Attempt) }

// ExecutionState is what the workflow service knows about an execution.
type ExecutionState string

// The states of executions.
const (
	ExecutionMissing ExecutionState = "missing" // the service has not started the execution, or has lost it
	ExecutionRunning ExecutionState = "running"
	ExecutionEnded   ExecutionState = "ended" // whether it succeeded or failed
)

// Workflows runs the executions of operations.
type Workflows interface {
	// Start starts the execution of an attempt. It does nothing if the execution is running or has ended.
	Start(ctx context.Context, kind Kind, input ExecutionInput) error
	// State returns the state of an execution. The state may be some seconds old.
	State(ctx context.Context, kind Kind, input ExecutionInput) (ExecutionState, error)
}

// newEvent returns an event about an operation, in the trail of its originator.
func newEvent(
	newID func(prefix string) string, name event.Name, o *Operation, originator *account.Account, actor account.ID,
	requestID string, now time.Time,
) event.Event {
	entry := event.New(newID, name, originator, actor, requestID, now)
	entry.Subject = o.ID
	entry.Changes = []account.FieldChange{{Field: "kind", New: o.Kind}}
	if name == event.OperationStarted {
		entry.Changes = append(entry.Changes, account.FieldChange{Field: "attempt", New: o.Attempt})
		entry.Execution = &event.Execution{Operation: o.ID, Kind: string(o.Kind), Attempt: o.Attempt}
	}
	return entry
}

// readOriginator returns the account that started the operation. If the account was removed, only its id is set.
func readOriginator(ctx context.Context, store Store, o *Operation) (*account.Account, error) {
	_, originator, err := store.ReadWithOriginator(ctx, o.ID, o.Originator)
	if err == nil && originator == nil {
		originator = &account.Account{ID: o.Originator}
	}
	return originator, err
}
