// Package account has what all accounts share: kinds, ids, logins, contacts, notes, holds and schedules, and their
// rules.
package account

import (
	"maps"
	"slices"
	"time"

	"tenantry/shared/resource"
)

// Kind is the role of an account.
type Kind string

// The kinds of account.
const (
	Administrator Kind = "administrator"
	Reseller      Kind = "reseller"
	Customer      Kind = "customer"
	PanelUser     Kind = "panel-user"
)

// Account is an administrator, reseller, customer or panel user as it is stored.
type Account struct {
	ID         ID
	Kind       Kind
	Login      Login
	Contact    Contact
	Owner      ID // a reseller, a customer (of a panel user), or AdministratorOwner
	ExternalID string
	Holds      Holds
	Schedule   *Schedule // replaced, never changed in place; PendingSchedule returns it only while it still counts
	Lifecycle  Lifecycle
	Operation  string // the operation that works on the account while it is not ready

	ListedSuspended bool       // the status that lists show, as of the last write
	DueAt           *time.Time // when the account's own status changes by time; stays in the past until the sweep has processed the change

	HoldSequence      int64           // grows with every hold on the account and on its subscriptions, and with every lift mark
	LiftedAt          *time.Time      // when holds were last lifted
	HeldSubscriptions map[Level]int64 // how many subscriptions are held, by the highest level that holds them
	CoveredHolds      map[Level]int64 // how many held subscriptions also have holds of a lower level, by this level
	LiftMarks         LiftMarks       // which holds on its subscriptions are void

	Limits *ResellerLimits // of a reseller; nil for all other accounts

	PasswordVersion int64        // the number of passwords that were set; 0 until the account has a password
	SessionEpoch    int64        // sessions of an older epoch are void
	LinkEpoch       int64        // reset links of an older epoch are void, because the login, password or e-mail address has changed
	TokenEpoch      int64        // API tokens of an older epoch are void, because the password was set by a link or by a higher account
	MailTrouble     *MailTrouble // nil if no mail to the account was returned or stayed unsent

	Notes         Notes // previews only; a use case that needs the full texts reads them with the account
	FormerOwners  []ID  // resellers that owned the account before; their notes on it are kept for the administrator
	Subscriptions int64 // the number of subscriptions
	CreatedAt     time.Time
	Version       int64 // grows by one with every change; the ETag
}

// ResellerLimits are what a reseller may give out to its customers: a reseller plan, or resources of its own.
type ResellerLimits struct {
	Plan      string // a reseller plan's id; "" without a plan
	Resources resource.Set
	Oversell  bool // whether the reseller may give out more than it has
}

// Clone returns a copy whose holds, marks and counts can be changed without changing the account.
func (a *Account) Clone() Account {
	b := *a
	b.Holds = slices.Clone(a.Holds)
	b.LiftMarks = maps.Clone(a.LiftMarks)
	b.HeldSubscriptions = maps.Clone(a.HeldSubscriptions)
	b.CoveredHolds = maps.Clone(a.CoveredHolds)
	return b
}

// MailUnsent is the kind of mail trouble of an account to which a mail could not be sent. It ends with the next mail
// that is sent.
const MailUnsent = "unsent"

// MailTrouble says that mail to the account's address was returned or could not be sent. After a bounce or a complaint,
// mail may not arrive until the address changes.
type MailTrouble struct {
	Kind  string    `json:"kind" enum:"bounce,complaint,unsent"`
	Since time.Time `json:"since"`
}

// SubscriptionCounts returns how many subscriptions the account has, and how many of them have no hold of their own.
func (a *Account) SubscriptionCounts() SubscriptionCounts {
	counts := SubscriptionCounts{Total: a.Subscriptions, Active: a.Subscriptions}
	for _, held := range a.HeldSubscriptions {
		counts.Active -= held
	}
	return counts
}

// SubscriptionCounts are the numbers of all and of active subscriptions of an account.
type SubscriptionCounts struct {
	Total  int64 `json:"total"`
	Active int64 `json:"active"`
}
