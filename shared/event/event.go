// Package event describes changes of accounts. An event is an entry of the account's audit trail and also a row of the
// outbox: the consumer of the table's stream reads it, and sends mails and notices and starts work.
package event

import (
	"time"

	"tenantry/shared/account"
)

// Name says what happened, as `<object>.<past participle>`.
type Name string

// The names of events.
const (
	AdministratorCreated  Name = "administrator.created"
	ResellerCreated       Name = "reseller.created"
	CustomerCreated       Name = "customer.created"
	PanelUserCreated      Name = "panel-user.created"
	PanelUserRemoved      Name = "panel-user.removed"
	ContactChanged        Name = "account.contact-changed"
	LoginChanged          Name = "account.login-changed"
	SignedIn              Name = "account.signed-in"
	SignInFailed          Name = "account.sign-in-failed"
	PasswordChanged       Name = "account.password-changed"
	PasswordReset         Name = "account.password-reset"
	DescriptionChanged    Name = "account.description-changed"
	Suspended             Name = "account.suspended"
	Activated             Name = "account.activated"
	ScheduleChanged       Name = "account.schedule-changed"
	ResetLinkShown        Name = "account.reset-link-shown"
	ResetLinkRequested    Name = "account.reset-link-ordered"
	ResetLinkMailed       Name = "account.reset-link-mailed"
	PasswordForgotten     Name = "account.password-forgotten"
	MailReturned          Name = "account.mail-came-back"
	MailUnsent            Name = "account.mail-unsent"     // a mail to the account cannot be sent or was given up
	MailSentAgain         Name = "account.mail-sent-again" // a mail was sent after MailUnsent
	RemovalStarted        Name = "account.removal-begun"
	RemovalCancelled      Name = "account.removal-cancelled" // before anything was removed; the account is as before, but its sessions have ended
	TransferStarted       Name = "account.transfer-begun"    // a conversion or a move; the account is busy until it is moved or converted, or until TransferEnded
	TransferEnded         Name = "account.transfer-ended"    // the account is ready again
	CustomerConverted     Name = "customer.converted"
	CustomerMoved         Name = "customer.moved"
	CustomerRemoved       Name = "customer.removed"
	ResellerRemoved       Name = "reseller.removed"
	LimitsChanged         Name = "reseller.limits-changed"
	PlanCreated           Name = "plan.created"
	PlanChanged           Name = "plan.changed"
	PlanRemoved           Name = "plan.removed"
	SubscriptionCreated   Name = "subscription.created"
	SubscriptionChanged   Name = "subscription.changed"
	SubscriptionRemoved   Name = "subscription.removed"
	SubscriptionSuspended Name = "subscription.suspended"
	SubscriptionActivated Name = "subscription.activated"
	WebsiteCreated        Name = "website.created"
	WebsiteRemoved        Name = "website.removed"
	WebsiteSuspended      Name = "website.suspended"
	WebsiteActivated      Name = "website.activated"
	BackupCreated         Name = "backup.created"
	BackupReady           Name = "backup.ready"
	BackupRemoved         Name = "backup.removed"
	BackupReassigned      Name = "backup.reassigned" // the backup counts as created by another account from now on
	OperationAccepted     Name = "operation.accepted"
	OperationStarted      Name = "operation.started"
	OperationCancelled    Name = "operation.cancelled"
	TokenCreated          Name = "api-token.created"
	TokenRemoved          Name = "api-token.removed"
)

// gateEvents are the events that may change what the gate answers about a domain, now or at a set time
// (docs/events.md marks them).
var gateEvents = map[Name]bool{
	Suspended: true, Activated: true, ScheduleChanged: true, RemovalStarted: true, RemovalCancelled: true,
	CustomerMoved: true, CustomerConverted: true, CustomerRemoved: true, ResellerRemoved: true,
	SubscriptionCreated: true, SubscriptionChanged: true, SubscriptionRemoved: true,
	SubscriptionSuspended: true, SubscriptionActivated: true,
	WebsiteCreated: true, WebsiteRemoved: true, WebsiteSuspended: true, WebsiteActivated: true,
}

