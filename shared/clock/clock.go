// Package clock reads, truncates and compares times as Tenantry stores and shows them: in UTC, to the millisecond.
package clock

import "time"

// Now returns the current time in UTC and whole milliseconds.
func Now() time.Time { return Truncate(time.Now()) }

// Truncate returns the time in UTC, truncated to whole milliseconds.
func Truncate(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// TruncateOptional truncates an optional time. It returns nil for nil.
func TruncateOptional(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	truncated := Truncate(*t)
	return &truncated
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
