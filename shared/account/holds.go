package account

import (
	"slices"
	"time"

	"tenantry/shared/clock"
)

// Holds are the suspensions of one account, subscription or website. The object serves when none of its holds is
// present and everything above it serves (ADR 11). The methods return new slices and leave the receiver as it is.
type Holds []Hold

// Present returns the holds that are in force at the time.
func (h Holds) Present(now time.Time) Holds {
	present := make(Holds, 0, len(h))
	for _, hold := range h {
		if hold.PresentAt(now) {
			present = append(present, hold)
		}
	}
	return present
}

// Status returns Suspended if a hold is present at the time, else Active.
func (h Holds) Status(now time.Time) Status {
	for _, hold := range h {
		if hold.PresentAt(now) {
			return Suspended
		}
	}
	return Active
}

// Place adds a hold. A present hold of the same source and level is replaced; the new one keeps the time since which it
// holds. Place returns the new holds, without those that are over, and the change for the audit trail. It returns the
// same holds and no change if the present hold already has the same end, reason and public message, so suspending twice
// changes nothing.
func (h Holds) Place(hold Hold, now time.Time) (Holds, []FieldChange) {
	change := FieldChange{Field: "holds"}
	placed := make(Holds, 0, len(h)+1)
	for _, present := range h {
		switch {
		case present.OverAt(now):
		case change.Old == nil && present.PresentAt(now) && hold.replaces(present):
			if hold.sameContent(present) {
				return h, nil
			}
			change.Old = present
			hold.Since = present.Since
			placed = append(placed, hold)
		default:
			placed = append(placed, present)
		}
	}
	if change.Old == nil {
		placed = append(placed, hold)
	}
	change.New = hold
	return placed, []FieldChange{change}
}

// Lift returns the holds that remain when a level lifts all that it may, and the lifted ones. Holds of a higher level,
// of a removal and those that begin later remain. Holds that are over are in neither.
func (h Holds) Lift(by Level, now time.Time) (remaining, lifted Holds) {
	for _, hold := range h {
		switch {
		case hold.OverAt(now):
		case hold.Source != ByRemoval && by.MayLift(hold.Level) && hold.PresentAt(now):
			lifted = append(lifted, hold)
		default:
			remaining = append(remaining, hold)
		}
	}
	return remaining, lifted
}

// Expire returns the holds without those that are over at the time, and those that are.
func (h Holds) Expire(now time.Time) (remaining, expired Holds) {
	for _, hold := range h {
		if hold.OverAt(now) {
			expired = append(expired, hold)
		} else {
			remaining = append(remaining, hold)
		}
	}
	return remaining, expired
}

// Next returns the first time after now at which a hold begins or ends by itself, or nil if none will.
func (h Holds) Next(now time.Time) *time.Time {
	var next *time.Time
	consider := func(at *time.Time) {
		if at != nil && at.After(now) && (next == nil || at.Before(*next)) {
			next = at
		}
	}
	for i := range h {
		if h[i].pending(now) {
			consider(&h[i].Since)
		}
		consider(h[i].Until)
	}
	return clock.TruncateOptional(next)
}

// Between returns the holds that have begun and those that have ended by themselves from one time to another, both
// included.
func (h Holds) Between(from, to time.Time) (begun, ended Holds) {
	within := func(at time.Time) bool { return !at.Before(from) && !at.After(to) }
	for _, hold := range h {
		if hold.Source == BySchedule && within(hold.Since) {
			begun = append(begun, hold)
		}
		if hold.Until != nil && within(*hold.Until) {
			ended = append(ended, hold)
		}
	}
	return begun, ended
}

// LastEnd returns when the last of the holds that are over at the time ended, or nil if none is over.
func (h Holds) LastEnd(now time.Time) *time.Time {
	var last *time.Time
	for i := range h {
		if h[i].OverAt(now) {
			last = clock.Later(last, h[i].Until)
		}
	}
	return last
}

// Levels returns the levels of the holds, from the highest to the lowest. It ignores holds of a removal.
func (h Holds) Levels() []Level {
	var levels []Level
	for _, hold := range h {
		if hold.Source != ByRemoval && !slices.Contains(levels, hold.Level) {
			levels = append(levels, hold.Level)
		}
	}
	slices.SortFunc(levels, func(a, b Level) int { return ranks[b] - ranks[a] })
	return levels
}

// From reports whether one of the holds has the source.
func (h Holds) From(source Source) bool {
	for _, hold := range h {
		if hold.Source == source {
			return true
		}
	}
	return false
}

// without returns the holds that do not have the source.
func (h Holds) without(source Source) (remaining Holds) {
	for _, hold := range h {
		if hold.Source != source {
			remaining = append(remaining, hold)
		}
	}
	return remaining
}

// WithoutVoid returns a subscription's holds without those that an activation of its customer has voided.
func (h Holds) WithoutVoid(marks LiftMarks) Holds {
	var valid Holds
	for _, hold := range h {
		if !marks.Void(hold) {
			valid = append(valid, hold)
		}
	}
	return valid
}

// Additions returns the changes that say in the audit trail that the holds have begun.
func (h Holds) Additions() []FieldChange {
	var changes []FieldChange
	for _, hold := range h {
		changes = append(changes, FieldChange{Field: "holds", New: hold})
	}
	return changes
}

// Removals returns the changes that say in the audit trail that the holds have ended or were lifted.
func (h Holds) Removals() []FieldChange {
	var changes []FieldChange
	for _, hold := range h {
		changes = append(changes, FieldChange{Field: "holds", Old: hold})
	}
	return changes
}
