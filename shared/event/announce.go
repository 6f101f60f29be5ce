package event

import (
	"context"
	"time"

	"tenantry/shared/account"
)

// Notice is what the rest of the system is told of an event: that something changed, never what it changed to. Whoever
// needs to know more reads it, and so sees the truth of that moment.
type Notice struct {
	ID      string       `json:"id"` // of the event; a notice that comes twice has the same
	Name    Name         `json:"-"`  // the bus carries it beside the notice
	Account account.ID   `json:"account"`
	Kind    account.Kind `json:"kind"`
	Owner   account.ID   `json:"owner"`
	Version int64        `json:"version"` // of the account; a notice of an older version than one already seen is late
	At      time.Time    `json:"at"`
}

// Bus carries notices.
type Bus interface {
	// Publish hands over notices and returns how many of them, from the first on, were accepted.
	Publish(ctx context.Context, notices []Notice) (int, error)
}

// Announce tells the bus of events.
type Announce struct{ Bus Bus }

// Publish announces events in their order and returns how many of them, from the first on, are done.
func (a Announce) Publish(ctx context.Context, events []Event) (int, error) {
	notices := make([]Notice, len(events))
	for i, e := range events {
		notices[i] = Notice{ID: e.ID, Name: e.Name, Account: e.Account, Kind: e.Kind, Owner: e.Owner, Version: e.Version, At: e.At}
	}
	return a.Bus.Publish(ctx, notices)
}
