package directory

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// ChangeStore stores changes of customers and resellers.
type ChangeStore interface {
	edit.AccountStore
	// ReadForChange returns an account, the full notes about it, and the record of an earlier request with the same
	// key. The read is consistent and takes one round trip. The account is nil if it does not exist. The record is nil
	// if the request has not taken effect before.
	ReadForChange(
		ctx context.Context,
		id account.ID,
		key idempotency.Key,
	) (*account.Account, account.Notes, *idempotency.Record, error)
	// ReadAccountsNow returns the accounts that exist, with strong consistency, in any order.
	ReadAccountsNow(ctx context.Context, ids []account.ID) ([]account.Account, error)
}

// Change changes customers and resellers on behalf of the accounts above them.
type Change struct {
	Store     ChangeStore
	NewID     func(prefix string) string
	Passwords interface { // only functions that set passwords need it and Policy
		Hash(password string) (string, error)
	}
	Policy interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Mails edit.MailLimiter // only Login needs it
	Now   func() time.Time

	// Only limits changes to one kind of account. If it is empty, customers and resellers can be changed.
	Only account.Kind
}

// target is the account that a caller changes, with its notes and its owner.
type target struct {
	*account.Account

	notes account.Notes
	owner Owner
}

// update edits a customer or a reseller and returns the account as the caller sees it. It returns fault.NotFound if the
// account is outside the caller's view, fault.Forbidden if the caller may only read the account, and
// fault.VersionMismatch if the account has another version than the request demands. Errors of change are returned as
// they are.
func (c Change) update(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id string,
	change func(*target, time.Time) (edit.Effects, error),
) (Customer, error) {
	return updateAs(ctx, c, caller, meta, id, change, func(t *target) Customer {
		return view(caller, t.Account, t.notes, t.owner, c.Now())
	})
}

// updateAs edits an account like update and returns the result of view.
func updateAs[A any](
	ctx context.Context, c Change, caller access.Caller, meta request.Metadata, id string,
	change func(*target, time.Time) (edit.Effects, error), view func(*target) A,
) (A, error) {
	editor := edit.AccountEditor{Store: c.Store, Mails: c.Mails, NewID: c.NewID, Now: c.Now}
	var found target
	read := func(ctx context.Context) (edit.Snapshot[account.Account], error) {
		return c.read(ctx, caller, meta.Key, id, &found)
	}
	return edit.UpdateAccount(
		ctx,
		editor,
		meta,
		caller.Account.ID,
		read,
		func(a *account.Account, now time.Time) (edit.Effects, error) {
			found.Account = a
			effects, err := change(&found, now)
			if effects.Note != nil {
				found.notes = notesWith(found.notes, effects.Note, a.Owner)
			}
			return effects, err
		},
		func(a *account.Account) A {
			found.Account = a
			return view(&found)
		},
	)
}

// read loads an account with its notes and its owner. It returns the record of an earlier request only if the caller
// may still change the account.
func (c Change) read(
	ctx context.Context, caller access.Caller, key idempotency.Key, id string, found *target,
) (snapshot edit.Snapshot[account.Account], err error) {
	if !account.ID(id).WellFormed() {
		return snapshot, fault.NotInView()
	}
	a, notes, record, err := c.Store.ReadForChange(ctx, account.ID(id), key)
	if err != nil {
		return snapshot, err
	}
	snapshot.Record = record
	if err := c.checkAllowed(caller, a); err != nil || record != nil {
		return snapshot, err
	}
	snapshot.Object, snapshot.Version = *a, a.Version
	found.notes = notes
	if found.owner.ID != a.Owner {
		found.owner, err = findOwner(ctx, c.Store, caller, a.Owner, c.Now())
	}
	return snapshot, err
}

// checkAllowed returns fault.NotFound or fault.Forbidden if the caller may not change the account. It also returns
// fault.NotFound if the account is of another kind than c.Only.
func (c Change) checkAllowed(caller access.Caller, a *account.Account) error {
	err := caller.CheckManages(a)
	if err == nil && c.Only != "" && a.Kind != c.Only {
		err = fault.NotInView()
	}
	return err
}

// notesWith returns the notes with the changed note replaced: the owner's if the owner wrote it, otherwise the
// administrator's.
func notesWith(notes account.Notes, changed *edit.AccountNote, owner account.ID) account.Notes {
	if changed.By == owner {
		notes.Owner = changed.Text
	} else {
		notes.Administrator = changed.Text
	}
	return notes
}

