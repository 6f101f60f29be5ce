package account

import (
	"slices"
	"time"

	"tenantry/shared/fault"
)

// Schedule is a suspension, an activation, or both, at times to come. It is carried out by holds, which are judged when
// something is asked for: the suspension is a hold that begins later, the activation is an end of holds of the author's level.
// So nothing has to happen at the time itself for it to count.
type Schedule struct {
	SuspendAt     *time.Time
	ActivateAt    *time.Time
	Reason        string
	PublicMessage string
	Level         Level // of the author; who is below may neither replace nor withdraw it
	Actor         ID
	Ends          []End // of holds that were present before it
}

// End is what a schedule does to a present hold, which it gives its ActivateAt as the end.
type End struct {
	Source Source
	Since  time.Time
	Former *time.Time // the end that the hold had before, nil for none
}

// NewSchedule is what a caller says of a schedule.
type NewSchedule struct {
	SuspendAt     *time.Time
	ActivateAt    *time.Time
	Reason        string
	PublicMessage string
}

// Grace is how late a time may arrive: clocks differ, and requests take their time.
const Grace = time.Minute

// SetSchedule sets what is to happen to the account, in place of what was set before and has not begun. It tells false, and changes
// nothing, when just that is set already. Errors: InvalidRequest; HeldByHigherLevel when a higher level has set a
// schedule; Conflict when an activation finds no present hold of the author's level to end, unless it is past already and a
// later suspension is all that remains.
func (a *Account) SetSchedule(by *Account, wanted NewSchedule, now time.Time) (bool, error) {
	level, _ := LevelOf(by.Kind)
	set := &Schedule{
		SuspendAt: AtMillisecond(wanted.SuspendAt), ActivateAt: AtMillisecond(wanted.ActivateAt),
		Reason: wanted.Reason, PublicMessage: wanted.PublicMessage, Level: level, Actor: by.ID,
	}
	if err := a.refuseSchedule(level, now); err != nil {
		return false, err
	}
	if before := a.Scheduled(now); before != nil && before.same(set) {
		return false, nil
	}
	if err := set.check(now); err != nil {
		return false, err
	}
	a.undoSchedule(now)
	if err := a.endAt(set, now); err != nil {
		return false, err
	}
	a.beginAt(set)
	a.Schedule = set
	return true, nil
}

// WithdrawSchedule takes back what of the account's schedule has not begun: a hold to come goes, a hold that was to end gets back the
// end that it had. It returns what was set, nil when there was nothing. Errors: HeldByHigherLevel.
func (a *Account) WithdrawSchedule(by Level, now time.Time) (*Schedule, error) {
	if err := a.refuseSchedule(by, now); err != nil {
		return nil, err
	}
	before := a.Scheduled(now)
	if before != nil {
		a.undoSchedule(now)
	}
	return before, nil
}

// Scheduled returns the account's schedule as long as something of it is to come; nil otherwise.
func (a *Account) Scheduled(now time.Time) *Schedule {
	s := a.Schedule
	if s == nil {
		return nil
	}
	for _, h := range a.Holds {
		if s.begins(h) && now.Before(h.Since) || s.hasEnded(h) && now.Before(*h.Until) {
			return s
		}
	}
	return nil
}

func (a *Account) refuseSchedule(level Level, now time.Time) error {
	if before := a.Scheduled(now); before != nil && !level.MayLift(before.Level) {
		return fault.New(fault.HeldByHigherLevel, "This schedule was set at a higher level. Ask your provider to change it.")
	}
	return nil
}

func (s *Schedule) check(now time.Time) error {
	bad := checkTexts(s.Reason, s.PublicMessage)
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
			bad = append(bad, fault.Field{Pointer: at.pointer, Code: "past", Detail: "This time is more than a minute in the past."})
		case !Writable(*at.time):
			bad = append(bad, fault.Field{Pointer: at.pointer, Code: "out-of-range", Detail: "The time must be before the year 10000."})
		}
	}
	if sameTime(s.SuspendAt, s.ActivateAt) && s.SuspendAt != nil {
		bad = append(bad, fault.Field{Pointer: "/activateAt", Code: "same-time", Detail: "suspendAt and activateAt must be different times."})
	}
	return fault.Invalid(bad...)
}

