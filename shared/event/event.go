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
	PanelUserCreated     Name = "panel-user.created"
	PanelUserRemoved     Name = "panel-user.removed"
	ContactChanged       Name = "account.contact-changed"
	LoginChanged         Name = "account.login-changed"
	PasswordChanged      Name = "account.password-changed"
	PasswordReset        Name = "account.password-reset"
	DescriptionChanged   Name = "account.description-changed"
	Suspended            Name = "account.suspended"
	Activated            Name = "account.activated"
	ScheduleChanged      Name = "account.schedule-changed"
	ResetLinkShown       Name = "account.reset-link-shown"
	ResetLinkOrdered     Name = "account.reset-link-ordered"
	ResetLinkMailed      Name = "account.reset-link-mailed"
	PasswordForgotten    Name = "account.password-forgotten"
	MailCameBack         Name = "account.mail-came-back"
	RemovalBegun         Name = "account.removal-begun"
	TransferBegun        Name = "account.transfer-begun" // a conversion or a move of many subscriptions: the account is held meanwhile
	TransferEnded        Name = "account.transfer-ended" // it is ready again
	CustomerConverted    Name = "customer.converted"
	CustomerMoved        Name = "customer.moved"
	CustomerRemoved      Name = "customer.removed"
	ResellerRemoved      Name = "reseller.removed"
	LimitsChanged        Name = "reseller.limits-changed"
	PlanCreated          Name = "plan.created"
	PlanChanged          Name = "plan.changed"
	PlanRemoved          Name = "plan.removed"
	SubscriptionCreated  Name = "subscription.created"
	SubscriptionChanged  Name = "subscription.changed"
	SubscriptionRemoved  Name = "subscription.removed"
	SubscriptionHeld     Name = "subscription.suspended"
	SubscriptionReleased Name = "subscription.activated"
	WebsiteCreated       Name = "website.created"
	WebsiteRemoved       Name = "website.removed"
	WebsiteHeld          Name = "website.suspended"
	WebsiteReleased      Name = "website.activated"
	BackupCreated        Name = "backup.created"
	BackupReady          Name = "backup.ready"
	BackupRemoved        Name = "backup.removed"
	BackupReassigned     Name = "backup.reassigned" // somebody else counts as its creator now
	OperationAccepted    Name = "operation.accepted"
	OperationStarted     Name = "operation.started"
	OperationCancelled   Name = "operation.cancelled"
	TokenCreated         Name = "api-token.created"
	TokenRemoved         Name = "api-token.removed"
)

// IDPrefix begins the ids of events.
const IDPrefix = "evt_"

// Event is one change of one account, written in the transaction of the change.
type Event struct {
	ID        string // evt_<ULID>; later events have larger ids
	Name      Name
	Account   account.ID // whose trail the event belongs to
	Subject   string     // what it happened to where that is not the account: the id of a plan, subscription, website, backup or panel user
	Kind      account.Kind
	Owner     account.ID
	Actor     account.ID // who did it
	RequestID string
	At        time.Time
	Version   int64 // of the account after the change
	Changes   []account.FieldChange
	Mail      Mail   // that the outbox owes for this event, "" for none
	Start     *Start // the attempt of an operation that the event starts, nil for none
	Private   bool   // of the administrator; no one else reads it in the trail
}

// Start is the attempt of an operation that the stream's consumer starts a workflow for.
type Start struct {
	Operation string
	Kind      string // an operation.Kind
	Attempt   int
}

// Addressee is whom a mail of the event goes to: the account, or the panel user that it is about.
func (e *Event) Addressee() account.ID {
	if about := account.ID(e.Subject); about.WellFormed() {
		return about
	}
	return e.Account
}

// Mail is a kind of mail. The outbox holds kinds and never a secret: the mailer makes the link that a mail carries.
type Mail string

// The kinds of mail.
const (
	WelcomeMail         Mail = "welcome"          // a new account's link to set its first password
	ResetMail           Mail = "reset"            // a link that somebody above the account sends
	ForgottenMail       Mail = "forgotten"        // a link that was asked for by login and e-mail address, if they are right
	PasswordChangedMail Mail = "password-changed" // a notice after the fact
	LoginChangedMail    Mail = "login-changed"    // a notice to the old and the new address
	EmailChangedMail    Mail = "email-changed"    // a notice to the old address of somebody who has given a new one
)

// New returns an event about an account as it is after the change.
func New(newID func(prefix string) string, name Name, of *account.Account, actor account.ID, requestID string, at time.Time,
) Event {
	return Event{
		ID: newID(IDPrefix), Name: name, Account: of.ID, Kind: of.Kind, Owner: of.Owner, Actor: actor, RequestID: requestID, At: at, Version: of.Version,
	}
}
