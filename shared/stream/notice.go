package stream

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
)

// Notice announces an event to the rest of the system. It says that something changed, never what it changed to: a
// reader that needs more reads the object, and so sees its present state.
type Notice struct {
	ID      string       `json:"id"` // of the event; a notice that comes twice has the same
	Name    event.Name   `json:"-"`  // the bus carries it beside the notice
	Account account.ID   `json:"account"`
	Kind    account.Kind `json:"kind"`
	Owner   account.ID   `json:"owner"`
	Subject string       `json:"subject,omitempty"` // the id of the changed object if that is not the account
	Version int64        `json:"version"`           // of the account; a notice with a smaller version than an earlier one is late
	At      time.Time    `json:"at"`
}

// Bus carries notices.
type Bus interface {
	// Publish publishes notices. It returns how many of them, from the first on, the bus accepted.
	Publish(ctx context.Context, notices []Notice) (accepted int, err error)
}

// PublishNotices publishes a notice of every event that belongs to an account. Readers recognise a notice that comes
// again by its id.
type PublishNotices struct{ Bus Bus }

// Handle implements Handler.
func (h PublishNotices) Handle(ctx context.Context, events []event.Event) (int, error) {
	return send(ctx, events, func(e *event.Event) (Notice, bool) {
		return Notice{
			ID:      e.ID,
			Name:    e.Name,
			Account: e.Account,
			Kind:    e.Kind,
			Owner:   e.Owner,
			Subject: e.Subject,
			Version: e.Version,
			At:      e.At,
		}, e.Account != ""
	}, h.Bus.Publish)
}
