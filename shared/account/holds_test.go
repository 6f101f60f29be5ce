package account

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/shared/clock"
)

// Drawn holds begin and end on a grid of so many steps before and after now.
const (
	step  = time.Second
	steps = 12
)

// drawHold draws a hold that begins on the grid around now, and ends later on it or not at all.
func drawHold(r *rapid.T) Hold {
	drawn := rapid.SampledFrom(append(slices.Clone(everySlot), slot{ByExpiry, AutomationLevel})).
		Draw(r, "source and level")
	begins := rapid.IntRange(-steps, steps).Draw(r, "begins")
	hold := Hold{
		Level:  drawn.level,
		Source: drawn.source,
		Since:  now.Add(time.Duration(begins) * step),
		Reason: rapid.SampledFrom([]string{"", "unpaid", "fraud"}).
			Draw(r, "reason"),
		Sequence: rapid.Int64Range(0, 9).Draw(r, "sequence"),
	}
	if rapid.Bool().Draw(r, "ends") {
		hold.Until = new(hold.Since.Add(time.Duration(rapid.IntRange(1, steps).Draw(r, "length")) * step))
	}
	return hold
}

func drawHolds(r *rapid.T) Holds {
	return rapid.SliceOfN(rapid.Custom(drawHold), 0, 6).Draw(r, "holds")
}

// untouched fails if a method has changed the holds that it was called on.
func untouched(r *rapid.T, holds Holds) func() {
	before := slices.Clone(holds)
	return func() {
		if !slices.Equal(before, holds) {
			r.Errorf("the holds were %v and became %v", before, holds)
		}
	}
}

func TestPlaceTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		holds, hold := drawHolds(r), drawHold(r)
		hold.Since, hold.Until = now, nil
		defer untouched(r, holds)()
		once, changed := holds.Place(hold, now)
		if once.Status(now) != Suspended {
			r.Fatalf("%v is not suspended after %v was placed", once, hold)
		}
		twice, changes := once.Place(hold, now)
		if changes != nil || !slices.Equal(once, twice) {
			r.Errorf("placing %v twice gives %v, then %v with the changes %v", hold, once, twice, changes)
		}
		for _, other := range holds {
			if other.Source == hold.Source && other.Level == hold.Level {
				continue
			}
			if dropped := !slices.Contains(once, other); dropped != (len(changed) > 0 && other.OverAt(now)) {
				r.Errorf("placing %v on %v leaves %v", hold, holds, once)
			}
		}
	})
}

func TestLiftRespectsLevels(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		holds, by := drawHolds(r), rapid.SampledFrom(everyLevel).Draw(r, "by")
		defer untouched(r, holds)()
		remaining, lifted := holds.Lift(by, now)
		for _, hold := range lifted {
			if hold.Level == AutomationLevel || hold.Source == ByRemoval || !mayLift(by, hold.Level) || !presentNow(hold) {
				r.Errorf("the %s lifts %v, want it kept", by, hold)
			}
		}
		current := slices.DeleteFunc(slices.Clone(holds), func(h Hold) bool { return h.OverAt(now) })
		for _, hold := range current {
			if slices.Contains(lifted, hold) == slices.Contains(remaining, hold) {
				r.Errorf("%v is in both or neither of %v and %v", hold, lifted, remaining)
			}
		}
		if len(lifted)+len(remaining) != len(current) {
			r.Errorf("of %v, %v are lifted and %v remain", holds, lifted, remaining)
		}
		for _, hold := range remaining {
			if hold.Level != AutomationLevel && hold.Source != ByRemoval && mayLift(by, hold.Level) && presentNow(hold) {
				r.Errorf("the %s keeps %v, want it lifted", by, hold)
			}
		}
		if again, lifted := remaining.Lift(by, now); len(lifted) != 0 || !slices.Equal(again, remaining) {
			r.Errorf("lifting again lifts %v and leaves %v of %v", lifted, again, remaining)
		}
	})
}

// TestNext compares Next with the first instant of the grid at which the present holds change.
func TestNext(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		holds := drawHolds(r)
		var want *time.Time
		for i := 1; i <= 3*steps && want == nil; i++ {
			at := now.Add(time.Duration(i) * step)
			if !slices.Equal(holds.Present(at.Add(-step)), holds.Present(at)) {
				want = &at
			}
		}
		if next := holds.Next(now); !clock.Same(next, want) {
			r.Errorf("the next change of %v is at %v, want %v", holds, next, want)
		}
	})
}

