package edit

import (
	"errors"
	"time"

	"tenantry/shared/fault"
)

// ErrCrowded is behind the fault of an edit that others have overtaken in every attempt.
var ErrCrowded = errors.New("others were first in every attempt")

// maxAttempts is how often an edit is made again. Of those that edit an object at the same time, one succeeds in each
// round.
const maxAttempts = 8

// Retry calls attempt until it does not return fault.VersionMismatch. Each call must read again what may have changed.
// It returns ErrCrowded, as fault.Unavailable, after too many calls.
func Retry(attempt func() error) error {
	return retry(func() (again bool, err error) {
		err = attempt()
		return fault.Is(err, fault.VersionMismatch), err
	})
}

func retry(attempt func() (again bool, err error)) error {
	var err error
	for range maxAttempts {
		var again bool
		if again, err = attempt(); !again {
			return err
		}
	}
	crowded := fault.Because(
		errors.Join(ErrCrowded, err),
		fault.Unavailable,
		"Too many requests changed this object at the same time. Try again.",
	)
	crowded.RetryAfter = time.Second
	return crowded
}
