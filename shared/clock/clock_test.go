package clock

import (
	"testing"
	"time"
)

func TestTruncate(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	odd := time.Date(2026, 11, 24, 13, 0, 0, 123456789, zone)
	want := time.Date(2026, 11, 24, 12, 0, 0, 123000000, time.UTC)
	if got := Truncate(odd); !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("Truncate(%v) = %v, want %v", odd, got, want)
	}
	if got := TruncateOptional(&odd); got == nil || !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("TruncateOptional(%v) = %v, want %v", odd, got, want)
	}
	if got := TruncateOptional(nil); got != nil {
		t.Errorf("TruncateOptional(nil) = %v, want nil", got)
	}
	if got := Now(); !got.Equal(Truncate(got)) || got.Location() != time.UTC {
		t.Errorf("Now() = %v, want UTC and whole milliseconds", got)
	}
}

func TestSameAndLater(t *testing.T) {
	early := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	elsewhere, late := early.In(time.FixedZone("CET", 3600)), early.Add(time.Millisecond)
	for _, c := range []struct {
		a, b, later *time.Time
		same        bool
	}{
		{nil, nil, nil, true},
		{&early, nil, &early, false},
		{nil, &early, &early, false},
		{&early, &late, &late, false},
		{&late, &early, &late, false},
		{&early, &elsewhere, &early, true},
	} {
		if got := Same(c.a, c.b); got != c.same {
			t.Errorf("Same(%v, %v) = %v, want %v", c.a, c.b, got, c.same)
		}
		if got := Later(c.a, c.b); got != c.later {
			t.Errorf("Later(%v, %v) = %v, want %v", c.a, c.b, got, c.later)
		}
	}
}

func TestFitsRFC3339(t *testing.T) {
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	for at, want := range map[time.Time]bool{
		last:                  true,
		last.Add(time.Second): false,
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600)): false, // the year 10000 in UTC
	} {
		if got := FitsRFC3339(at); got != want {
			t.Errorf("FitsRFC3339(%v) = %v, want %v", at, got, want)
		}
	}
}
