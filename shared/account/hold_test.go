package account

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tenantry/shared/clock"
)

// slot is a source and level of holds. An object has at most one present hold of each.
type slot struct {
	source Source
	level  Level
}

// everySlot has every source with every level that it occurs with: a schedule has the level of its author.
var everySlot = []slot{
	{ByAdministrator, AdministratorLevel},
	{ByReseller, ResellerLevel},
	{ByCustomer, CustomerLevel},
	{BySchedule, AdministratorLevel},
	{BySchedule, ResellerLevel},
	{BySchedule, CustomerLevel},
	{ByExpiry, AdministratorLevel},
	{ByExpiry, ResellerLevel},
	{ByExpiry, CustomerLevel},
	{ByRemoval, AdministratorLevel},
}

var everyLevel = []Level{AdministratorLevel, ResellerLevel, CustomerLevel}

// everyTime places now before a hold, at its beginning, within it, at its end, after it, and within a hold without an
// end.
var everyTime = []struct {
	name         string
	since, until time.Duration // from now; no end when zero
}{
	{"to come", time.Hour, 2 * time.Hour},
	{"beginning", 0, time.Hour},
	{"present", -time.Hour, time.Hour},
	{"ending", -time.Hour, -1},
	{"over", -2 * time.Hour, -time.Hour},
	{"without end", -time.Hour, 0},
}

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// mayLift states the rule in another way than the code: nobody lifts the hold of a higher level.
func mayLift(by, level Level) bool {
	return slices.Index(everyLevel, by) <= slices.Index(everyLevel, level)
}

// TestHolds places every two holds at every two times, in both orders, and lifts them by every level.
func TestHolds(t *testing.T) {
	tried := 0
	for _, first := range everySlot {
		for _, second := range everySlot {
			for i := range everyTime {
				for j := range everyTime {
					for _, by := range everyLevel {
						tried++
						tryHolds(t, [2]slot{first, second}, [2]int{i, j}, by)
					}
				}
			}
		}
	}
	if want := 10 * 10 * 6 * 6 * 3; tried != want {
		t.Errorf("%d cases, want %d", tried, want)
	}
}

// presentNow states in another way than the code whether a hold is present: only a scheduled hold is placed before it
// begins.
func presentNow(hold Hold) bool {
	begun := hold.Source != BySchedule || !hold.Since.After(now)
	return begun && (hold.Until == nil || hold.Until.After(now))
}

// A process whose clock is behind finds a hold that another process has just placed.
func TestClockBehindFindsHold(t *testing.T) {
	ahead := now.Add(50 * time.Millisecond)
	placed := Hold{Level: ResellerLevel, Source: ByReseller, Reason: "first", Since: ahead}
	for _, until := range []*time.Time{nil, new(now.Add(time.Hour))} {
		a := Account{}
		placed.Until = until
		a.Suspend(placed, ahead)
		a.RefreshStatus(now)
		if !a.ListedSuspended || !clock.Same(a.DueAt, until) {
			t.Errorf("listed as suspended: %v, due at %v; want true, %v", a.ListedSuspended, a.DueAt, until)
		}
		again := placed
		again.Since, again.Reason = now, "second"
		a.Suspend(again, now)
		if len(a.Holds) != 1 || a.Holds[0].Reason != "second" {
			t.Errorf("suspended again, the account has the holds %+v, want one with the second reason", a.Holds)
		}
		if lifted := a.Lift(ResellerLevel, now); len(lifted) != 1 || len(a.Holds) != 0 {
			t.Errorf("lifted %+v, remaining %+v; want one lifted and none remaining", lifted, a.Holds)
		}
	}
}

func tryHolds(t *testing.T, slots [2]slot, times [2]int, by Level) {
	t.Helper()
	name := fmt.Sprintf("%v %s, %v %s, lifted by the %s",
		slots[0], everyTime[times[0]].name, slots[1], everyTime[times[1]].name, by)
	var a Account
	var placed Holds
	for i := range slots {
		hold := Hold{
			Level:  slots[i].level,
			Source: slots[i].source,
			Actor:  ID(fmt.Sprint(i)),
			Reason: fmt.Sprint(i),
			Since:  now.Add(everyTime[times[i]].since),
		}
		if ends := everyTime[times[i]].until; ends == -1 {
			hold.Until = &now
		} else if ends != 0 {
			until := now.Add(ends)
			hold.Until = &until
		}
		replaced := i == 1 && slots[0] == slots[1] && presentNow(placed[0])
		want := []FieldChange{{Field: "holds", New: hold}}
		if replaced {
			hold.Since = placed[0].Since
			want[0].Old, want[0].New = placed[0], hold
			placed = nil
		}
		placed = append(placed, hold)
		if changes := a.Suspend(hold, now); !slices.Equal(changes, want) {
			t.Errorf("%s: placing hold %d changes %v, want %v", name, i, changes, want)
		}
	}
	var remaining Holds
	suspended := false
	for _, hold := range placed {
		over, present := hold.Until != nil && !hold.Until.After(now), presentNow(hold)
		suspended = suspended || present && !over
		if lifts := mayLift(by, hold.Level) && hold.Source != ByRemoval; !over && !(present && lifts) {
			remaining = append(remaining, hold)
		}
	}
	if got := a.Status(now) == Suspended; got != suspended {
		t.Errorf("%s: suspended: %v, want %v", name, got, suspended)
	}
	a.Lift(by, now)
	if !slices.Equal(a.Holds, remaining) {
		t.Errorf("%s: %v remain, want %v", name, a.Holds, remaining)
	}
	if again := a.Lift(by, now); len(again) != 0 {
		t.Errorf("%s: lifting again lifts %v", name, again)
	}
}

