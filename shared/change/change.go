// Package change is how an account changes: on the newest version of it, together with everything that the change brings,
// and once only however often it is asked for.
package change

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Change is one change of an account with all that is written with it, together or not at all.
type Change struct {
	Before account.Account
	After  account.Account // its Version is one more than before
	Event  event.Event
	Token  string // names this try of writing it, where the event's id does not
	Note   *Note
	Keep   *KeptSession
	Closes *Closing
	Record *idempotency.Record
}

// Closing lets a reseller gain no more accounts.
type Closing struct {
	Customers bool // it may have customers, which go with it
}

// Note is the full text of a note on the account. An empty text forgets the note.
type Note struct {
	By   account.ID // the owner that it belongs to, or AdministratorOwner
	Text string
}

// KeptSession is a session that outlives the end of all sessions of its account.
type KeptSession struct {
	Hash  string
	Epoch int64 // the account's SessionEpoch after the change
}

// Store reads and writes changing accounts.
type Store interface {
	// ReadAccount reads an account, strongly consistent; nil when there is none.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// ReadRecord reads the record of a request; nil when it has not taken effect.
	ReadRecord(ctx context.Context, key idempotency.Key) (*idempotency.Record, error)
	// ChangeAccount writes a change. Errors: VersionMismatch when the account is not at the version before the change any
	// more, or gone; LoginTaken; Conflict for a reseller with customers that is to be closed; *idempotency.Replayed. A change whose event is there has been written: nil.
	ChangeAccount(ctx context.Context, change Change) error
	// Remember writes the record of a request that had nothing to change. Errors: *idempotency.Replayed.
	Remember(ctx context.Context, record idempotency.Record) error
}

// Editor changes accounts.
type Editor struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time

	// Read reads the account for another try of an edit that needs more of it than Store.ReadAccount; nil for that one.
	Read func(ctx context.Context, id account.ID) (*account.Account, error)
}

// Edit is what one try of a change does to the newest version of an account, and brings with it.
type Edit struct {
	Event   event.Name
	Changes []account.FieldChange
	Mail    event.MailKind // owed for the change
	Private bool           // only the administrator reads of it in the trail
	Note    *Note
	Keep    *KeptSession
	Closes  *Closing
	Nothing bool // there is nothing to change: nothing is written but the record of the request
}

// maxTries is how often a change is made anew on a newer version when the caller demanded none. Of those who change an
// account at once, one succeeds in every round.
const maxTries = 8

// Apply changes an account that was read before, as edit says, and returns what show makes of the account after the change.
// An edit may be tried on several versions. Errors: those of edit; VersionMismatch when the caller demanded a version;
// LoginTaken; NotFound when the account is gone meanwhile; Unavailable when too many change it at once.
func Apply[T any](
	ctx context.Context, e Editor, meta request.Metadata, actor account.ID, current account.Account,
	edit func(*account.Account) (Edit, error), show func(account.Account) T,
) (shown T, err error) {
	now := e.Now()
	for try := 1; ; try++ {
		after := current.Clone()
		made, err := e.edit(meta, &after, edit)
		if err != nil {
			return Refuse[T](ctx, e.Store, meta.Key, err)
		}
		if made.Nothing {
			shown = show(current)
			return idempotency.Answer(shown, meta.Key, e.remember(ctx, meta, shown, now))
		}
		after.Version++
		shown = show(after)
		err = e.write(ctx, meta, actor, Change{Before: current, After: after, Note: made.Note, Keep: made.Keep, Closes: made.Closes}, made, shown, now)
		if !fault.Is(err, fault.VersionMismatch) {
			return idempotency.Answer(shown, meta.Key, err)
		}
		if try == maxTries {
			return shown, Crowded(err)
		}
		newest, err := e.read(ctx, current.ID)
		if err != nil {
			return shown, err
		}
		if newest == nil {
			return shown, fault.New(fault.NotFound, "This object does not exist, or you cannot see it.")
		}
		current = *newest
	}
}

// Refuse answers a request that a rule refuses. A duplicate may be refused only because the first of them has taken effect
// since its record was looked for: it is answered with the first answer.
func Refuse[T any](ctx context.Context, store interface {
	ReadRecord(ctx context.Context, key idempotency.Key) (*idempotency.Record, error)
}, key idempotency.Key, refusal error,
) (answer T, err error) {
	if !key.IsSet() || fault.CodeOf(refusal) == "" {
		return answer, refusal
	}
	first, err := store.ReadRecord(ctx, key)
	switch {
	case err != nil:
		return answer, err
	case first != nil:
		return idempotency.Replay[T](*first, key)
	}
	return answer, refusal
}

// Crowded says that others were first in every try.
func Crowded(cause error) error {
	f := fault.Because(cause, fault.Unavailable, "Too many requests changed this account at the same time. Try again.")
	f.RetryAfter = time.Second
	return f
}

// Outdated says that an account is not at the version that the caller demands.
func Outdated() error {
	return fault.New(fault.VersionMismatch, "The account has changed since you read it. Read it again and retry.")
}

func (e Editor) edit(meta request.Metadata, after *account.Account, edit func(*account.Account) (Edit, error)) (Edit, error) {
	if meta.IfMatch != nil && *meta.IfMatch != after.Version {
		return Edit{}, Outdated()
	}
	return edit(after)
}

func (e Editor) read(ctx context.Context, id account.ID) (*account.Account, error) {
	if e.Read != nil {
		return e.Read(ctx, id)
	}
	return e.Store.ReadAccount(ctx, id)
}

func (e Editor) remember(ctx context.Context, meta request.Metadata, shown any, now time.Time) error {
	record, err := idempotency.NewRecord(meta.Key, shown, now)
	if err != nil || record == nil {
		return err
	}
	return e.Store.Remember(ctx, *record)
}

func (e Editor) write(ctx context.Context, meta request.Metadata, actor account.ID, c Change, made Edit, shown any, now time.Time) (err error) {
	c.Event = event.New(e.NewID, made.Event, &c.After, actor, meta.ID, now)
	c.After.RefreshStatus(now)
	if meta.EventID != "" {
		c.Token, c.Event.ID = c.Event.ID, meta.EventID
	}
	c.Event.Changes, c.Event.Mail, c.Event.Private = account.RedactChanges(c.After.Owner, made.Changes), made.Mail, made.Private
	if c.Record, err = idempotency.NewRecord(meta.Key, shown, now); err != nil {
		return err
	}
	return e.Store.ChangeAccount(ctx, c)
}
