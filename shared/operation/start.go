package operation

import (
	"context"
	"fmt"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
)

// Execution is one attempt of a workflow to do an operation.
type Execution struct {
	Operation string `json:"operation"`
	Attempt   int    `json:"attempt"`
}

// Name is the same for the same attempt, so that it is started once however often it is asked for.
func (s Execution) Name() string { return fmt.Sprintf("%s-%d", s.Operation, s.Attempt) }

const (
	kindField    = "kind"
	attemptField = "attempt"
)

// newEvent is an event in the trail of who began an operation.
func newEvent(newID func(prefix string) string, name event.Name, o *Operation, originator *account.Account, actor account.ID, requestID string, now time.Time,
) event.Event {
	happened := event.New(newID, name, originator, actor, requestID, now)
	happened.Subject = o.ID
	happened.Changes = []account.FieldChange{{Field: kindField, New: o.Kind}}
	if name == event.OperationStarted {
		happened.Changes = append(happened.Changes, account.FieldChange{Field: attemptField, New: o.Attempt})
	}
	return happened
}

// readOriginator reads who began an operation, whose trail tells of it; of one that is gone, the id.
func readOriginator(ctx context.Context, store Store, o *Operation) (*account.Account, error) {
	_, found, err := store.ReadWithOriginator(ctx, o.ID, o.Originator)
	if err == nil && found == nil {
		found = &account.Account{ID: o.Originator}
	}
	return found, err
}

// Starter has workflows begin.
type Starter interface {
	// Start starts the workflow of a kind. One of the same name that is there, running or ended, is enough.
	Start(ctx context.Context, kind Kind, start Execution) error
}

// Launcher starts the workflows that events ask for.
type Launcher struct{ Workflows Starter }

// Handle starts the workflow of an event; an event about something else is done.
func (l Launcher) Handle(ctx context.Context, happened event.Event) error {
	if happened.Name != event.OperationStarted {
		return nil
	}
	var kind, attempt any
	for _, changed := range happened.Changes {
		switch changed.Field {
		case kindField:
			kind = changed.New
		case attemptField:
			attempt = changed.New
		}
	}
	name, number := fmt.Sprint(kind), 0
	if _, err := fmt.Sscan(fmt.Sprint(attempt), &number); err != nil || name == "" || happened.Subject == "" {
		return fmt.Errorf("event %s does not say what to start", happened.ID)
	}
	return l.Workflows.Start(ctx, Kind(name), Execution{Operation: happened.Subject, Attempt: number})
}
