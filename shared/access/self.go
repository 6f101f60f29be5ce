package access

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// Profile is the account's own view of itself.
type Profile struct {
	ID        account.ID      `json:"id"`
	Kind      account.Kind    `json:"kind" enum:"administrator,reseller,customer,panel-user"`
	Login     string          `json:"login"`
	Contact   account.Contact `json:"contact"`
	CreatedAt time.Time       `json:"createdAt"`
	Version   int64           `json:"version"`
}

// NewProfile returns the profile of an account.
func NewProfile(a *account.Account) Profile {
	return Profile{
		ID:        a.ID,
		Kind:      a.Kind,
		Login:     string(a.Login),
		Contact:   a.Contact,
		CreatedAt: a.CreatedAt,
		Version:   a.Version,
	}
}

// Self lets callers change their own account.
type Self struct {
	Store    edit.AccountStore
	Attempts AttemptCounter
	Hasher   Hasher
	Policy   interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Limits Limits
	NewID  func(prefix string) string
	Now    func() time.Time
}

// ChangePassword sets the caller's password. It ends the caller's other sessions and its reset links, and a notice goes
// out by mail. API tokens stay valid, because they are still the same person's. Errors: fault.InvalidRequest, also for
// a wrong current password; fault.TooManyRequests before anything is hashed; fault.Conflict if the password has been
// changed elsewhere meanwhile; fault.VersionMismatch.
func (s Self) ChangePassword(
	ctx context.Context,
	caller Caller,
	meta request.Metadata,
	current, password string,
) error {
	before := caller.Account
	field := s.Policy.Check(password, "/password", string(before.Login), before.Contact.Name, before.Contact.Email)
	if field != nil {
		return fault.Invalid(*field)
	}
	hash := ""
	_, err := s.update(ctx, caller, meta, func(a *account.Account, _ time.Time) (edit.Effects, error) {
		if a.PasswordHash != before.PasswordHash {
			return edit.Effects{}, fault.New(fault.Conflict, "Your password has changed in the meantime. Sign in again.")
		}
		if hash == "" { // in the first attempt
			if err := s.checkCurrentPassword(ctx, a, meta.Address, current); err != nil {
				return edit.Effects{}, err
			}
			var err error
			if hash, err = s.Hasher.Hash(password); err != nil {
				return edit.Effects{}, err
			}
		}
		a.PasswordHash = hash
		a.SessionEpoch++
		a.LinkEpoch++
		return edit.Effects{
			Event: event.PasswordChanged, Mail: event.PasswordChangedMail, Changes: []account.FieldChange{{Field: "password"}},
			Keep: &edit.KeptSession{Hash: caller.Session.Hash, Epoch: a.SessionEpoch},
		}, nil
	})
	return err
}

// checkCurrentPassword checks the current password of a signed-in account. It counts attempts like a sign-in does, and
// also by the account alone, because the holder of a stolen session can choose among many addresses.
func (s Self) checkCurrentPassword(ctx context.Context, owner *account.Account, address, current string) error {
	now := s.Now()
	attempts := []Attempt{
		s.Limits.ofAddress(address, now), s.Limits.ofLogin(owner.Login, address, true, now),
		NewAttempt(s.Limits.Login, AttemptWindow, now, "current password", string(owner.ID)),
	}
	if err := Take(ctx, s.Attempts, now, attempts...); err != nil {
		return err
	}
	if !s.Hasher.Matches(owner.PasswordHash, current) {
		return fault.Invalid(
			fault.Field{Pointer: "/current", Code: "wrong-password", Detail: "This is not your current password."},
		)
	}
	giveBackAttempts(ctx, s.Attempts, attempts...)
	return nil
}

// ChangeContact changes the caller's own contact and returns the account after the change. A new e-mail address is
// announced to the old one: otherwise somebody with a stolen session could take the account over unnoticed. Errors:
// fault.InvalidRequest, fault.Busy, fault.VersionMismatch.
func (s Self) ChangeContact(
	ctx context.Context,
	caller Caller,
	meta request.Metadata,
	patch account.ContactPatch,
) (Profile, error) {
	return s.update(ctx, caller, meta, func(a *account.Account, _ time.Time) (edit.Effects, error) {
		if err := a.CheckReady(); err != nil {
			return edit.Effects{}, err
		}
		email := a.Contact.Email
		effects, err := edit.Contact(a, patch)
		if !account.SameEmail(email, a.Contact.Email) {
			effects.Mail = event.EmailChangedMail
		}
		return effects, err
	})
}

// update edits the caller's account, which was read with its credential.
func (s Self) update(
	ctx context.Context,
	caller Caller,
	meta request.Metadata,
	change func(*account.Account, time.Time) (edit.Effects, error),
) (Profile, error) {
	editor := edit.AccountEditor{Store: s.Store, NewID: s.NewID, Now: s.Now}
	return edit.UpdateAccount(
		ctx,
		editor,
		meta,
		caller.Account.ID,
		editor.Known(caller.Account, meta.Key),
		change,
		NewProfile,
	)
}
