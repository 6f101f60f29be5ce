package access

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"time"

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

// attempts returns the counters of one attempt at a login from an address.
func (l Limits) attempts(login account.Login, address string, known bool, now time.Time) []Attempt {
	network := Network(address)
	perLogin := NewAttempt(l.Login, AttemptWindow, now, "login", string(login))
	if known {
		perLogin = NewAttempt(l.Login, AttemptWindow, now, "login at address", string(login), network)
	}
	return []Attempt{NewAttempt(l.Address, AttemptWindow, now, "address", network), perLogin}
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
				Code: fault.TooManyRequests, Detail: "There were too many attempts; wait before the next one.",
				RetryAfter: attempt.Ends.Sub(now),
			}
		}
	}
	return nil
}

func giveBack(ctx context.Context, counter AttemptCounter, attempts []Attempt) error {
	for _, attempt := range attempts {
		if err := counter.GiveBackAttempt(ctx, attempt); err != nil {
			return err
		}
	}
	return nil
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
