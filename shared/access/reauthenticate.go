package access

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// Reauthentication checks the current password of a signed-in account before its credentials change. A session alone
// must not be enough: it may be stolen (ADR 34).
type Reauthentication struct {
	Store  PasswordStore
	Hasher Hasher
	Limits AttemptLimits
	Now    func() time.Time
}

// PasswordStore reads passwords and counts attempts at them.
type PasswordStore interface {
	AttemptCounter
	// ReadPassword reads the password of an account, consistently.
	ReadPassword(ctx context.Context, id account.ID) (StoredPassword, error)
}

// StoredPassword is the hash of a password. It is not part of the account, so that only the functions that check or set
// passwords can read it (ADR 41).
type StoredPassword struct {
	Hash    string // "" if the account has no password
	Version int64  // the account's PasswordVersion with this password
}

// Check checks the current password. It counts attempts like a sign-in does, and also by the account alone, because the
// holder of a stolen session can choose among many addresses. Errors: fault.InvalidRequest for a missing or wrong
// password; fault.TooManyRequests before anything is hashed; fault.Conflict if the password has changed since the owner
// was read.
func (r Reauthentication) Check(ctx context.Context, owner *account.Account, address, current string) error {
	if current == "" {
		return fault.Invalid(fault.Field{Pointer: "/current", Code: "required", Detail: "Enter your current password."})
	}
	now := r.Now()
	attempts := []Attempt{
		r.Limits.ofAddress(address, now), r.Limits.ofLogin(owner.Login, address, true, now),
		NewAttempt(r.Limits.Login, AttemptWindow, now, "current password", string(owner.ID)),
	}
	var stored StoredPassword
	var reading errgroup.Group
	reading.Go(func() (err error) {
		stored, err = r.Store.ReadPassword(ctx, owner.ID)
		return err
	})
	if err := cmp.Or(Take(ctx, r.Store, now, attempts...), reading.Wait()); err != nil {
		return err
	}
	if stored.Version != owner.PasswordVersion {
		GiveBack(ctx, r.Store, attempts...)
		return passwordHasChanged()
	}
	if !r.Hasher.Matches(stored.Hash, current) {
		return fault.Invalid(
			fault.Field{Pointer: "/current", Code: "wrong-password", Detail: "This is not your current password."},
		)
	}
	GiveBack(ctx, r.Store, attempts...)
	return nil
}

// passwordHasChanged returns the fault for a password that has changed since the caller was authenticated.
func passwordHasChanged() error {
	return fault.New(fault.Conflict, "Your password has changed in the meantime. Sign in again.")
}
