package access

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// AttemptWindow is the time over which attempts are counted.
const AttemptWindow = 15 * time.Minute

// KnownFor is how long an address at which an account signed in is known to it. The limit of the login does not lock out
// a known address.
const KnownFor = 30 * 24 * time.Hour

// Attempt is a counter of attempts and its limit within one window. Its key holds no login and no address in clear.
type Attempt struct {
	Key   string
	Limit int
	Ends  time.Time // of the window
}

// AttemptCounter counts attempts.
type AttemptCounter interface {
	// TakeAttempt counts one attempt and tells whether it was within the limit. A refused attempt is not counted.
	TakeAttempt(ctx context.Context, attempt Attempt) (bool, error)
	// GiveBackAttempt takes back an attempt that succeeded.
	GiveBackAttempt(ctx context.Context, attempt Attempt) error
}

// Limits are how many failed attempts a login and an address have in a window.
type Limits struct {
	Login   int
	Address int
}

// ofAddress returns the address's counter of an attempt from it.
func (l Limits) ofAddress(address string, now time.Time) Attempt {
	return NewAttempt(l.Address, AttemptWindow, now, "address", Network(address))
}

// ofLogin returns the login's counter of an attempt at it from an address.
func (l Limits) ofLogin(login account.Login, address string, known bool, now time.Time) Attempt {
	if known {
		return NewAttempt(l.Login, AttemptWindow, now, "login at address", string(login), Network(address))
	}
	return NewAttempt(l.Login, AttemptWindow, now, "login", string(login))
}

// NewAttempt returns the counter, with its limit, of the window that now lies in. The parts say what is counted.
func NewAttempt(limit int, window time.Duration, now time.Time, parts ...string) Attempt {
	return Attempt{Key: Opaque(parts...), Limit: limit, Ends: now.Truncate(window).Add(window)}
}

// Take counts an attempt at every counter, before anything costly is done. Errors: TooManyRequests.
func Take(ctx context.Context, counter AttemptCounter, now time.Time, attempts ...Attempt) error {
	for _, attempt := range attempts {
		within, err := counter.TakeAttempt(ctx, attempt)
		if err != nil {
			return err
		}
		if !within {
			return &fault.Fault{
				Code: fault.TooManyRequests, Detail: "There were too many attempts. Wait before you try again.",
				RetryAfter: attempt.Ends.Sub(now),
			}
		}
	}
	return nil
}

// giveBack uncounts successful attempts, concurrently. It ignores errors: an attempt that stays counted until its window ends is no
// reason to refuse the right password.
func giveBack(ctx context.Context, counter AttemptCounter, attempts ...Attempt) {
	var calls errgroup.Group
	for _, attempt := range attempts {
		calls.Go(func() error { return counter.GiveBackAttempt(ctx, attempt) })
	}
	_ = calls.Wait()
}

// Opaque names something by the hash of its parts, for keys that must not show personal data.
func Opaque(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part))
		h.Write(sum[:])
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:24])
}
