package account

import (
	"slices"
	"time"

	"tenantry/shared/clock"
	"tenantry/shared/fault"
)

// Schedule is a suspension, an activation, or both, at times in the future. Holds carry it out, and they are judged
// whenever an object is read: the suspension is a hold that begins later, the activation is an end of holds of the
// author's level. So nothing has to run at the time itself (ADR 20).
type Schedule struct {
	SuspendAt     *time.Time
	ActivateAt    *time.Time
	Reason        string
	PublicMessage string
	Level         Level // of the author; lower levels may neither replace nor withdraw the schedule
	Actor         ID
	Ends          []ScheduledEnd // of holds that were present when the schedule was set
}

// ScheduledEnd identifies a present hold that the schedule ends at its ActivateAt.
type ScheduledEnd struct {
	Source   Source
	Since    time.Time
	Previous *time.Time // the end that the hold had before, or nil
}

// ScheduleInput is what a caller sends to set a schedule.
type ScheduleInput struct {
	SuspendAt     *time.Time
	ActivateAt    *time.Time
	Reason        string
	PublicMessage string
}

// Grace is how far in the past a scheduled time may be, because clocks differ and requests take time.
const Grace = time.Minute

// SetSchedule replaces what is still pending of the account's schedule. It returns false and changes nothing if the
// same schedule is already set. It returns fault.InvalidRequest for bad texts or times, and fault.HeldByHigherLevel if
// a higher level has set the present schedule. It returns fault.Conflict if the activation finds no present hold of the
// author's level to end, unless the activation has passed and only a later suspension counts.
func (a *Account) SetSchedule(actor *Account, input ScheduleInput, now time.Time) (bool, error) {
	level, _ := LevelOf(actor.Kind)
	schedule := &Schedule{
		SuspendAt: clock.TruncateOptional(input.SuspendAt), ActivateAt: clock.TruncateOptional(input.ActivateAt),
		Reason: input.Reason, PublicMessage: input.PublicMessage, Level: level, Actor: actor.ID,
	}
	if err := a.checkMaySchedule(level, now); err != nil {
		return false, err
	}
	if before := a.PendingSchedule(now); before != nil && before.sameContent(schedule) {
		return false, nil
	}
	if err := schedule.validate(now); err != nil {
		return false, err
	}
	a.undoSchedule(now)
	if err := a.endHolds(schedule, now); err != nil {
		return false, err
	}
	a.placeScheduledHold(schedule)
	a.Schedule = schedule
	return true, nil
}

// WithdrawSchedule undoes what is still pending of the account's schedule: it removes a hold that has not begun, and
// gives a hold that was to end its previous end. It returns the withdrawn schedule, or nil if nothing was pending. It
// returns fault.HeldByHigherLevel if a higher level has set the schedule.
func (a *Account) WithdrawSchedule(by Level, now time.Time) (*Schedule, error) {
	if err := a.checkMaySchedule(by, now); err != nil {
		return nil, err
	}
	withdrawn := a.PendingSchedule(now)
	if withdrawn != nil {
		a.undoSchedule(now)
	}
	return withdrawn, nil
}

// OwnersSchedule returns the account's pending schedule if a reseller has set it, else nil. It does not outlast a move to
// another owner. The administrator's schedule does.
func (a *Account) OwnersSchedule(now time.Time) *Schedule {
	if pending := a.PendingSchedule(now); pending != nil && pending.Level == ResellerLevel {
		return pending
	}
	return nil
}

// DropOwnersSchedule undoes what OwnersSchedule returns, and returns it.
func (a *Account) DropOwnersSchedule(now time.Time) *Schedule {
	dropped := a.OwnersSchedule(now)
	if dropped != nil {
		a.undoSchedule(now)
	}
	return dropped
}

// PendingSchedule returns the account's schedule, or nil once all of it has happened.
func (a *Account) PendingSchedule(now time.Time) *Schedule {
	s := a.Schedule
	if s == nil {
		return nil
	}
	for _, h := range a.Holds {
		if s.suspends(h) && now.Before(h.Since) || s.ends(h) && now.Before(*h.Until) {
			return s
		}
	}
	return nil
}

func (a *Account) checkMaySchedule(level Level, now time.Time) error {
	if before := a.PendingSchedule(now); before != nil && !level.MayLift(before.Level) {
		return fault.New(fault.HeldByHigherLevel, "This schedule was set at a higher level. Ask your provider to change it.")
	}
	return nil
}