// endAt gives the present holds of the author's level their end, unless the activation is that of the suspension to come.
func (a *Account) endAt(s *Schedule, now time.Time) error {
	if s.ActivateAt == nil || s.SuspendAt != nil && s.SuspendAt.Before(*s.ActivateAt) {
		return nil
	}
	for i, h := range a.Holds {
		if h.Level == s.Level && h.Source != ByRemoval && h.PresentAt(now) {
			s.Ends = append(s.Ends, End{Source: h.Source, Since: h.Since, Former: h.Until})
			a.Holds[i].Until = s.ActivateAt
		}
	}
	over := s.SuspendAt != nil && !s.ActivateAt.After(now) // before a suspension that counts alone
	if len(s.Ends) == 0 && !over {
		return fault.New(fault.Conflict, "You have not suspended this account, so there is nothing to end. Send suspendAt too, with a later activateAt.")
	}
	return nil
}

// beginAt places the hold of the suspension, or gives it its new end where it has begun already.
func (a *Account) beginAt(s *Schedule) {
	if s.SuspendAt == nil {
		return
	}
	var until *time.Time
	if s.ActivateAt != nil && s.SuspendAt.Before(*s.ActivateAt) {
		until = s.ActivateAt
	}
	for i, h := range a.Holds {
		if s.begins(h) {
			a.Holds[i].Until = until
			return
		}
	}
	a.Holds = append(a.Holds, Hold{
		Level: s.Level, Source: BySchedule, Actor: s.Actor, Reason: s.Reason, PublicMessage: s.PublicMessage, Since: *s.SuspendAt, Until: until,
	})
}

// undoSchedule takes back what is to come of the account's schedule. What has begun stays.
func (a *Account) undoSchedule(now time.Time) {
	s := a.Schedule
	if s == nil {
		return
	}
	kept := make(Holds, 0, len(a.Holds))
	for _, h := range a.Holds {
		switch {
		case s.begins(h) && now.Before(h.Since):
			continue
		case s.hasEnded(h) && now.Before(*h.Until):
			h.Until = s.former(h)
		}
		kept = append(kept, h)
	}
	a.Holds, a.Schedule = kept, nil
}

// begins tells whether a hold is the suspension of the schedule.
func (s *Schedule) begins(h Hold) bool {
	return s.SuspendAt != nil && h.Source == BySchedule && h.Level == s.Level && h.Since.Equal(*s.SuspendAt)
}

// hasEnded tells whether a hold has its end from the schedule.
func (s *Schedule) hasEnded(h Hold) bool {
	return s.ActivateAt != nil && sameTime(h.Until, s.ActivateAt) && (s.begins(h) || s.end(h) >= 0)
}

func (s *Schedule) end(h Hold) int {
	return slices.IndexFunc(s.Ends, func(e End) bool { return h.Level == s.Level && h.Source == e.Source && h.Since.Equal(e.Since) })
}

func (s *Schedule) former(h Hold) *time.Time {
	if i := s.end(h); i >= 0 {
		return s.Ends[i].Former
	}
	return nil
}

// same tells whether two schedules ask for the same of the same level.
func (s *Schedule) same(other *Schedule) bool {
	return sameTime(s.SuspendAt, other.SuspendAt) && sameTime(s.ActivateAt, other.ActivateAt) &&
		s.Reason == other.Reason && s.PublicMessage == other.PublicMessage && s.Level == other.Level
}

func sameTime(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// AtMillisecond is a time as times are kept: in UTC, to the millisecond; nil for none.
func AtMillisecond(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.UTC().Truncate(time.Millisecond)
	return &at
}

// Later returns the later of two times, of which either may be nil.
func Later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}
