package account

import "time"

// Settle says what the account's row in lists is to be: its status at the time, and when that changes next. A change by time that
// nobody has been told of stays due, so that an edit of something else does not swallow it.
func (a *Account) Settle(now time.Time) {
	a.ListedSuspended = a.Status(now) == Suspended
	if a.DueAt != nil {
		if begun, ended := Turned(a.Holds, *a.DueAt, now); len(begun)+len(ended) > 0 {
			return
		}
	}
	a.DueAt = NextTurn(a.Holds, now)
}

// Elapse carries out what time has done to the account since it was due, and returns the holds that have begun and those that
// have ended. Only what ends by itself goes: nothing that somebody placed without an end.
func (a *Account) Elapse(now time.Time) (begun, ended []Hold) {
	if a.DueAt != nil {
		begun, ended = Turned(a.Holds, *a.DueAt, now)
	}
	a.Schedule = a.Scheduled(now)
	a.Holds, a.LiftedAt = WithoutOver(a.Holds, a.LiftedAt, now)
	a.DueAt = nil
	a.Settle(now)
	return begun, ended
}

// NextTurn is the first time after now at which one of the holds begins or ends; nil when none will.
func NextTurn(holds []Hold, now time.Time) *time.Time {
	var next *time.Time
	consider := func(at *time.Time) {
		if at != nil && at.After(now) && (next == nil || at.Before(*next)) {
			next = at
		}
	}
	for i := range holds {
		if holds[i].toCome(now) {
			consider(&holds[i].Since)
		}
		consider(holds[i].Until)
	}
	return AtMillisecond(next)
}

// Turned are the holds that have begun, of those that begin by themselves, and that have ended, from one time to another, both
// included.
func Turned(holds []Hold, from, to time.Time) (begun, ended []Hold) {
	within := func(at time.Time) bool { return !at.Before(from) && !at.After(to) }
	for _, h := range holds {
		if h.Source == BySchedule && within(h.Since) {
			begun = append(begun, h)
		}
		if h.Until != nil && within(*h.Until) {
			ended = append(ended, h)
		}
	}
	return begun, ended
}

// WithoutOver returns the holds that are not over, and the later of a time at which holds were lifted and the last end of
// those that are.
func WithoutOver(holds []Hold, lifted *time.Time, now time.Time) ([]Hold, *time.Time) {
	var kept []Hold
	for _, h := range holds {
		if !h.OverAt(now) {
			kept = append(kept, h)
			continue
		}
		if lifted == nil || h.Until.After(*lifted) {
			lifted = h.Until
		}
	}
	return kept, lifted
}

// OverAt tells whether the hold has ended by itself at the time.
func (h Hold) OverAt(now time.Time) bool { return h.Until != nil && !now.Before(*h.Until) }