func (s *Schedule) validate(now time.Time) error {
	bad := validateTexts(s.Reason, s.PublicMessage)
	if s.SuspendAt == nil && s.ActivateAt == nil {
		bad = append(bad, fault.Field{Pointer: "", Code: "required", Detail: "Send suspendAt, activateAt or both."})
	}
	for _, at := range []struct {
		pointer string
		time    *time.Time
	}{{"/suspendAt", s.SuspendAt}, {"/activateAt", s.ActivateAt}} {
		switch {
		case at.time == nil:
		case now.Sub(*at.time) > Grace:
			bad = append(
				bad,
				fault.Field{Pointer: at.pointer, Code: "past", Detail: "This time is more than a minute in the past."},
			)
		case !clock.FitsRFC3339(*at.time):
			bad = append(
				bad,
				fault.Field{Pointer: at.pointer, Code: "out-of-range", Detail: "The time must be before the year 10000."},
			)
		}
	}
	if clock.Same(s.SuspendAt, s.ActivateAt) && s.SuspendAt != nil {
		bad = append(
			bad,
			fault.Field{Pointer: "/activateAt", Code: "same-time", Detail: "suspendAt and activateAt must be different times."},
		)
	}
	return fault.Invalid(bad...)
}

// endHolds sets the end of the present holds of the author's level to the activation. It does nothing if the activation
// ends the scheduled suspension instead.
func (a *Account) endHolds(s *Schedule, now time.Time) error {
	if s.ActivateAt == nil || s.SuspendAt != nil && s.SuspendAt.Before(*s.ActivateAt) {
		return nil
	}
	for i, h := range a.Holds {
		if h.Level == s.Level && h.Source != ByRemoval && h.PresentAt(now) {
			s.Ends = append(s.Ends, ScheduledEnd{Source: h.Source, Since: h.Since, Previous: h.Until})
			a.Holds[i].Until = s.ActivateAt
		}
	}
	onlySuspends := s.SuspendAt != nil && !s.ActivateAt.After(now)
	if len(s.Ends) == 0 && !onlySuspends {
		return fault.New(
			fault.Conflict,
			"You have not suspended this account, so there is nothing to end. Send suspendAt too, with a later activateAt.",
		)
	}
	return nil
}

// placeScheduledHold places the hold of the suspension. If that hold has already begun, it sets its new end.
func (a *Account) placeScheduledHold(s *Schedule) {
	if s.SuspendAt == nil {
		return
	}
	var until *time.Time
	if s.ActivateAt != nil && s.SuspendAt.Before(*s.ActivateAt) {
		until = s.ActivateAt
	}
	for i, h := range a.Holds {
		if s.suspends(h) {
			a.Holds[i].Until = until
			return
		}
	}
	a.Holds = append(a.Holds, Hold{
		Level:         s.Level,
		Source:        BySchedule,
		Actor:         s.Actor,
		Reason:        s.Reason,
		PublicMessage: s.PublicMessage,
		Since:         *s.SuspendAt,
		Until:         until,
	})
}

// undoSchedule undoes what is still pending of the account's schedule. A hold that has begun stays.
func (a *Account) undoSchedule(now time.Time) {
	s := a.Schedule
	if s == nil {
		return
	}
	remaining := make(Holds, 0, len(a.Holds))
	for _, h := range a.Holds {
		switch {
		case s.suspends(h) && now.Before(h.Since):
			continue
		case s.ends(h) && now.Before(*h.Until):
			h.Until = s.previousEnd(h)
		}
		remaining = append(remaining, h)
	}
	a.Holds, a.Schedule = remaining, nil
}

// suspends reports whether the hold is the schedule's suspension.
func (s *Schedule) suspends(h Hold) bool {
	return s.SuspendAt != nil && h.Source == BySchedule && h.Level == s.Level && h.Since.Equal(*s.SuspendAt)
}

// ends reports whether the schedule has set the hold's end.
func (s *Schedule) ends(h Hold) bool {
	return s.ActivateAt != nil && clock.Same(h.Until, s.ActivateAt) && (s.suspends(h) || s.endIndex(h) >= 0)
}

// endIndex returns the hold's index in s.Ends, or -1.
func (s *Schedule) endIndex(h Hold) int {
	return slices.IndexFunc(
		s.Ends,
		func(e ScheduledEnd) bool { return h.Level == s.Level && h.Source == e.Source && h.Since.Equal(e.Since) },
	)
}

func (s *Schedule) previousEnd(h Hold) *time.Time {
	if i := s.endIndex(h); i >= 0 {
		return s.Ends[i].Previous
	}
	return nil
}

// sameContent reports whether two schedules have the same times, texts and level.
func (s *Schedule) sameContent(other *Schedule) bool {
	return clock.Same(s.SuspendAt, other.SuspendAt) && clock.Same(s.ActivateAt, other.ActivateAt) &&
		s.Reason == other.Reason && s.PublicMessage == other.PublicMessage && s.Level == other.Level
}
