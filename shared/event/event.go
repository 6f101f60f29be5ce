// Package event describes what happened to an account: the row is both its audit trail and the outbox from which the
// stream consumer tells the rest of the system.
package event

import (
	"time"

	"tenantry/shared/account"
)

// Name tells what happened, as `<object>.<past participle>`.
type Name string

// The events.
const (
	AdministratorCreated Name = "administrator.created"
	ResellerCreated      Name = "reseller.created"
	CustomerCreated      Name = "customer.created"
	ContactChanged       Name = "account.contact-changed"
	PasswordChanged      Name = "account.password-changed"
)

// IDPrefix begins the ids of events.
const IDPrefix = "evt_"

// Event is one change of one account, written in the transaction of the change.
type Event struct {
	ID        string // evt_<ULID>; later events have larger ids
	Name      Name
	Account   account.ID // whose trail the event belongs to
	Kind      account.Kind
	Owner     account.ID
	Actor     account.ID // who did it
	RequestID string
	At        time.Time
	Version   int64 // of the account after the change
	Changes   []account.FieldChange
	Mail      string // the kind of mail that the outbox owes for this event, "" for none
}

// WelcomeMail is the kind of mail that brings a new account a link to set its first password.
const WelcomeMail = "welcome"

// New returns an event about an account as it is after the change.
func New(ids interface {
	New(prefix string) (string, error)
}, name Name, of *account.Account, actor account.ID, requestID string, at time.Time) (Event, error) {
	id, err := ids.New(IDPrefix)
	return Event{
		ID: id, Name: name, Account: of.ID, Kind: of.Kind, Owner: of.Owner, Actor: actor, RequestID: requestID, At: at, Version: of.Version,
	}, err
}
