// Package clock reads the time as Tenantry stores and shows it.
package clock

import "time"

// Now returns the current time in UTC and whole milliseconds.
func Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
