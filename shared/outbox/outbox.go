// Package outbox sends the mails that events order. An event names the kind of its mail and contains no secret: the
// link in a mail is created when the mail is sent (docs/adr/0013).
package outbox

import (
	"context"
	"errors"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/reset"
)

// Message is an entry of the mail queue. It names the event that orders a mail.
type Message struct {
	Event   string     `json:"event"`
	Account account.ID `json:"account,omitempty"` // whose audit trail has the event; "" for a forgotten-password request
}

// Validate returns an error if the message names no event.
func (m Message) Validate() error {
	if m.Event == "" {
		return errors.New("the message names no event")
	}
	return nil
}

// Letter is the content of a mail before it is written in a language.
type Letter struct {
	Kind            event.MailKind
	Locale          string
	Recipient       string // the address of the letter
	Name            string // of the recipient
	Login           string
	OldLogin        string // "" unless the login was changed
	PasswordChanged bool
	IsNewAddress    bool   // whether the recipient has the new one of a changed e-mail address
	TokenName       string // of a new API token
	URL             string // of the link; a secret
	Lifetime        time.Duration
	ExpiresAt       time.Time // of the link or the API token
	At              time.Time // of the event
}

// Envelope is a letter with its address.
type Envelope struct {
	To      string
	Account account.ID // on which a returned mail is recorded
	Letter  Letter

	HasTrouble bool // whether the account shows that an earlier mail to the address could not be sent
}

// Mailer sends letters.
type Mailer interface {
	// Send sends a letter and returns the id that the mail service gives it. It returns Unsent if the letter can never
	// be sent.
	Send(ctx context.Context, envelope Envelope) (string, error)
}

// LeaseDuration is the longest time that one attempt to send a mail may take. It is longer than the timeout of the
// mailer's function in template.yaml.
const LeaseDuration = 45 * time.Second

// ErrLeased is the error of an attempt while another attempt may be sending the mail.
var ErrLeased = errors.New("another attempt is sending the mail")

// Store keeps the events that order mails, and the state of each mail.
type Store interface {
	access.AttemptCounter
	reset.Store
	// LeaseMail begins an attempt to send an event's mail, and returns the deliveries of earlier attempts. It returns
	// false if the mail is done. It returns ErrLeased if the lease of another attempt has not ended.
	LeaseMail(ctx context.Context, message Message, until time.Time) (deliveries []Delivery, isDue bool, err error)
	// RecordDeliveries writes the state of a mail and all its deliveries. The lease stays as it is.
	RecordDeliveries(ctx context.Context, message Message, state MailState, deliveries []Delivery) error
	// ReadMailEvent returns the event of a message, and the request if it is a forgotten-password request. It returns
	// nil if the event does not exist any more.
	ReadMailEvent(ctx context.Context, message Message) (*event.Event, *reset.ForgottenRequest, error)
	// FindLogin returns the account that has the login, or "".
	FindLogin(ctx context.Context, login account.Login) (account.ID, error)
}
