package directory

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// ChangeStore is what changing customers and resellers needs stored.
type ChangeStore interface {
	change.Store
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

// target is an account that a caller may change, as it was read last.
type target struct {
	account account.Account
	notes   account.Notes
	owner   Owner
	first   *idempotency.Record // set when the request has taken effect before
}

// find reads what a change is about. Errors: NotFound outside the caller's view, Forbidden for what it sees but may not change.
func (c Change) find(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (*target, error) {
	if !account.ID(id).WellFormed() {
		return nil, access.NotInView()
	}
	found, notes, first, err := c.Store.ReadForChange(ctx, account.ID(id), meta.Key)
	if err == nil {
		err = c.refuse(caller, found)
	}
	if err != nil {
		return nil, err
	}
	owner, err := findOwner(ctx, c.Store, caller, found.Owner, c.Now())
	return &target{account: *found, notes: notes, owner: owner, first: first}, err
}

// refuse refuses an account that the caller may not change, or that is of another kind than is meant.
func (c Change) refuse(caller access.Caller, of *account.Account) error {
	err := caller.RefuseUnmanaged(of)
	if err == nil && c.Only != "" && of.Kind != c.Only {
		err = access.NotInView()
	}
	return err
}

// read reads a target again that has changed since.
func (c Change) read(ctx context.Context, caller access.Caller, of *target) (*account.Account, error) {
	found, notes, _, err := c.Store.ReadForChange(ctx, of.account.ID, idempotency.Key{})
	if err != nil || found == nil {
		return nil, err
	}
	of.account, of.notes = *found, notes
	if found.Owner != of.owner.ID {
		of.owner, err = findOwner(ctx, c.Store, caller, found.Owner, c.Now())
	}
	return found, err
}

// apply makes one change of a found account. A request that has taken effect before is answered with the first answer.
func (c Change) apply(
	ctx context.Context, caller access.Caller, meta request.Metadata, of *target, edit func(*account.Account) (change.Edit, error),
) (Customer, error) {
	return applyShowing(ctx, c, caller, meta, of, edit, func(a *account.Account, notes account.Notes) Customer {
		return view(caller, a, notes, of.owner, c.Now())
	})
}

// applyShowing does the same and answers with what show makes of the account.
func applyShowing[T any](
	ctx context.Context, c Change, caller access.Caller, meta request.Metadata, of *target,
	edit func(*account.Account) (change.Edit, error), show func(*account.Account, account.Notes) T,
) (T, error) {
	if of.first != nil {
		return idempotency.Replay[T](*of.first, meta.Key)
	}
	editor := change.Editor{Store: c.Store, NewID: c.NewID, Now: c.Now}
	editor.Read = func(ctx context.Context, _ account.ID) (*account.Account, error) { return c.read(ctx, caller, of) }
	var shown account.Notes
	return change.Apply(ctx, editor, meta, caller.Account.ID, of.account,
		func(a *account.Account) (change.Edit, error) {
			if err := c.refuse(caller, a); err != nil {
				return change.Edit{}, err // moved away, or converted, since it was read
			}
			made, err := edit(a)
			shown = of.notes
			if made.Note != nil {
				shown = notesWith(of.notes, made.Note, a.Owner)
			}
			return made, err
		},
		func(a account.Account) T { return show(&a, shown) })
}

func notesWith(notes account.Notes, changed *change.Note, owner account.ID) account.Notes {
	if changed.By == owner {
		notes.Owner = changed.Text
	} else {
		notes.Administrator = changed.Text
	}
	return notes
}

// Contact changes contact information (guide: Changing Contact Information). A new e-mail address ends reset links.
// Errors: InvalidRequest, NotFound, Forbidden, Busy, VersionMismatch.
func (c Change) Contact(ctx context.Context, caller access.Caller, meta request.Metadata, id string, patch account.ContactPatch) (Customer, error) {
	of, err := c.find(ctx, caller, meta, id)
	if err != nil {
		return Customer{}, err
	}
	return c.apply(ctx, caller, meta, of, func(a *account.Account) (change.Edit, error) {
		if err := a.CheckReady(); err != nil {
			return change.Edit{}, err
		}
		return change.Contact(a, patch)
	})
}

// NewLogin is what is to become of an account's login information; nil leaves a part as it is.
type NewLogin struct {
	Login    *string
	Password *string
	Notify   bool // mail the old and the new address; by default, as the guide says, nobody is told
}

// Login changes login and password (guide: Changing Username and Password). It ends all sessions and reset links of the
// account, and a new password also its API tokens. Errors: InvalidRequest, LoginTaken, NotFound, Forbidden, Busy, VersionMismatch.
func (c Change) Login(ctx context.Context, caller access.Caller, meta request.Metadata, id string, wanted NewLogin) (Customer, error) {
	of, err := c.find(ctx, caller, meta, id)
	if err != nil {
		return Customer{}, err
	}
	var login account.Login
	var hash string
	if of.first == nil {
		if login, hash, err = c.judgeLogin(&of.account, wanted); err != nil {
			return Customer{}, err
		}
	}
	return c.apply(ctx, caller, meta, of, func(a *account.Account) (change.Edit, error) {
		if err := a.CheckReady(); err != nil {
			return change.Edit{}, err
		}
		made := change.Edit{Event: event.LoginChanged, Nothing: hash == "" && (login == "" || login == a.Login)}
		if login != "" && login != a.Login {
			made.Changes = append(made.Changes, account.FieldChange{Field: "login", Old: a.Login, New: login})
			a.Login = login
		}
		if hash != "" {
			made.Changes = append(made.Changes, account.FieldChange{Field: "password"})
			a.PasswordHash = hash
			a.TokenEpoch++
		}
		if wanted.Notify {
			made.Mail = event.LoginChangedMail
		}
		a.SessionEpoch++
		a.LinkEpoch++
		return made, nil
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