// AffectsGate reports whether an event with the name may change what the gate answers about a domain.
func (n Name) AffectsGate() bool { return gateEvents[n] }

// IDPrefix begins the ids of events.
const IDPrefix = "evt_"

// Event is one change of one account. It is written in the transaction of the change.
type Event struct {
	ID        string // evt_<ULID>; later events have larger ids
	Name      Name
	Account   account.ID // the account whose audit trail has the event
	Subject   string     // the id of the plan, subscription, website, backup or panel user that changed; "" if the account itself changed
	Kind      account.Kind
	Owner     account.ID
	Actor     account.ID // the account that made the change; "" for the sweep
	RequestID string
	At        time.Time
	Version   int64 // of the account after the change
	Changes   []account.FieldChange
	Mail      MailKind   // the mail that the event orders, or ""; only package edit sets it
	Execution *Execution // the workflow that the event starts, or nil
	Website   string     // the id of a new subscription's first website; "" for all other events
	Private   bool       // visible in the audit trail to the administrator only
	SignIn    *SignIn    // of a sign-in, or nil
	ExpiresAt time.Time  // the end of the event in the trail; the zero time: never
}

// SignIn says where a sign-in came from. It is personal data, so its event expires.
type SignIn struct {
	Address   string
	UserAgent string
	Provider  account.ID // of a panel user's sign-in: the owner of its customer at that time
}

// IsAboutAccess reports whether the event is about who can sign in to the account. The account itself may read these
// events. Others may contain the owner's notes or the reasons of holds.
func (e *Event) IsAboutAccess() bool {
	switch e.Name {
	case SignedIn, SignInFailed, PasswordChanged, PasswordReset, LoginChanged, ContactChanged, ResetLinkShown,
		ResetLinkRequested, ResetLinkMailed, TokenCreated, TokenRemoved, PanelUserCreated, PanelUserRemoved:
		return !e.Private
	default:
		return false
	}
}

// Execution is one attempt of an operation's workflow. The consumer of the stream starts it.
type Execution struct {
	Operation string
	Kind      string // an operation.Kind
	Attempt   int
}

// Addressee returns the account that receives the event's mail: the panel user that changed, or else the account
// itself.
func (e *Event) Addressee() account.ID {
	if panelUser := account.ID(e.Subject); panelUser.WellFormed() {
		return panelUser
	}
	return e.Account
}

// MailKind is a kind of mail. The outbox stores only the kind and never a secret: the mailer makes the link when it
// sends the mail.
type MailKind string

// The kinds of mail.
const (
	WelcomeMail         MailKind = "welcome"          // the link with which a new account sets its first password
	ResetMail           MailKind = "reset"            // a reset link that a higher account sends
	ForgottenMail       MailKind = "forgotten"        // a reset link for a forgotten password, if the login and the e-mail address are right
	PasswordChangedMail MailKind = "password-changed" // a notice of the change
	LoginChangedMail    MailKind = "login-changed"    // a notice to the old and the new address
	EmailChangedMail    MailKind = "email-changed"    // a notice to the old and the new address
	TokenCreatedMail    MailKind = "token-created"    // a notice of a new API token
)

// New returns an event of the account. The account must be as it is after the change.
func New(
	newID func(prefix string) string,
	name Name,
	changed *account.Account,
	actor account.ID,
	requestID string,
	at time.Time,
) Event {
	return Event{
		ID: newID(
			IDPrefix,
		),
		Name:      name,
		Account:   changed.ID,
		Kind:      changed.Kind,
		Owner:     changed.Owner,
		Actor:     actor,
		RequestID: requestID,
		At:        at,
		Version:   changed.Version,
	}
}
