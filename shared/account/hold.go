package account

import (
	"time"

	"tenantry/shared/clock"
)

// Source is who or what placed a hold.
type Source string

// The sources of holds.
const (
	ByAdministrator Source = "administrator"
	ByReseller      Source = "reseller"
	ByCustomer      Source = "customer"
	BySchedule      Source = "schedule"
	ByExpiry        Source = "expiry"
	ByRemoval       Source = "removal"
)

// Level is the rank of whoever places or lifts a hold. Nobody lifts a hold that a higher level placed (ADR 11).
type Level string

// The levels, from the highest to the lowest. AutomationLevel belongs to holds that only time places, such as an
// expiry. Nobody lifts those.
const (
	AutomationLevel    Level = "automation"
	AdministratorLevel Level = "administrator"
	ResellerLevel      Level = "reseller"
	CustomerLevel      Level = "customer"
)

var ranks = map[Level]int{CustomerLevel: 1, ResellerLevel: 2, AdministratorLevel: 3, AutomationLevel: 4}

// MayLift reports whether the level may lift a hold that another level placed.
func (l Level) MayLift(other Level) bool { return ranks[l] > 0 && ranks[l] >= ranks[other] }

// LevelOf returns the level of accounts of a kind, and the source of the holds that they place themselves.
func LevelOf(kind Kind) (Level, Source) {
	switch kind {
	case Administrator:
		return AdministratorLevel, ByAdministrator
	case Reseller:
		return ResellerLevel, ByReseller
	case Customer, PanelUser:
	}
	return CustomerLevel, ByCustomer
}

// Hold is one suspension of an account, a subscription or a website (guide: Suspending Accounts).
type Hold struct {
	Level         Level      `json:"-"` // of whoever placed the hold
	Source        Source     `json:"source" enum:"administrator,reseller,customer,schedule,expiry,removal"`
	Actor         ID         `json:"actor,omitempty"`
	Reason        string     `json:"reason,omitempty" doc:"Visible to the owner and the administrator only. After a move, only the administrator sees the earlier owner's reason."`
	PublicMessage string     `json:"publicMessage,omitempty" doc:"Shown to everyone who is refused because of this hold."`
	Since         time.Time  `json:"since"`
	Until         *time.Time `json:"until,omitempty" doc:"Time at which the hold ends by itself."`
	Sequence      int64      `json:"-"` // of a subscription's hold: taken from its customer's HoldSequence, compared with its LiftMarks; 0 on other holds
}

// EndlessSequence is the sequence of a subscription's hold that no lift mark voids.
const EndlessSequence = 1 << 62

// RemovalHold returns the hold that closes an object from the start of its removal.
func RemovalHold(now time.Time) Hold {
	return Hold{Level: AdministratorLevel, Source: ByRemoval, Since: now}
}

// PresentAt reports whether the hold is in force at the time.
func (h Hold) PresentAt(now time.Time) bool { return !h.pending(now) && !h.OverAt(now) }

// OverAt reports whether the hold has ended by itself at the time.
func (h Hold) OverAt(now time.Time) bool { return h.Until != nil && !now.Before(*h.Until) }

// pending reports whether the hold begins later. Only a schedule places holds ahead of their time. Any other hold that
// begins in the future was placed by a process whose clock is ahead of this one's, so it counts as begun.
func (h Hold) pending(now time.Time) bool { return h.Source == BySchedule && now.Before(h.Since) }

// RedactedFor returns the hold as the owner of the held account may read it. The reason and the actor of an earlier
// reseller's hold are for that reseller and the administrator only. The public message stays.
func (h Hold) RedactedFor(owner ID) Hold {
	if h.Level == ResellerLevel && owner != AdministratorOwner && h.Actor != owner {
		h.Reason, h.Actor = "", ""
	}
	return h
}

// replaces reports whether the hold takes the place of another one: an object has at most one present hold of each
// source and level.
func (h Hold) replaces(other Hold) bool { return h.Source == other.Source && h.Level == other.Level }

// sameContent reports whether two holds have the same end, reason and public message.
func (h Hold) sameContent(other Hold) bool {
	return clock.Same(h.Until, other.Until) && h.Reason == other.Reason && h.PublicMessage == other.PublicMessage
}
