package access

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// Reauthentication checks the current password of a signed-in account before its credentials change. A session alone
// must not be enough: it may be stolen (ADR 34).
type Reauthentication struct {
	Attempts AttemptCounter
	Hasher   Hasher
	Limits   AttemptLimits
	Now      func() time.Time
}

// Check checks the current password. It counts attempts like a sign-in does, and also by the account alone, because the
// holder of a stolen session can choose among many addresses. Errors: fault.InvalidRequest for a missing or wrong
// password; fault.TooManyRequests before anything is hashed.
func (r Reauthentication) Check(ctx context.Context, owner *account.Account, address, current string) error {
	if current == "" {
		return fault.Invalid(fault.Field{Pointer: "/current", Code: "required", Detail: "Enter your current password."})
	}
	now := r.Now()
	attempts := []Attempt{
		r.Limits.ofAddress(address, now), r.Limits.ofLogin(owner.Login, address, true, now),
		NewAttempt(r.Limits.Login, AttemptWindow, now, "current password", string(owner.ID)),
	}
	if err := Take(ctx, r.Attempts, now, attempts...); err != nil {
		return err
	}
	if !r.Hasher.Matches(owner.PasswordHash, current) {
		return fault.Invalid(
			fault.Field{Pointer: "/current", Code: "wrong-password", Detail: "This is not your current password."},
		)
	}
	giveBackAttempts(ctx, r.Attempts, attempts...)
	return nil
}