// Suspending again changes the texts and the end. The same texts and end again change nothing, whoever sends them.
func TestSuspendAgain(t *testing.T) {
	until, sameUntil, later := now.Add(time.Hour), now.Add(time.Hour), now.Add(2*time.Hour)
	first := Hold{
		Level:         ResellerLevel,
		Source:        ByReseller,
		Actor:         "a",
		Reason:        "r",
		PublicMessage: "m",
		Since:         now,
		Until:         &until,
	}
	again := func(edit func(*Hold)) Hold {
		hold := first
		hold.Actor, hold.Since, hold.Until = "b", now.Add(time.Minute), &sameUntil
		edit(&hold)
		return hold
	}
	for name, try := range map[string]struct {
		hold    Hold
		changes bool
	}{
		"the same":        {again(func(*Hold) {}), false},
		"another reason":  {again(func(h *Hold) { h.Reason = "another" }), true},
		"no reason":       {again(func(h *Hold) { h.Reason = "" }), true},
		"another message": {again(func(h *Hold) { h.PublicMessage = "another" }), true},
		"a later end":     {again(func(h *Hold) { h.Until = &later }), true},
		"no end":          {again(func(h *Hold) { h.Until = nil }), true},
	} {
		above := Hold{Level: AdministratorLevel, Source: ByAdministrator, Reason: "above", Since: now}
		scheduled := Hold{Level: ResellerLevel, Source: BySchedule, Reason: "scheduled", Since: now}
		var a Account
		for _, hold := range []Hold{above, first, scheduled} {
			a.Suspend(hold, now)
		}
		sequence := a.HoldSequence
		changes := a.Suspend(try.hold, now.Add(time.Minute))
		want := first
		if try.changes {
			want = try.hold
			want.Since = now
			if !slices.Equal(changes, []FieldChange{{Field: "holds", Old: first, New: want}}) {
				t.Errorf("%s: got the changes %v, want %v to %v", name, changes, first, want)
			}
		} else if changes != nil {
			t.Errorf("%s: got the changes %v, want none", name, changes)
		}
		if !slices.Equal(a.Holds, Holds{above, want, scheduled}) || a.HoldSequence != sequence {
			t.Errorf("%s: got %v with sequence %d, want %v with %d",
				name, a.Holds, a.HoldSequence, Holds{above, want, scheduled}, sequence)
		}
	}
}

// TestLiftMarks combines holds below an account with activations by every level before and after them.
func TestLiftMarks(t *testing.T) {
	for _, held := range everyLevel {
		for _, before := range everyLevel {
			for _, after := range everyLevel {
				var a Account
				if a.LiftBelow(before) {
					t.Errorf("LiftBelow(%s) = true without any hold", before)
				}
				a.HoldSequence++
				first := Hold{Level: held, Sequence: a.HoldSequence}
				lifted := a.LiftBelow(before)
				a.HoldSequence++
				second := Hold{Level: held, Sequence: a.HoldSequence}
				if !lifted || a.LiftMarks.Void(first) != mayLift(before, held) || a.LiftMarks.Void(second) {
					t.Errorf(
						"lifted by the %s, a hold of the %s: %v, a later one: %v",
						before,
						held,
						a.LiftMarks.Void(first),
						a.LiftMarks.Void(second),
					)
				}
				a.LiftBelow(after)
				if got, want := a.LiftMarks.Void(first), mayLift(before, held) || mayLift(after, held); got != want {
					t.Errorf("lifted by the %s, then by the %s, the first hold of the %s: %v", before, after, held, got)
				}
				if a.LiftMarks.Void(second) != mayLift(after, held) {
					t.Errorf(
						"lifted by the %s, then by the %s, the second hold of the %s: %v",
						before,
						after,
						held,
						a.LiftMarks.Void(second),
					)
				}
				if a.LiftBelow(after) {
					t.Errorf("LiftBelow(%s) = true the second time", after)
				}
				a.LiftBelow(AdministratorLevel)
				for _, by := range everyLevel {
					if a.LiftBelow(by) {
						t.Errorf("LiftBelow(%s) = true after the administrator's", by)
					}
				}
				if a.HoldSequence++; a.LiftMarks.Void(Hold{Level: held, Sequence: a.HoldSequence}) {
					t.Errorf("a new hold of the %s is void", held)
				}
			}
		}
	}
}
