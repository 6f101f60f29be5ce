package account

import (
	"time"

	"tenantry/shared/clock"
)

// Status is whether an object's own holds suspend it.
type Status string

// The statuses of accounts, subscriptions and websites.
const (
	Active    Status = "active"
	Suspended Status = "suspended"
)

// Status returns Suspended if one of the account's own holds is present at the time. The accounts above it are judged
// apart, by access.CheckNotSuspended.
func (a *Account) Status(now time.Time) Status { return a.Holds.Status(now) }

// ListStatus returns the status that the list indexes show, as of the last write. A row whose hold has begun or ended
// since then is judged again when it is read, and the sweep moves it within a minute.
func (a *Account) ListStatus() Status {
	if a.ListedSuspended {
		return Suspended
	}
	return Active
}

// Suspend places a hold on the account and returns the change, or nil if it changes nothing.
func (a *Account) Suspend(hold Hold, now time.Time) []FieldChange {
	holds, changes := a.Holds.Place(hold, now)
	if len(changes) > 0 && changes[0].Old == nil {
		a.HoldSequence++
	}
	a.Holds = holds
	return changes
}

// Lift lifts the account's holds that the level may lift, and returns them.
func (a *Account) Lift(by Level, now time.Time) Holds {
	remaining, lifted := a.Holds.Lift(by, now)
	a.Holds = remaining
	if len(lifted) > 0 {
		a.LiftedAt = &now
		a.Schedule = a.PendingSchedule(now)
	}
	return lifted
}

// RefreshStatus sets the status that lists show, and the time at which it changes next. A change by time that the sweep
// has not processed yet stays due, so that an edit of something else does not hide it from the sweep.
func (a *Account) RefreshStatus(now time.Time) {
	a.ListedSuspended = a.Status(now) == Suspended
	if a.DueAt != nil {
		if begun, ended := a.Holds.Between(*a.DueAt, now); len(begun)+len(ended) > 0 {
			return
		}
	}
	a.DueAt = a.Holds.Next(now)
}

// ExpireHolds removes the holds that are over. It returns the holds that have begun and those that have ended since the
// account was due.
func (a *Account) ExpireHolds(now time.Time) (begun, ended Holds) {
	if a.DueAt != nil {
		begun, ended = a.Holds.Between(*a.DueAt, now)
	}
	a.Schedule = a.PendingSchedule(now)
	a.LiftedAt = clock.Later(a.LiftedAt, a.Holds.LastEnd(now))
	a.Holds, _ = a.Holds.Expire(now)
	a.DueAt = nil
	a.RefreshStatus(now)
	return begun, ended
}
