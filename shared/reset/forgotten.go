package reset

import (
	"context"
	"time"
	"unicode/utf8"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Forgotten is a request for a link by somebody who cannot sign in. It is written down whoever asks, for whatever login:
// only the mailer looks whether there is such an account.
type Forgotten struct {
	Event  event.Event // about no account
	Login  account.Login
	Email  string
	Ends   time.Time // until when the request is kept
	Record *idempotency.Record
}

// AddressLimit is how many such requests one address has in a window of attempts.
const AddressLimit = 20

// keptFor is how long a request is kept for the mailer.
const keptFor = 24 * time.Hour

// Forget takes requests of people who have forgotten their password.
type Forget struct {
	Store interface {
		access.AttemptCounter
		// ReadRecord reads the record of a request; nil when it has not taken effect.
		ReadRecord(ctx context.Context, key idempotency.Key) (*idempotency.Record, error)
		// WriteForgotten writes a request down. Errors: *idempotency.Replayed.
		WriteForgotten(ctx context.Context, forgotten Forgotten) error
	}
	NewID func(prefix string) string
	Now   func() time.Time
}

// Ask asks for a link by login and e-mail address. It does the same for known and unknown ones. A request that has taken effect
// before is no attempt and orders no second mail. Errors: InvalidRequest, TooManyRequests by address.
func (f Forget) Ask(ctx context.Context, meta request.Metadata, login, email string) error {
	var bad []fault.Field
	for _, text := range []struct{ pointer, value string }{{"/login", login}, {"/email", email}} {
		if text.value == "" || utf8.RuneCountInString(text.value) > 255 {
			bad = append(bad, fault.Field{Pointer: text.pointer, Code: "required", Detail: "Enter your login and your e-mail address, each with at most 255 characters."})
		}
	}
	if err := fault.Invalid(bad...); err != nil {
		return err
	}
	if first, err := f.Store.ReadRecord(ctx, meta.Key); err != nil || first != nil {
		return replay(first, meta.Key, err)
	}
	now := f.Now()
	attempt := access.NewAttempt(AddressLimit, access.AttemptWindow, now, "forgotten from", access.Network(meta.Address))
	if err := access.Take(ctx, f.Store, now, attempt); err != nil {
		return err
	}
	happened := event.New(f.NewID, event.PasswordForgotten, &account.Account{}, "", meta.ID, now)
	happened.Mail = event.ForgottenMail
	record, err := idempotency.NewRecord(meta.Key, struct{}{}, now)
	if err != nil {
		return err
	}
	err = f.Store.WriteForgotten(ctx, Forgotten{
		Event: happened, Login: account.FoldLogin(login), Email: email, Ends: now.Add(keptFor), Record: record,
	})
	_, err = idempotency.Answer(struct{}{}, meta.Key, err)
	return err
}

func replay(first *idempotency.Record, key idempotency.Key, err error) error {
	if err == nil {
		_, err = idempotency.Replay[struct{}](*first, key)
	}
	return err
}
