// Package clock reads, normalises and compares times as Tenantry stores and shows them: in UTC, to the millisecond.
package clock

import "time"

// Now returns the current time in UTC and whole milliseconds.
func Now() time.Time { return Normalize(time.Now()) }

// Normalize returns the time in UTC, truncated to whole milliseconds.
func Normalize(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// NormalizeOptional returns Normalize of the time, or nil if there is none.
func NormalizeOptional(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	normalized := Normalize(*t)
	return &normalized
}

// Same reports whether two optional times are the same instant, or both nil.
func Same(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// Later returns the later of two optional times, or nil if both are nil.
func Later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

// FitsRFC3339 reports whether RFC 3339 can express the time in UTC: its year has four digits.
func FitsRFC3339(t time.Time) bool { return t.UTC().Year() < 10_000 }
