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

// newEvent is an event in the trail of who began an operation.
func newEvent(newID func(prefix string) string, name event.Name, o *Operation, originator *account.Account, actor account.ID, requestID string, now time.Time,
) event.Event {
	happened := event.New(newID, name, originator, actor, requestID, now)
	happened.Subject = o.ID
	happened.Changes = []account.FieldChange{{Field: "kind", New: o.Kind}}
	if name == event.OperationStarted {
		happened.Changes = append(happened.Changes, account.FieldChange{Field: "attempt", New: o.Attempt})
		happened.Start = &event.Start{Operation: o.ID, Kind: string(o.Kind), Attempt: o.Attempt}
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