func TestExpireRemovesOnlyHoldsThatAreOver(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		holds := drawHolds(r)
		defer untouched(r, holds)()
		remaining, expired := holds.Expire(now)
		var last *time.Time
		for _, hold := range expired {
			if hold.Until == nil || hold.Until.After(now) {
				r.Errorf("%v expired at %v, want it kept", hold, now)
			}
			if last == nil || hold.Until.After(*last) {
				last = hold.Until
			}
		}
		for _, hold := range remaining {
			if hold.Until != nil && !hold.Until.After(now) {
				r.Errorf("%v remains at %v, want it expired", hold, now)
			}
		}
		if len(remaining)+len(expired) != len(holds) {
			r.Errorf("of %v, %v have expired and %v remain", holds, expired, remaining)
		}
		if got := holds.LastEnd(now); !clock.Same(got, last) {
			r.Errorf("the last end of %v is %v, want %v", holds, got, last)
		}
		if got := remaining.Status(now); got != holds.Status(now) {
			r.Errorf("%v are %s after their end, and %s before", holds, got, holds.Status(now))
		}
	})
}

func TestHoldsByExample(t *testing.T) {
	hour, day := new(now.Add(time.Hour)), new(now.Add(24*time.Hour))
	yesterday := new(now.Add(-24 * time.Hour))
	reseller := Hold{Level: ResellerLevel, Source: ByReseller, Since: *yesterday, Until: hour, Sequence: 5}
	customer := Hold{Level: CustomerLevel, Source: ByCustomer, Since: *yesterday, Sequence: 7}
	pending := Hold{Level: AdministratorLevel, Source: BySchedule, Since: *hour, Until: day}
	expiry := Hold{Level: AutomationLevel, Source: ByExpiry, Since: *yesterday, Sequence: EndlessSequence}
	removal := RemovalHold(*yesterday)
	for name, c := range map[string]struct {
		holds  Holds
		status Status
		levels []Level
		next   *time.Time
		begun  Holds // from yesterday to in an hour
		ended  Holds
		valid  Holds // after the reseller has activated the customer at sequence 5
	}{
		"none":    {status: Active},
		"pending": {holds: Holds{pending}, status: Active, levels: []Level{AdministratorLevel}, next: hour, begun: Holds{pending}, valid: Holds{pending}},
		"reseller": {
			holds: Holds{reseller, customer}, status: Suspended, levels: []Level{ResellerLevel, CustomerLevel}, next: hour, ended: Holds{reseller}, valid: Holds{customer},
		},
		"expiry":  {holds: Holds{customer, expiry}, status: Suspended, levels: []Level{AutomationLevel, CustomerLevel}, valid: Holds{customer, expiry}},
		"removal": {holds: Holds{removal}, status: Suspended, valid: Holds{removal}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.holds.Status(now); got != c.status {
				t.Errorf("status %s, want %s", got, c.status)
			}
			if got := c.holds.Levels(); !slices.Equal(got, c.levels) {
				t.Errorf("levels %q, want %q", got, c.levels)
			}
			if got := c.holds.Next(now); !clock.Same(got, c.next) {
				t.Errorf("next change at %v, want %v", got, c.next)
			}
			if begun, ended := c.holds.Between(
				*yesterday,
				*hour,
			); !slices.Equal(begun, c.begun) ||
				!slices.Equal(ended, c.ended) {
				t.Errorf("%v have begun and %v have ended, want %v and %v", begun, ended, c.begun, c.ended)
			}
			valid := c.holds.WithoutVoid(LiftMarks{ResellerLevel: 5})
			if !slices.Equal(valid, c.valid) {
				t.Errorf("%v are valid after an activation, want %v", valid, c.valid)
			}
		})
	}
}

func TestAdditionsAndRemovals(t *testing.T) {
	first, second := Hold{
		Level:  ResellerLevel,
		Source: ByReseller,
		Since:  now,
	}, Hold{
		Level:  CustomerLevel,
		Source: ByCustomer,
		Since:  now,
	}
	holds := Holds{first, second}
	if got, want := holds.Additions(), []FieldChange{
		{Field: "holds", New: first},
		{Field: "holds", New: second},
	}; !slices.Equal(
		got,
		want,
	) {
		t.Errorf("additions %v, want %v", got, want)
	}
	if got, want := holds.Removals(), []FieldChange{
		{Field: "holds", Old: first},
		{Field: "holds", Old: second},
	}; !slices.Equal(
		got,
		want,
	) {
		t.Errorf("removals %v, want %v", got, want)
	}
}
