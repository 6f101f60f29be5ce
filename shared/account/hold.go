package account

import "time"

// Source tells who or what placed a hold.
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

// Level is the rank of who places and lifts holds. Nobody lifts a hold that a higher level placed.
type Level string

// The levels, from the highest.
const (
	AdministratorLevel Level = "administrator"
	ResellerLevel      Level = "reseller"
	CustomerLevel      Level = "customer"
)

// AutomationLevel is of what only time brings, such as an expiry: nobody lifts it.
const AutomationLevel Level = "automation"

var ranks = map[Level]int{CustomerLevel: 1, ResellerLevel: 2, AdministratorLevel: 3, AutomationLevel: 4}

// MayLift tells whether the level may lift what the other has placed.
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

// Hold is one reason why an object does not serve (guide: Suspending Accounts). An object serves when it has no present
// hold and everything above it serves.
type Hold struct {
	Level         Level      `json:"-"` // of who placed it; who is below cannot lift it
	Source        Source     `json:"source" enum:"administrator,reseller,customer,schedule,expiry,removal"`
	Actor         ID         `json:"actor,omitempty"`
	Reason        string     `json:"reason,omitempty" doc:"Visible to the owner and the administrator only. After a move, only the administrator sees the earlier owner's reason."`
	PublicMessage string     `json:"publicMessage,omitempty" doc:"Shown to everyone who is refused because of this hold."`
	Since         time.Time  `json:"since"`
	Until         *time.Time `json:"until,omitempty" doc:"Time at which the hold ends by itself."`
}

// PresentAt tells whether the hold is in force at the time. Only that of a schedule may be to come: whoever finds another one
// whose beginning is ahead has a clock that is behind, or looked at it before the hold was placed.
func (h Hold) PresentAt(now time.Time) bool {
	return !h.toCome(now) && !h.OverAt(now)
}

func (h Hold) toCome(now time.Time) bool { return h.Source == BySchedule && now.Before(h.Since) }

// Present returns the holds that are in force at the time.
func Present(holds []Hold, now time.Time) []Hold {
	present := make([]Hold, 0, len(holds))
	for _, h := range holds {
		if h.PresentAt(now) {
			present = append(present, h)
		}
	}
	return present
}

// Suspend places a hold, or makes a present one of the same source and level say what the new one says, and returns what that
// changes: nothing where a present hold says the same, for to suspend twice is to suspend once.
func (a *Account) Suspend(hold Hold, now time.Time) []FieldChange {
	changed := FieldChange{Field: "holds"}
	kept := make([]Hold, 0, len(a.Holds)+1)
	for _, h := range a.Holds {
		switch {
		case h.Until != nil && !now.Before(*h.Until): // over
		case changed.Old == nil && h.PresentAt(now) && h.ReplacedBy(hold):
			if h.SaysAs(hold) {
				return nil
			}
			changed.Old = h
			hold = h.Saying(hold)
			kept = append(kept, hold)
		default:
			kept = append(kept, h)
		}
	}
	if changed.Old == nil {
		kept = append(kept, hold)
		a.HoldSequence++
	}
	a.Holds, changed.New = kept, hold
	return []FieldChange{changed}
}

// ToldTo returns the hold as the owner of what it is on reads it. What an earlier reseller has noted of the reason stays with that
// reseller and the administrator, as its notes do; the public message is told still.
func (h Hold) ToldTo(owner ID) Hold {
	if h.Level == ResellerLevel && owner != AdministratorOwner && h.Actor != owner {
		h.Reason, h.Actor = "", ""
	}
	return h
}

// ReplacedBy tells whether another hold takes the place of this one while it is present: of each source and level there is one.
func (h Hold) ReplacedBy(other Hold) bool { return h.Source == other.Source && h.Level == other.Level }

// SaysAs tells whether another hold says the same, whoever says it and since when.
func (h Hold) SaysAs(other Hold) bool {
	return sameTime(h.Until, other.Until) && h.Reason == other.Reason && h.PublicMessage == other.PublicMessage
}

// Saying returns the hold with what another one says. It is held since when it was.
func (h Hold) Saying(other Hold) Hold {
	other.Since = h.Since
	return other
}

// Lift takes off the account's holds that the level may lift, and returns them.
func (a *Account) Lift(by Level, now time.Time) []Hold {
	var lifted, kept []Hold
	for _, h := range a.Holds {
		switch {
		case h.Until != nil && !now.Before(*h.Until): // over
		case h.Source != ByRemoval && by.MayLift(h.Level) && h.PresentAt(now):
			lifted = append(lifted, h)
		default:
			kept = append(kept, h)
		}
	}
	a.Holds = kept
	if len(lifted) > 0 {
		a.LiftedAt = &now
		a.Schedule = a.Scheduled(now)
	}
	return lifted
}

// Close begins the account's removal by an operation: it is held for good, all its credentials end, and it takes nothing new.
func (a *Account) Close(operation string, now time.Time) {
	if a.Lifecycle != Removing {
		a.Holds = append(a.Holds, Hold{Level: AdministratorLevel, Source: ByRemoval, Since: now})
		a.HoldSequence++
	}
	a.Lifecycle, a.Operation = Removing, operation
	a.SessionEpoch++
	a.LinkEpoch++
	a.TokenEpoch++
}

// LiftBelow voids the holds on the subscriptions that the account has that the level may lift, in one step however many there are: it raises
// the level's mark to a sequence of its own, later than those of all holds so far. It tells whether that changes anything.
func (a *Account) LiftBelow(by Level) bool {
	for level, mark := range a.LiftMarks {
		if mark == a.HoldSequence && level.MayLift(by) {
			return false
		}
	}
	if a.HoldSequence == 0 {
		return false
	}
	if a.LiftMarks == nil {
		a.LiftMarks = map[Level]int64{}
	}
	// Whoever places or lifts a hold below at the same time goes by this sequence, and so comes to know of the mark.
	a.HoldSequence++
	a.LiftMarks[by] = a.HoldSequence
	for level := range a.HeldBelow {
		if by.MayLift(level) {
			delete(a.HeldBelow, level)
		}
	}
	return true
}

// Void tells whether a hold on something that the account owns, of a level and a sequence, has been lifted with the account.
func (a *Account) Void(level Level, sequence int64) bool {
	for by, mark := range a.LiftMarks {
		if by.MayLift(level) && sequence <= mark {
			return true
		}
	}
	return false
}
