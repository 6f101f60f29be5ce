package edit

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// AccountChange is a change of an account with everything that is written in the same transaction.
type AccountChange struct {
	Before account.Account
	After  account.Account // its Version is one more than before
	Event  event.Event
	Token  string // names this attempt to write the change if the event's id is fixed
	Note   *AccountNote
	Keep   *KeptSession
	Closes *Closing
	Opens  bool // the reseller may gain accounts again
	Record *idempotency.Record

	PasswordHash string // of the new password; "" keeps the password
}

// Closing keeps a reseller from gaining accounts.
type Closing struct {
	Customers bool // the reseller may have customers, which are removed with it
}

// AccountNote is the full text of a note on the account. An empty text forgets the note.
type AccountNote struct {
	By   account.ID // the owner of the note, or AdministratorOwner
	Text string
}

// KeptSession is a session that outlives the end of all sessions of its account.
type KeptSession struct {
	Hash  string
	Epoch int64 // the account's SessionEpoch after the change
}

// AccountStore reads accounts and writes their changes.
type AccountStore interface {
	Records
	// ReadAccount reads an account consistently. It returns nil if there is none.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// ChangeAccount writes a change. It returns nil if the change's event exists: then the change has been written.
	// Errors: fault.VersionMismatch if the account is gone or not at the version before the change; fault.LoginTaken;
	// fault.Conflict if a reseller that is to be closed has customers; *idempotency.Replayed.
	ChangeAccount(ctx context.Context, change AccountChange) error
}

// AccountEditor edits accounts.
type AccountEditor struct {
	Store AccountStore
	Mails MailLimiter // only edits that order mails need it
	NewID func(prefix string) string
	Now   func() time.Time

	// DuringRemoval allows edits of accounts that are being removed. Only the removal itself and work without a request
	// make such edits (ADR 24).
	DuringRemoval bool
}

// Effects are what an edit of an account does besides changing the account.
type Effects struct {
	Event   event.Name
	Changes []account.FieldChange
	Order   event.MailKind // the kind of mail that the change orders, or ""
	Actor   account.Kind   // of the account that orders the mail
	Private bool           // only the administrator sees the event in the trail
	Note    *AccountNote
	Keep    *KeptSession
	Closes  *Closing
	Opens   bool // the reseller may gain accounts again
	Nothing bool // the account stays as it is

	PasswordHash string // of the new password; "" keeps the password
}

// ByID returns a read of an account for requests without a key. It returns fault.NotFound if there is no account.
func (e AccountEditor) ByID(id account.ID) Read[account.Account] {
	return func(ctx context.Context) (Snapshot[account.Account], error) {
		found, err := e.Store.ReadAccount(ctx, id)
		switch {
		case err != nil:
			return Snapshot[account.Account]{}, err
		case found == nil:
			return Snapshot[account.Account]{}, fault.NotInView()
		}
		return Snapshot[account.Account]{Object: *found, Version: found.Version}, nil
	}
}

// Known returns a read of an account that has been read already: the first attempt takes it and reads only the
// request's record, which takes no round trip without a key.
func (e AccountEditor) Known(current account.Account, key idempotency.Key) Read[account.Account] {
	again := e.ByID(current.ID)
	isFirst := true
	return func(ctx context.Context) (Snapshot[account.Account], error) {
		if !isFirst {
			return again(ctx)
		}
		isFirst = false
		record, err := e.Store.ReadRecord(ctx, key)
		return Snapshot[account.Account]{Object: current, Version: current.Version, Record: record}, err
	}
}

// UpdateAccount edits an account and returns the view of it. Errors: those of Update; fault.LoginTaken; fault.NotFound
// if the account is gone.
func UpdateAccount[A any](
	ctx context.Context, e AccountEditor, meta request.Metadata, actor account.ID, read Read[account.Account],
	edit func(a *account.Account, now time.Time) (Effects, error), view func(a *account.Account) A,
) (A, error) {
	return Update(
		ctx,
		Editor{Records: e.Store, Mails: e.Mails, Now: e.Now},
		meta,
		e.closing(read),
		func(before account.Account, now time.Time) (Outcome[A], error) {
			change, effects, err := e.change(before, meta, actor, now, edit)
			switch {
			case err != nil:
				return Outcome[A]{}, err
			case change == nil:
				return Outcome[A]{Answer: view(&before)}, nil
			}
			outcome := Outcome[A]{
				Answer: view(&change.After),
				Write: func(ctx context.Context, record *idempotency.Record) error {
					change.Record = record
					return e.Store.ChangeAccount(ctx, *change)
				},
			}
			if effects.Order != "" {
				outcome.Order = &MailOrder{
					Event: &change.Event, Kind: effects.Order, Addressee: &change.After, ActorKind: effects.Actor,
				}
			}
			return outcome, nil
		},
	)
}

// closing returns the read, which marks accounts that are being removed as closed.
func (e AccountEditor) closing(read Read[account.Account]) Read[account.Account] {
	return func(ctx context.Context) (Snapshot[account.Account], error) {
		snapshot, err := read(ctx)
		if !e.DuringRemoval {
			snapshot.Closed = snapshot.Object.CheckOpen()
		}
		return snapshot, err
	}
}

// Change returns the change that an edit makes to an account, or nil if the account stays as it is. It writes nothing.
func (e AccountEditor) Change(
	before account.Account, meta request.Metadata, actor account.ID, now time.Time,
	edit func(a *account.Account, now time.Time) (Effects, error),
) (*AccountChange, error) {
	change, _, err := e.change(before, meta, actor, now, edit)
	return change, err
}

// change returns what Change returns, and the effects of the edit.
func (e AccountEditor) change(
	before account.Account, meta request.Metadata, actor account.ID, now time.Time,
	edit func(a *account.Account, now time.Time) (Effects, error),
) (*AccountChange, Effects, error) {
	after := before.Clone()
	effects, err := edit(&after, now)
	if err != nil || effects.Nothing {
		return nil, effects, err
	}
	after.Version++
	if effects.PasswordHash != "" {
		after.PasswordVersion++
	}
	after.RefreshStatus(now)
	change := &AccountChange{
		Before: before, After: after,
		Note: effects.Note, Keep: effects.Keep, Closes: effects.Closes, Opens: effects.Opens,
		PasswordHash: effects.PasswordHash,
	}
	change.Event = e.event(&change.After, actor, meta, effects, now)
	if meta.EventID != "" {
		change.Token, change.Event.ID = change.Event.ID, meta.EventID
	}
	return change, effects, nil
}

// NoAnswer is the view of an edit whose caller needs none.
func NoAnswer(*account.Account) struct{} { return struct{}{} }

func (e AccountEditor) event(
	after *account.Account,
	actor account.ID,
	meta request.Metadata,
	effects Effects,
	now time.Time,
) event.Event {
	described := event.New(e.NewID, effects.Event, after, actor, meta.ID, now)
	described.Changes = account.RedactChanges(after.Owner, effects.Changes)
	described.Private = effects.Private
	return described
}
