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
	Changes   []FieldChange
	Mail      string // the kind of mail that the outbox owes for this event, "" for none
}

// FieldChange is one field's old and new value. Secrets are never among them.
type FieldChange struct {
	Field string `json:"field"`
	Old   any    `json:"old,omitempty"`
	New   any    `json:"new,omitempty"`
}
