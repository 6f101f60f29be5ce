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

// AttemptWindow is the length of the window in which attempts are counted.
const AttemptWindow = 15 * time.Minute

// KnownFor is how long an address is known to a login that signed in from it. The limit of the login does not lock out
// a known address.
const KnownFor = 30 * 24 * time.Hour

// knownRenewal is how much longer than KnownFor an address is stored. So the address is written again only after this
// time, and not at each sign-in.
const knownRenewal = 7 * 24 * time.Hour

// Attempt names a counter of attempts in one window, and its limit. Its key is a hash: it shows no login and no
// address.
type Attempt struct {
	Key       string
	Limit     int
	WindowEnd time.Time
}

// AttemptCounter counts attempts.
type AttemptCounter interface {
	// TakeAttempt counts one attempt and reports whether it is within the limit. It does not count an attempt beyond the
	// limit.
	TakeAttempt(ctx context.Context, attempt Attempt) (bool, error)
	// GiveBackAttempt uncounts an attempt that succeeded.
	GiveBackAttempt(ctx context.Context, attempt Attempt) error
}

// AttemptLimits says how many attempts may fail in one window for each login and for each address.
type AttemptLimits struct {
	Login   int
	Address int
}

// ofAddress returns the counter of attempts from an address.
func (l AttemptLimits) ofAddress(address string, now time.Time) Attempt {
	return NewAttempt(l.Address, AttemptWindow, now, "address", Network(address))
}

// ofLogin returns the counter of attempts at a login. A known address has a counter of its own.
func (l AttemptLimits) ofLogin(login account.Login, address string, isKnown bool, now time.Time) Attempt {
	if isKnown {
		return NewAttempt(l.Login, AttemptWindow, now, "login at address", string(login), Network(address))
	}
	return NewAttempt(l.Login, AttemptWindow, now, "login", string(login))
}

// NewAttempt returns the counter of the current window, with its limit. The parts name what is counted.
func NewAttempt(limit int, window time.Duration, now time.Time, parts ...string) Attempt {
	return Attempt{Key: Opaque(parts...), Limit: limit, WindowEnd: now.Truncate(window).Add(window)}
}

// Take counts an attempt in every counter. It is called before any costly work. It returns fault.TooManyRequests if a
// limit is used up.
func Take(ctx context.Context, counter AttemptCounter, now time.Time, attempts ...Attempt) error {
	for _, attempt := range attempts {
		within, err := counter.TakeAttempt(ctx, attempt)
		if err != nil {
			return err
		}
		if !within {
			return &fault.Fault{
				Code: fault.TooManyRequests, Detail: "There were too many attempts. Wait before you try again.",
				RetryAfter: attempt.WindowEnd.Sub(now),
			}
		}
	}
	return nil
}

// GiveBack uncounts attempts, concurrently. It ignores errors: an attempt that stays counted until its window ends is no
// reason to refuse a request.
func GiveBack(ctx context.Context, counter AttemptCounter, attempts ...Attempt) {
	var calls errgroup.Group
	for _, attempt := range attempts {
		calls.Go(func() error { return counter.GiveBackAttempt(ctx, attempt) })
	}
	_ = calls.Wait()
}

// Opaque returns a hash of the parts, for keys that must not show personal data.
func Opaque(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part))
		h.Write(sum[:])
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:24])
}
