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
	Store   edit.AccountStore
	Current Reauthentication
	Policy  interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Mails edit.MailLimiter
	NewID func(prefix string) string
	Now   func() time.Time
}

// PasswordInput is the caller's input for a new password of its own.
type PasswordInput struct {
	Current    string
	Password   string
	KeepTokens bool // the API tokens stay valid
}

// ChangePassword sets the caller's password. It ends the caller's other sessions, its reset links and, unless the input
// keeps them, its API tokens. A notice goes out by mail. Errors: fault.InvalidRequest, also for a wrong current
// password; fault.TooManyRequests before anything is hashed; fault.Conflict if the password has been changed elsewhere
// meanwhile; fault.VersionMismatch.
func (s Self) ChangePassword(ctx context.Context, caller Caller, meta request.Metadata, input PasswordInput) error {
	before := caller.Account
	field := s.Policy.Check(input.Password, "/password", string(before.Login), before.Contact.Name, before.Contact.Email)
	if field != nil {
		return fault.Invalid(*field)
	}
	hash := ""
	_, err := s.update(ctx, caller, meta, func(a *account.Account, _ time.Time) (edit.Effects, error) {
		if err := checkSamePassword(a, &before); err != nil {
			return edit.Effects{}, err
		}
		if hash == "" { // in the first attempt
			if err := s.Current.Check(ctx, a, meta.Address, input.Current); err != nil {
				return edit.Effects{}, err
			}
			var err error
			if hash, err = s.Current.Hasher.Hash(input.Password); err != nil {
				return edit.Effects{}, err
			}
		}
		a.SessionEpoch++
		a.LinkEpoch++
		if !input.KeepTokens {
			a.TokenEpoch++
		}
		return edit.Effects{
			Event: event.PasswordChanged, Order: event.PasswordChangedMail, Actor: a.Kind,
			Changes: []account.FieldChange{{Field: "password"}}, PasswordHash: hash,
			Keep: &edit.KeptSession{Hash: caller.Session.Hash, Epoch: a.SessionEpoch},
		}, nil
	})
	return err
}

// checkSamePassword returns fault.Conflict if the account's password has changed since the caller was authenticated.
func checkSamePassword(a, before *account.Account) error {
	if a.PasswordVersion == before.PasswordVersion {
		return nil
	}
	return passwordHasChanged()
}

// ChangeContact changes the caller's own contact and returns the account after the change. A new e-mail address needs
// the current password, because a forgotten password is reset through the address. A notice goes to the old and to the
// new address. Errors: fault.InvalidRequest, also for a wrong current password; fault.TooManyRequests; fault.Conflict if
// the password has been changed elsewhere meanwhile; fault.Busy; fault.VersionMismatch.
func (s Self) ChangeContact(
	ctx context.Context,
	caller Caller,
	meta request.Metadata,
	patch account.ContactPatch,
	current string,
) (Profile, error) {
	before := caller.Account
	isChecked := false
	return s.update(ctx, caller, meta, func(a *account.Account, _ time.Time) (edit.Effects, error) {
		if err := a.CheckReady(); err != nil {
			return edit.Effects{}, err
		}
		email := a.Contact.Email
		effects, err := edit.Contact(a, patch)
		if err != nil || a.Contact.Email == email {
			return effects, err
		}
		if err := checkSamePassword(a, &before); err != nil {
			return edit.Effects{}, err
		}
		if !isChecked { // in the first attempt
			if err := s.Current.Check(ctx, a, meta.Address, current); err != nil {
				return edit.Effects{}, err
			}
			isChecked = true
		}
		if !account.SameEmail(email, a.Contact.Email) {
			effects.Order, effects.Actor = event.EmailChangedMail, a.Kind
		}
		return effects, nil
	})
}

// update edits the caller's account, which was read with its credential.
func (s Self) update(
	ctx context.Context,
	caller Caller,
	meta request.Metadata,
	change func(*account.Account, time.Time) (edit.Effects, error),
) (Profile, error) {
	editor := edit.AccountEditor{Store: s.Store, Mails: s.Mails, NewID: s.NewID, Now: s.Now}
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
