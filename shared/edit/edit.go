// Package edit changes stored objects. An edit is made on the newest version of its object and written in one
// transaction with its event and the idempotency record of its request. It takes effect once, however often the request
// is repeated.
//
// Every edit goes the same way (ADR 28): read, replay, If-Match, edit, write. If something that was read has changed
// before the write, all of it is done again.
package edit

import (
	"context"
	"time"

	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Records keeps the idempotency records of requests.
type Records interface {
	// ReadRecord reads the record of a request. It returns nil if the request has no key or has not taken effect.
	ReadRecord(ctx context.Context, key idempotency.Key) (*idempotency.Record, error)
	// Remember writes the record of a request that had nothing to change. It returns *idempotency.Replayed if there is
	// one.
	Remember(ctx context.Context, record idempotency.Record) error
}

// Editor edits objects of any kind.
type Editor struct {
	Records Records
	Mails   MailLimiter // only edits that order mails need it
	Now     func() time.Time
}

// Snapshot is an object as one attempt has read it.
type Snapshot[T any] struct {
	Object  T
	Version int64               // the version that If-Match must name; 0 accepts any
	Record  *idempotency.Record // of the request; nil if it has not taken effect
	Closed  error               // why the edit is refused: the object's account is being removed (account.CheckOpen); nil if it is not
}

// Read reads an object for one attempt.
type Read[T any] func(ctx context.Context) (Snapshot[T], error)

// Outcome is what one attempt makes of an object.
type Outcome[A any] struct {
	Answer A
	Secret bool // the answer holds a secret: it is not stored, and a duplicate gets fault.SecretShownOnce

	// Write writes the change and the record in one transaction; nil if there is nothing to change. The record is nil if
	// the request has no key. Write returns fault.VersionMismatch if something that the attempt has read has changed
	// meanwhile.
	Write func(ctx context.Context, record *idempotency.Record) error

	Order *MailOrder // of the mail that the change orders, or nil
}

// Update edits an object and returns the answer. A request that has taken effect before gets its first answer. Each
// attempt calls read and edit again. If read returns a record and an error, the caller may no longer see the first
// answer and gets the error. Errors: those of read, edit and write; fault.VersionMismatch if the caller demands another
// version; fault.Busy if the object's account is being removed; fault.TooManyRequests if the edit orders a mail beyond
// the limits; ErrCrowded.
func Update[T, A any](
	ctx context.Context,
	e Editor,
	meta request.Metadata,
	read Read[T],
	edit func(object T, now time.Time) (Outcome[A], error),
) (answer A, err error) {
	err = retry(func() (again bool, err error) {
		answer, again, err = attempt(ctx, e, meta, read, edit)
		return again, err
	})
	if err != nil {
		var none A
		return none, err
	}
	return answer, nil
}

// Create creates an object, for which nothing is read. Errors: those of create and write; ErrCrowded.
func Create[A any](
	ctx context.Context, e Editor, meta request.Metadata, create func(now time.Time) (Outcome[A], error),
) (A, error) {
	read := func(context.Context) (Snapshot[struct{}], error) { return Snapshot[struct{}]{}, nil }
	return Update(ctx, e, meta, read, func(_ struct{}, now time.Time) (Outcome[A], error) { return create(now) })
}

// CreateIn creates an object in a parent, which read reads. A repeated request gets its first answer only if checkReplay
// returns nil for the answer: the created object may have been moved or removed since (ADR 38). Errors: those of
// Update and checkReplay.
func CreateIn[T, A any](
	ctx context.Context,
	e Editor,
	meta request.Metadata,
	read Read[T],
	create func(parent T, now time.Time) (Outcome[A], error),
	checkReplay func(ctx context.Context, first A) error,
) (A, error) {
	isWritten := false
	answer, err := Update(ctx, e, meta, read, func(parent T, now time.Time) (Outcome[A], error) {
		outcome, err := create(parent, now)
		write := outcome.Write
		outcome.Write = func(ctx context.Context, record *idempotency.Record) error {
			err := write(ctx, record)
			isWritten = err == nil
			return err
		}
		return outcome, err
	})
	if err == nil && !isWritten {
		err = checkReplay(ctx, answer)
	}
	if err != nil {
		var none A
		return none, err
	}
	return answer, nil
}

// attempt edits the object as it is now. It reports whether something has changed before the write, so that the edit
// must be made again.
func attempt[T, A any](
	ctx context.Context,
	e Editor,
	meta request.Metadata,
	read Read[T],
	edit func(object T, now time.Time) (Outcome[A], error),
) (answer A, again bool, err error) {
	snapshot, err := read(ctx)
	switch {
	case snapshot.Record != nil && err != nil:
		return answer, false, err
	case snapshot.Record != nil:
		answer, err = idempotency.Replay[A](*snapshot.Record, meta.Key)
		return answer, false, err
	case err == nil && meta.IfMatch != nil && snapshot.Version != 0 && *meta.IfMatch != snapshot.Version:
		err = fault.Outdated()
	case err == nil:
		err = snapshot.Closed
	}
	if err != nil {
		answer, err = Refuse[A](ctx, e.Records, meta.Key, err)
		return answer, false, err
	}
	now := e.Now()
	outcome, err := edit(snapshot.Object, now)
	if err != nil && !fault.Is(err, fault.VersionMismatch) {
		answer, err = Refuse[A](ctx, e.Records, meta.Key, err)
		return answer, false, err
	}
	if err == nil {
		answer, err = write(ctx, e, meta.Key, outcome, now)
	}
	return answer, fault.Is(err, fault.VersionMismatch), err
}

// write writes what the edit has made, with the record of its request. If there is nothing to change, it writes the
// record alone.
func write[A any](
	ctx context.Context,
	e Editor,
	key idempotency.Key,
	outcome Outcome[A],
	now time.Time,
) (A, error) {
	var record *idempotency.Record
	if outcome.Secret {
		record = idempotency.SecretRecord(key, now)
	} else {
		record = idempotency.NewRecord(key, outcome.Answer, now)
	}
	var err error
	switch {
	case outcome.Write != nil:
		err = writeWithMail(ctx, e.Mails, outcome.Order, now, func() error { return outcome.Write(ctx, record) })
	case record != nil:
		err = e.Records.Remember(ctx, *record)
	}
	return idempotency.Answer(outcome.Answer, key, err)
}

// Refuse answers a request that a rule refuses. A duplicate may be refused only because the first request has taken
// effect since its record was read: then it gets the first answer.
func Refuse[A any](ctx context.Context, records Records, key idempotency.Key, refusal error) (answer A, err error) {
	if code := fault.CodeOf(refusal); !key.IsSet() || code == "" || code == fault.Unavailable {
		return answer, refusal
	}
	first, err := records.ReadRecord(ctx, key)
	switch {
	case err != nil:
		return answer, err
	case first != nil:
		return idempotency.Replay[A](*first, key)
	}
	return answer, refusal
}
