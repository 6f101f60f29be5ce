package account

import "time"

// Status says whether an object's own holds suspend it.
type Status string

// The statuses of accounts, subscriptions and websites.
const (
	Active    Status = "active"
	Suspended Status = "suspended"
)

// Status returns Suspended if one of the account's own holds is present at the time. The accounts above it are judged apart, by
// access.RefuseSuspended.
func (a *Account) Status(now time.Time) Status { return a.Holds.Status(now) }

// ListStatus is the status that the list indexes hold for the account: that of the time when it was written. A row whose hold
// has begun or ended since is judged again when it is read, and moved by the sweep.
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
		a.Schedule = a.Scheduled(now)
	}
	return lifted
}

// Close starts the account's removal by an operation. It suspends the account for good and ends all its credentials.
func (a *Account) Close(operation string, now time.Time) {
	if a.Lifecycle != Removing {
		a.Holds = append(a.Holds, RemovalHold(now))
		a.HoldSequence++
	}
	a.Lifecycle, a.Operation = Removing, operation
	a.SessionEpoch++
	a.LinkEpoch++
	a.TokenEpoch++
}

// Settle sets what the account's row in lists shows: its status at the time, and when that changes next. A change by time that
// the sweep has not processed yet stays due, so that an edit of something else does not hide it from the sweep.
func (a *Account) Settle(now time.Time) {
	a.ListedSuspended = a.Status(now) == Suspended
	if a.DueAt != nil {
		if begun, ended := a.Holds.Between(*a.DueAt, now); len(begun)+len(ended) > 0 {
			return
		}
	}
	a.DueAt = a.Holds.Next(now)
}

// Elapse removes the holds that are over, and returns the holds that have begun and those that have ended since the account was due.
func (a *Account) Elapse(now time.Time) (begun, ended Holds) {
	if a.DueAt != nil {
		begun, ended = a.Holds.Between(*a.DueAt, now)
	}
	a.Schedule = a.Scheduled(now)
	a.LiftedAt = Later(a.LiftedAt, a.Holds.LastEnd(now))
	a.Holds, _ = a.Holds.Expire(now)
	a.DueAt = nil
	a.Settle(now)
	return begun, ended
}
