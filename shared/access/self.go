package access

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/once"
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
func ProfileOf(a *account.Account) Profile {
	return Profile{ID: a.ID, Kind: a.Kind, Login: string(a.Login), Contact: a.Contact, CreatedAt: a.CreatedAt, Version: a.Version}
}

// Change is one change of an account with all that is written with it, together or not at all.
type Change struct {
	Account account.Account // as it is after the change; its Version is one more than before
	Event   event.Event
	Session *Session // kept alive beyond the end of all other sessions
	Once    *once.Record
}

// AccountChanger stores changes of accounts.
type AccountChanger interface {
	// ReadAccount reads an account, strongly consistent; nil when there is none.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// ReadRecord reads the record of a request; nil when it has not taken effect.
	ReadRecord(ctx context.Context, request once.Request) (*once.Record, error)
	// ChangeAccount writes the change. Errors: VersionMismatch when the account is not at the version before the change
	// any more, or gone; *once.Replayed.
	ChangeAccount(ctx context.Context, change Change) error
}

// Self lets callers change their own account.
type Self struct {
	Store    AccountChanger
	Attempts AttemptCounter
	Hasher   Hasher
	Policy   interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Limits Limits
	IDs    interface {
		New(prefix string) (string, error)
	}
	Now func() time.Time
}

// Request is what a change needs to know of its request besides its content.
type Request struct {
	ID      string // for the audit trail
	Address string // the caller's
	Once    once.Request
	IfMatch *int64 // the version that the caller has seen, nil for any
}

// ChangePassword sets the caller's password and ends all of its other sessions. Errors: InvalidRequest, also for a wrong
// current password; TooManyRequests before anything is hashed; VersionMismatch.
func (s Self) ChangePassword(ctx context.Context, caller Caller, request Request, current, wanted string) error {
	now := s.Now().UTC().Truncate(time.Millisecond)
	before := caller.Account
	if err := fault.Invalid(fields(s.Policy.Check(wanted, "/password", string(before.Login), before.Contact.Name, before.Contact.Email))...); err != nil {
		return err
	}
	if first, err := s.Store.ReadRecord(ctx, request.Once); err != nil || first != nil {
		_, err = replay(first, request.Once, err)
		return err
	}
	attempts := s.Limits.attempts(before.Login, request.Address, true, now)
	if err := take(ctx, s.Attempts, attempts, now); err != nil {
		return err
	}
	if !s.Hasher.Matches(before.PasswordHash, current) {
		return fault.Invalid(fault.Field{Pointer: "/current", Code: "wrong-password", Detail: "This is not your current password."})
	}
	if err := giveBack(ctx, s.Attempts, attempts); err != nil {
		return err
	}
	hash, err := s.Hasher.Hash(wanted)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, caller, request, event.PasswordChanged, now, func(a *account.Account) ([]account.FieldChange, *Session, error) {
		if a.PasswordHash != before.PasswordHash {
			return nil, nil, fault.New(fault.Conflict, "Your password has been changed meanwhile.")
		}
		a.PasswordHash = hash
		a.SessionEpoch++
		kept := caller.Session
		kept.Epoch = a.SessionEpoch
		return nil, &kept, nil
	})
	return err
}

// ChangeContact changes the caller's own contact and returns the account after it. Errors: InvalidRequest, VersionMismatch.
func (s Self) ChangeContact(ctx context.Context, caller Caller, request Request, patch account.ContactPatch) (Profile, error) {
	now := s.Now().UTC().Truncate(time.Millisecond)
	if first, err := s.Store.ReadRecord(ctx, request.Once); err != nil || first != nil {
		return replay(first, request.Once, err)
	}
	return s.change(ctx, caller, request, event.ContactChanged, now, func(a *account.Account) ([]account.FieldChange, *Session, error) {
		contact, fields := patch.Apply(a.Contact).Check("")
		changes := a.Contact.Differences(contact)
		a.Contact = contact
		return changes, nil, fault.Invalid(fields...)
	})
}

// maxTries is how often a change is made anew on a newer version when the caller demanded none.
const maxTries = 5

// change applies edit to the newest version of the caller's account. An edit without differences writes nothing.
func (s Self) change(
	ctx context.Context, caller Caller, request Request, name event.Name, now time.Time,
	edit func(*account.Account) ([]account.FieldChange, *Session, error),
) (Profile, error) {
	current := &caller.Account
	for try := 1; ; try++ {
		if request.IfMatch != nil && *request.IfMatch != current.Version {
			return Profile{}, versionMismatch()
		}
		after := *current
		changes, kept, err := edit(&after)
		if err != nil || len(changes) == 0 && kept == nil {
			return ProfileOf(&after), err
		}
		after.Version++
		happened, err := event.New(s.IDs, name, &after, caller.Account.ID, request.ID, now)
		if err != nil {
			return Profile{}, err
		}
		happened.Changes = changes
		shown := ProfileOf(&after)
		record, err := once.NewRecord(request.Once, shown, now)
		if err != nil {
			return Profile{}, err
		}
		err = s.Store.ChangeAccount(ctx, Change{Account: after, Event: happened, Session: kept, Once: record})
		if !fault.Is(err, fault.VersionMismatch) || request.IfMatch != nil || try == maxTries {
			return once.Answer(shown, request.Once, err)
		}
		if current, err = s.Store.ReadAccount(ctx, caller.Account.ID); err != nil {
			return Profile{}, err
		}
		if current == nil {
			return Profile{}, fault.New(fault.Unauthenticated, "Sign in to go on.")
		}
	}
}

func versionMismatch() error {
	return fault.New(fault.VersionMismatch, "The account has changed since you read it; read it again.")
}

func replay(first *once.Record, request once.Request, err error) (Profile, error) {
	if err != nil {
		return Profile{}, err
	}
	return once.Replay[Profile](*first, request)
}

func fields(field *fault.Field) []fault.Field {
	if field == nil {
		return nil
	}
	return []fault.Field{*field}
}
