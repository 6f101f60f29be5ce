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
	Subject string       `json:"subject,omitempty"` // what it happened to where that is not the account
	Version int64        `json:"version"`           // of the account; a notice of an older version than one already seen is late
	At      time.Time    `json:"at"`
}

// Bus carries notices.
type Bus interface {
	// Publish hands over notices and returns how many of them, from the first on, were accepted.
	Publish(ctx context.Context, notices []Notice) (int, error)
}

// Announce tells the bus of events.
type Announce struct{ Bus Bus }

// Publish announces events in their order and returns how many of them, from the first on, are done. An event about no
// account is nobody's business.
func (a Announce) Publish(ctx context.Context, events []Event) (int, error) {
	var notices []Notice
	var at []int
	for i, e := range events {
		if e.Account == "" {
			continue
		}
		at = append(at, i)
		notices = append(notices, Notice{ID: e.ID, Name: e.Name, Account: e.Account, Kind: e.Kind, Owner: e.Owner, Subject: e.Subject, Version: e.Version, At: e.At})
	}
	if len(notices) == 0 {
		return len(events), nil
	}
	accepted, err := a.Bus.Publish(ctx, notices)
	if accepted < len(notices) {
		return at[accepted], err
	}
	return len(events), err
}
