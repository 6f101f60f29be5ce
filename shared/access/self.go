package access

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Profile is an account as its own user sees it.
type Profile struct {
	ID        account.ID      `json:"id"`
	Kind      account.Kind    `json:"kind" enum:"administrator,reseller,customer,panel-user"`
	Login     string          `json:"login"`
	Contact   account.Contact `json:"contact"`
	CreatedAt time.Time       `json:"createdAt"`
	Version   int64           `json:"version"`
}

// ProfileOf returns the profile of an account.
func ProfileOf(a account.Account) Profile {
	return Profile{ID: a.ID, Kind: a.Kind, Login: string(a.Login), Contact: a.Contact, CreatedAt: a.CreatedAt, Version: a.Version}
}

// Self lets callers change their own account.
type Self struct {
	Store    change.Store
	Attempts AttemptCounter
	Hasher   Hasher
	Policy   interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Limits Limits
	NewID  func(prefix string) string
	Now    func() time.Time
}

// ChangePassword sets the caller's password and ends all of its other sessions and its reset links; a notice goes out by mail.
// Its API tokens live on: it goes on being the same person's. Errors: InvalidRequest, also for a wrong current password; TooManyRequests before anything is hashed; Conflict when the
// password is changed elsewhere meanwhile; VersionMismatch.
func (s Self) ChangePassword(ctx context.Context, caller Caller, meta request.Metadata, current, wanted string) error {
	before := caller.Account
	field := s.Policy.Check(wanted, "/password", string(before.Login), before.Contact.Name, before.Contact.Email)
	if field != nil {
		return fault.Invalid(*field)
	}
	if first, err := s.Store.ReadRecord(ctx, meta.Key); err != nil || first != nil {
		_, err = replay(first, meta.Key, err)
		return err
	}
	if err := s.prove(ctx, &before, meta.Address, current); err != nil {
		return err
	}
	hash, err := s.Hasher.Hash(wanted)
	if err != nil {
		return err
	}
	_, err = change.Apply(ctx, s.editor(), meta, before.ID, before, func(a *account.Account) (change.Edit, error) {
		if a.PasswordHash != before.PasswordHash {
			return change.Edit{}, fault.New(fault.Conflict, "Your password has changed in the meantime. Sign in again.")
		}
		a.PasswordHash = hash
		a.SessionEpoch++
		a.LinkEpoch++
		return change.Edit{
			Event: event.PasswordChanged, Mail: event.PasswordChangedMail, Changes: []account.FieldChange{{Field: "password"}},
			Keep: &change.KeptSession{Hash: caller.Session.Hash, Epoch: a.SessionEpoch},
		}, nil
	}, ProfileOf)
	return err
}

// prove checks the current password of somebody who is signed in, as an attempt like any other. It also counts by the account
// alone, for who has come by a session may choose addresses.
func (s Self) prove(ctx context.Context, of *account.Account, address, current string) error {
	now := s.Now()
	attempts := []Attempt{
		s.Limits.ofAddress(address, now), s.Limits.ofLogin(of.Login, address, true, now),
		NewAttempt(s.Limits.Login, AttemptWindow, now, "current password", string(of.ID)),
	}
	if err := Take(ctx, s.Attempts, now, attempts...); err != nil {
		return err
	}
	if !s.Hasher.Matches(of.PasswordHash, current) {
		return fault.Invalid(fault.Field{Pointer: "/current", Code: "wrong-password", Detail: "This is not your current password."})
	}
	giveBack(ctx, s.Attempts, attempts...)
	return nil
}

// ChangeContact changes the caller's own contact and returns the account after it. Of a new e-mail address the old one is told:
// who has come by a session could otherwise take the account over in silence. Errors: InvalidRequest, Busy, VersionMismatch.
func (s Self) ChangeContact(ctx context.Context, caller Caller, meta request.Metadata, patch account.ContactPatch) (Profile, error) {
	if first, err := s.Store.ReadRecord(ctx, meta.Key); err != nil || first != nil {
		return replay(first, meta.Key, err)
	}
	return change.Apply(ctx, s.editor(), meta, caller.Account.ID, caller.Account, func(a *account.Account) (change.Edit, error) {
		if err := a.CheckReady(); err != nil {
			return change.Edit{}, err
		}
		email := a.Contact.Email
		edit, err := change.Contact(a, patch)
		if !account.SameEmail(email, a.Contact.Email) {
			edit.Mail = event.EmailChangedMail
		}
		return edit, err
	}, ProfileOf)
}

func (s Self) editor() change.Editor {
	return change.Editor{Store: s.Store, NewID: s.NewID, Now: s.Now}
}

func replay(first *idempotency.Record, key idempotency.Key, err error) (Profile, error) {
	if err != nil {
		return Profile{}, err
	}
	return idempotency.Replay[Profile](*first, key)
}
