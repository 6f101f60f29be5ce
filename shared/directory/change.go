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

// ChangeStore is what changing customers and resellers needs stored.
type ChangeStore interface {
	edit.AccountStore
	// ReadForChange reads, consistently and at once, an account, the full notes on it, and the record of the request if it
	// has taken effect before. The account is nil when there is none.
	ReadForChange(ctx context.Context, id account.ID, key idempotency.Key) (*account.Account, account.Notes, *idempotency.Record, error)
}

// Change changes customers and resellers on behalf of those above them.
type Change struct {
	Store     ChangeStore
	NewID     func(prefix string) string
	Passwords interface {
		Hash(password string) (string, error)
	}
	Policy interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Now func() time.Time

	// Only narrows what may be changed to one kind of account; by default both customers and resellers.
	Only account.Kind
}

// target is an account that a caller may change.
type target struct {
	*account.Account

	notes account.Notes
	owner Owner
}

// update edits a customer or a reseller and returns it as the caller sees it. Errors: fault.NotFound if the account is outside the
// caller's view; fault.Forbidden if the caller may only see it; those of change; fault.VersionMismatch.
func (c Change) update(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string, change func(*target, time.Time) (edit.Effects, error),
) (Customer, error) {
	return updateAs(ctx, c, caller, meta, id, change, func(t *target) Customer {
		return view(caller, t.Account, t.notes, t.owner, c.Now())
	})
}

// updateAs does the same and returns another view of the account.
func updateAs[A any](
	ctx context.Context, c Change, caller access.Caller, meta request.Metadata, id string,
	change func(*target, time.Time) (edit.Effects, error), view func(*target) A,
) (A, error) {
	editor := edit.AccountEditor{Store: c.Store, NewID: c.NewID, Now: c.Now}
	var found target
	read := func(ctx context.Context) (edit.Snapshot[account.Account], error) {
		return c.read(ctx, caller, meta.Key, id, &found)
	}
	return edit.UpdateAccount(ctx, editor, meta, caller.Account.ID, read, func(a *account.Account, now time.Time) (edit.Effects, error) {
		found.Account = a
		effects, err := change(&found, now)
		if effects.Note != nil {
			found.notes = notesWith(found.notes, effects.Note, a.Owner)
		}
		return effects, err
	}, func(a *account.Account) A {
		found.Account = a
		return view(&found)
	})
}

// read reads an account with its notes and its owner. The record of a request is known only to a caller that may still change the
// account.
func (c Change) read(
	ctx context.Context, caller access.Caller, key idempotency.Key, id string, found *target,
) (snapshot edit.Snapshot[account.Account], err error) {
	if !account.ID(id).WellFormed() {
		return snapshot, access.NotInView()
	}
	a, notes, record, err := c.Store.ReadForChange(ctx, account.ID(id), key)
	if err != nil {
		return snapshot, err
	}
	snapshot.Record = record
	if err := c.refuse(caller, a); err != nil || record != nil {
		return snapshot, err
	}
	snapshot.Object, snapshot.Version = *a, a.Version
	found.notes = notes
	if found.owner.ID != a.Owner {
		found.owner, err = findOwner(ctx, c.Store, caller, a.Owner, c.Now())
	}
	return snapshot, err
}

// refuse rejects an account that the caller may not change, or that is of another kind than c.Only.
func (c Change) refuse(caller access.Caller, of *account.Account) error {
	err := caller.CheckManages(of)
	if err == nil && c.Only != "" && of.Kind != c.Only {
		err = access.NotInView()
	}
	return err
}

func notesWith(notes account.Notes, changed *edit.AccountNote, owner account.ID) account.Notes {
	if changed.By == owner {
		notes.Owner = changed.Text
	} else {
		notes.Administrator = changed.Text
	}
	return notes
}

// Contact changes contact information (guide: Changing Contact Information). A new e-mail address ends reset links.
// Errors: fault.InvalidRequest, fault.NotFound, fault.Forbidden, fault.Busy, fault.VersionMismatch.
func (c Change) Contact(ctx context.Context, caller access.Caller, meta request.Metadata, id string, patch account.ContactPatch) (Customer, error) {
	return c.update(ctx, caller, meta, id, func(a *target, _ time.Time) (edit.Effects, error) {
		if err := a.CheckReady(); err != nil {
			return edit.Effects{}, err
		}
		return edit.Contact(a.Account, patch)
	})
}

// NewLogin is the new login information of an account; a nil part stays as it is.
type NewLogin struct {
	Login    *string
	Password *string
	Notify   bool // mail the old and the new address; by default, as the guide says, nobody is told
}

// Login changes login and password (guide: Changing Username and Password). It ends all sessions and reset links of the
// account, and a new password also its API tokens. Errors: fault.InvalidRequest, fault.LoginTaken, fault.NotFound, fault.Forbidden,
// fault.Busy, fault.VersionMismatch.
func (c Change) Login(ctx context.Context, caller access.Caller, meta request.Metadata, id string, input NewLogin) (Customer, error) {
	var login account.Login
	var hash string
	isJudged := false
	return c.update(ctx, caller, meta, id, func(a *target, _ time.Time) (_ edit.Effects, err error) {
		if !isJudged { // hashing takes too long to do it in each attempt
			if login, hash, err = c.judgeLogin(a.Account, input); err != nil {
				return edit.Effects{}, err
			}
			isJudged = true
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
			a.PasswordHash = hash
			a.TokenEpoch++
		}
		if input.Notify {
			effects.Mail = event.LoginChangedMail
		}
		a.SessionEpoch++
		a.LinkEpoch++
		return effects, nil
	})
}

// judgeLogin returns the folded login and the password's hash, each empty where it stays.
func (c Change) judgeLogin(of *account.Account, wanted NewLogin) (login account.Login, hash string, err error) {
	var bad []fault.Field
	if wanted.Login == nil && wanted.Password == nil {
		bad = append(bad, fault.Field{Pointer: "", Code: "required", Detail: "Send a login, a password or both."})
	}
	words := []string{string(of.Login), of.Contact.Name, of.Contact.Email}
	if wanted.Login != nil {
		parsed, field := account.ParseLogin(*wanted.Login, "/login")
		if field != nil && account.FoldLogin(*wanted.Login) != of.Login {
			bad = append(bad, *field)
		}
		login, words = parsed, append(words, string(parsed))
	}
	if wanted.Password != nil {
		if field := c.Policy.Check(*wanted.Password, "/password", words...); field != nil {
			bad = append(bad, *field)
		}
	}
	if err = fault.Invalid(bad...); err != nil || wanted.Password == nil {
		return login, "", err
	}
	hash, err = c.Passwords.Hash(*wanted.Password)
	return login, hash, err
}
