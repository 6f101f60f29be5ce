// Package account holds what all accounts share: their kinds, ids, logins, contacts, notes and holds, and the rules on them.
package account

import (
	"maps"
	"slices"
	"strings"
	"time"

	"tenantry/shared/fault"
	"tenantry/shared/resource"
)

// Kind tells who an account is for.
type Kind string

// The kinds of account.
const (
	Administrator Kind = "administrator"
	Reseller      Kind = "reseller"
	Customer      Kind = "customer"
	PanelUser     Kind = "panel-user"
)

// ID identifies an account for life: a prefix that tells how it was created, and a ULID. A customer converted to a
// reseller keeps its cus_ id, so a kind is never derived from an id.
type ID string

// AdministratorOwner is the owner of everything that belongs to the administrators together.
const AdministratorOwner ID = "administrator"

// The prefixes of account ids by the kind an account is created with.
const (
	AdministratorPrefix = "adm_"
	ResellerPrefix      = "res_"
	CustomerPrefix      = "cus_"
	PanelUserPrefix     = "usr_"
)

// WellFormed tells whether the id could be one of an account: a known prefix and a ULID.
func (id ID) WellFormed() bool {
	prefix, rest, found := strings.Cut(string(id), "_")
	if !found || len(rest) != 26 || rest[0] > '7' {
		return false
	}
	switch prefix + "_" {
	case AdministratorPrefix, ResellerPrefix, CustomerPrefix, PanelUserPrefix:
	default:
		return false
	}
	for _, c := range rest {
		if !strings.ContainsRune("0123456789ABCDEFGHJKMNPQRSTVWXYZ", c) {
			return false
		}
	}
	return true
}

// CheckOwner tells what is wrong with the id as the name of an owner, which is an account's id or AdministratorOwner; nil for
// nothing.
func (id ID) CheckOwner(pointer string) *fault.Field {
	if id == AdministratorOwner || id.WellFormed() {
		return nil
	}
	return &fault.Field{Pointer: pointer, Code: "id-grammar", Detail: "The owner must be a reseller's id or the word administrator."}
}

// Lifecycle tells whether a long-running operation holds the account.
type Lifecycle string

// The lifecycles of an account.
const (
	Ready      Lifecycle = "ready"
	Converting Lifecycle = "converting"
	Moving     Lifecycle = "moving"
	Removing   Lifecycle = "removing"
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
	Schedule   *Schedule // never changed, only replaced; Scheduled tells whether it still counts
	Lifecycle  Lifecycle
	Operation  string // that holds the account while it is not ready

	ListedSuspended bool       // its place in lists, as of the last write
	DueAt           *time.Time // when its own status changes by time, or has changed without anybody having been told

	HoldSequence int64           // of the newest hold on the account or what it owns, or the newest lift mark
	LiftedAt     *time.Time      // when holds were last lifted
	HeldBelow    map[Level]int64 // how many subscriptions are held, by the highest level that holds them
	LiftMarks    LiftMarks       // which of the holds on its subscriptions are void

	Given *Given // to a reseller; nil for all other accounts

	PasswordHash string       // empty until the account has set a password
	SessionEpoch int64        // sessions of an older epoch are void
	LinkEpoch    int64        // reset links of an older epoch are void: login, password or e-mail have changed since
	TokenEpoch   int64        // API tokens of an older epoch are void: the password was set by a link or from above since
	MailTrouble  *MailTrouble // what came back from the account's e-mail address, nil for nothing

	Notes         Notes // cut for lists; the full texts are read with the account when they are asked for
	FormerOwners  []ID  // the resellers that owned it before; their notes on it are kept, for the administrator only
	Subscriptions int64 // how many it has
	CreatedAt     time.Time
	Version       int64 // grows by one with every change; the ETag
}

// Given is what a reseller was given to give to its customers: a reseller plan, or resources of its own.
type Given struct {
	Plan      string // a reseller plan's id; "" without one
	Resources resource.Set
	Oversell  bool // it may give more than it has
}

// Clone returns a copy that shares nothing with the account.
func (a *Account) Clone() Account {
	b := *a
	b.Holds = slices.Clone(a.Holds)
	b.LiftMarks = maps.Clone(a.LiftMarks)
	b.HeldBelow = maps.Clone(a.HeldBelow)
	return b
}

// MailTrouble tells that mail to an account's address came back. Until the address changes, mail may not reach it.
type MailTrouble struct {
	Kind  string    `json:"kind" enum:"bounce,complaint"`
	Since time.Time `json:"since"`
}

// Counts returns how many subscriptions the account has, and how many of them no hold of their own keeps from serving.
func (a *Account) Counts() Counts {
	counts := Counts{Total: a.Subscriptions, Active: a.Subscriptions}
	for _, held := range a.HeldBelow {
		counts.Active -= held
	}
	return counts
}

// Counts tells how many objects there are and how many of them serve.
type Counts struct {
	Total  int64 `json:"total"`
	Active int64 `json:"active"`
}

// Notes are the two notes on an account (guide: Adding Descriptions).
type Notes struct {
	Owner         string // by the owner about its customer; the administrator reads and edits it too
	Administrator string // by the administrator about a reseller's customer; the reseller never sees it
}

// Cut returns the notes shortened to n code points each.
func (n Notes) Cut(most int) Notes {
	return Notes{Owner: cut(n.Owner, most), Administrator: cut(n.Administrator, most)}
}

func cut(s string, most int) string {
	count := 0
	for i := range s {
		if count == most {
			return s[:i]
		}
		count++
	}
	return s
}
