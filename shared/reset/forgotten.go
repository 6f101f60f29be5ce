package reset

import (
	"context"
	"time"
	"unicode/utf8"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// ForgottenRequest is a request for a link by a person who cannot sign in. Every request is stored, whoever makes it and
// whatever the login: only the mailer looks up the account. So the response does not reveal whether the account exists.
type ForgottenRequest struct {
	Event  event.Event // about no account
	Login  account.Login
	Email  string
	Ends   time.Time // when the request expires
	Record *idempotency.Record
}

// AddressLimit is how many of these requests one network address may make in one window of attempts.
const AddressLimit = 20

// IsFrom reports whether the request has the login and the e-mail address of the account.
func (r *ForgottenRequest) IsFrom(a *account.Account) bool {
	return a.Login == r.Login && account.SameEmail(a.Contact.Email, r.Email)
}

// keptFor is how long a request is kept for the mailer. It is longer than a day, after which the mail is given up:
// whoever gives it up must find the account.
const keptFor = 25 * time.Hour

// Requester accepts the requests of people who have forgotten their password.
type Requester struct {
	Store interface {
		access.AttemptCounter
		edit.Records
		// WriteForgotten stores a request. Errors: *idempotency.Replayed.
		WriteForgotten(ctx context.Context, request ForgottenRequest) error
	}
	Mails edit.MailLimiter
	NewID func(prefix string) string
	Now   func() time.Time
}

// Request requests a link by login and e-mail address. It does the same whether or not the account exists. A repeated
// request counts as no further attempt and orders no second mail. Errors: fault.InvalidRequest; fault.TooManyRequests
// by address.
func (r Requester) Request(ctx context.Context, meta request.Metadata, login, email string) error {
	var bad []fault.Field
	for _, text := range []struct{ pointer, value string }{{"/login", login}, {"/email", email}} {
		if text.value == "" || utf8.RuneCountInString(text.value) > 255 {
			bad = append(
				bad,
				fault.Field{
					Pointer: text.pointer,
					Code:    "required",
					Detail:  "Enter your login and your e-mail address, each with at most 255 characters.",
				},
			)
		}
	}
	if err := fault.Invalid(bad...); err != nil {
		return err
	}
	read := func(ctx context.Context) (edit.Snapshot[struct{}], error) {
		record, err := r.Store.ReadRecord(ctx, meta.Key)
		return edit.Snapshot[struct{}]{Record: record}, err
	}
	editor := edit.Editor{Records: r.Store, Mails: r.Mails, Now: r.Now}
	_, err := edit.Update(ctx, editor, meta, read, func(_ struct{}, now time.Time) (edit.Outcome[struct{}], error) {
		attempt := access.NewAttempt(AddressLimit, access.AttemptWindow, now, "forgotten from", access.Network(meta.Address))
		if err := access.Take(ctx, r.Store, now, attempt); err != nil {
			return edit.Outcome[struct{}]{}, err
		}
		described := event.New(r.NewID, event.PasswordForgotten, &account.Account{}, "", meta.ID, now)
		return edit.Outcome[struct{}]{Write: func(ctx context.Context, record *idempotency.Record) error {
			return r.Store.WriteForgotten(ctx, ForgottenRequest{
				Event: described, Login: account.FoldLogin(login), Email: email, Ends: now.Add(keptFor), Record: record,
			})
		}, Order: &edit.MailOrder{Event: &described, Kind: event.ForgottenMail}}, nil
	})
	return err
}
