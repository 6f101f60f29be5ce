// Package gate holds what the node knows about its domains. It asks the service, follows the service's feed of changes,
// and keeps the last answer about every domain.
package gate

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// IDs are the objects whose changes may change the answer about a domain.
type IDs struct {
	Website      string `json:"website"`
	Subscription string `json:"subscription"`
	Customer     string `json:"customer"`
	Reseller     string `json:"reseller,omitempty"`
}

// all returns the ids that are set.
func (i IDs) all() []string {
	ids := make([]string, 0, 4)
	for _, id := range [...]string{i.Website, i.Subscription, i.Customer, i.Reseller} {
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// Answer is the service's answer about a domain.
type Answer struct {
	Open          bool       `json:"open"`
	Since         time.Time  `json:"since"`
	PublicMessage string     `json:"publicMessage,omitempty"`
	Until         *time.Time `json:"until,omitempty"`     // end of the closing, if it is known
	ChangesAt     *time.Time `json:"changesAt,omitempty"` // when the answer changes without an entry in the feed
	IDs           IDs        `json:"ids"`
}

// Known is the last known state of a domain.
type Known struct {
	Answer

	ETag    string `json:"etag,omitempty"`
	Removed bool   `json:"removed,omitempty"` // the service had the domain and has it no longer
}

// IsClosed reports whether the domain must not be served. A removed domain is closed.
func (k *Known) IsClosed() bool { return k.Removed || !k.Open }

// Reply is the service's response to a question about a domain.
type Reply struct {
	Answer      Answer
	ETag        string
	NotModified bool // the answer with the ETag of the question is still right
	Missing     bool // no website has the domain
}

// Asker asks the service about a domain.
type Asker interface {
	// Ask returns the service's reply. The ETag is that of the known answer, or "". It returns ErrDenied or an
	// Unavailable error if the service does not answer.
	Ask(ctx context.Context, domain, etag string) (Reply, error)
}

// Entry is one entry of the feed: something about the object has changed.
type Entry struct {
	ID   string    `json:"id"`
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
}

// Page is a part of the feed.
type Page struct {
	Entries []Entry
	Cursor  string // cursor of the next page
}

// Feed reads the service's feed of changes.
type Feed interface {
	// Start returns a cursor for the changes from now on.
	Start(ctx context.Context) (string, error)
	// Changes returns the changes since the cursor. It returns ErrCursorExpired if the service no longer has them, and
	// the errors of Asker.Ask.
	Changes(ctx context.Context, cursor string) (Page, error)
}

// Keeper stores the state. A method that returns nil has stored it durably.
type Keeper interface {
	Save(domain string, known *Known) error
	SaveCursor(cursor string) error
}

// ErrCursorExpired is returned for a cursor whose changes the service no longer has.
var ErrCursorExpired = errors.New("the cursor has expired")

// ErrDenied is returned if the service rejects the API token, or if the token's owner is suspended.
var ErrDenied = errors.New("the service rejects the API token")

// Unavailable is returned if the service cannot be reached or does not answer as agreed.
type Unavailable struct {
	Reason     string
	RetryAfter time.Duration // how long the service asks to wait, or 0
}

func (u *Unavailable) Error() string {
	if u.RetryAfter > 0 {
		return fmt.Sprintf("%s; it asks to wait %s", u.Reason, u.RetryAfter)
	}
	return u.Reason
}