// Contact changes an account's contact information (guide: Changing Contact Information). A new e-mail address revokes
// reset links. It returns fault.InvalidRequest, fault.NotFound, fault.Forbidden, fault.Busy or fault.VersionMismatch.
func (c Change) Contact(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id string,
	patch account.ContactPatch,
) (Customer, error) {
	return c.update(ctx, caller, meta, id, func(a *target, _ time.Time) (edit.Effects, error) {
		if err := a.CheckReady(); err != nil {
			return edit.Effects{}, err
		}
		return changeContact(caller, a.Account, patch)
	})
}

// changeContact applies a patch to an account's contact. A new e-mail address needs the scope credentials:write, because
// a forgotten password is reset through the address (ADR 34). It returns fault.InvalidRequest or fault.Forbidden.
func changeContact(caller access.Caller, a *account.Account, patch account.ContactPatch) (edit.Effects, error) {
	email := a.Contact.Email
	effects, err := edit.Contact(a, patch)
	if err == nil && a.Contact.Email != email {
		err = caller.CheckScope(access.CredentialsWrite)
	}
	return effects, err
}

// NewLogin is the new login information of an account. A nil field leaves the current value.
type NewLogin struct {
	Login    *string
	Password *string
	Notify   bool // mail the old and the new address; the guide sends no mail by default

	KeepTokens bool // the API tokens stay valid
}

// Login changes an account's login and password (guide: Changing Username and Password). The change ends all sessions
// and revokes all reset links of the account. A new password also revokes its API tokens, unless the input keeps them. It
// returns fault.InvalidRequest, fault.LoginTaken, fault.NotFound, fault.Forbidden, fault.Busy or fault.VersionMismatch.
func (c Change) Login(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id string,
	input NewLogin,
) (Customer, error) {
	var login account.Login
	var hash string
	isValidated := false
	return c.update(ctx, caller, meta, id, func(a *target, _ time.Time) (_ edit.Effects, err error) {
		if !isValidated { // hashing is too slow to repeat in each attempt
			if login, hash, err = c.validateLogin(a.Account, input); err != nil {
				return edit.Effects{}, err
			}
			isValidated = true
		}
		if err := a.CheckReady(); err != nil {
			return edit.Effects{}, err
		}
		effects := edit.Effects{Event: event.LoginChanged, Nothing: hash == "" && (login == "" || login == a.Login)}
		if login != "" && login != a.Login {
			effects.Changes = append(effects.Changes, account.FieldChange{Field: "login", Old: a.Login, New: login})
			a.Login = login
		}
		if hash != "" {
			effects.Changes = append(effects.Changes, account.FieldChange{Field: "password"})
			effects.PasswordHash = hash
			if !input.KeepTokens {
				a.TokenEpoch++
			}
		}
		if input.Notify {
			effects.Order, effects.Actor = event.LoginChangedMail, caller.Account.Kind
		}
		a.SessionEpoch++
		a.LinkEpoch++
		return effects, nil
	})
}

// validateLogin returns the folded login and the hash of the password. Each is empty if the input leaves the current
// value. It returns fault.InvalidRequest with all invalid fields.
func (c Change) validateLogin(a *account.Account, input NewLogin) (login account.Login, hash string, err error) {
	var invalid []fault.Field
	if input.Login == nil && input.Password == nil {
		invalid = append(invalid, fault.Field{Pointer: "", Code: "required", Detail: "Send a login, a password or both."})
	}
	words := []string{string(a.Login), a.Contact.Name, a.Contact.Email}
	if input.Login != nil {
		parsed, field := account.ParseLogin(*input.Login, "/login")
		if field != nil && account.FoldLogin(*input.Login) != a.Login {
			invalid = append(invalid, *field)
		}
		login, words = parsed, append(words, string(parsed))
	}
	if input.Password != nil {
		if field := c.Policy.Check(*input.Password, "/password", words...); field != nil {
			invalid = append(invalid, *field)
		}
	}
	if err = fault.Invalid(invalid...); err != nil || input.Password == nil {
		return login, "", err
	}
	hash, err = c.Passwords.Hash(*input.Password)
	return login, hash, err
}
