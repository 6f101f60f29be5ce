package reset

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

// Redeemer sets a password with a link.
type Redeemer struct {
	Store interface {
		edit.AccountStore
		ReadLinks(ctx context.Context, id account.ID, key idempotency.Key) (*account.Account, Links, *idempotency.Record, error)
	}
	Hasher interface {
		Hash(password string) (string, error)
	}
	Policy interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Mails edit.MailLimiter
	NewID func(prefix string) string
	Now   func() time.Time
}

// NewPassword is the input for a new password by a link.
type NewPassword struct {
	Token      string // the text of the link's token
	Password   string
	KeepTokens bool // the API tokens stay valid
}

// Use sets the password of the link's account, once. It ends all sessions and links of the account and, unless the input
// keeps them, its API tokens. A notice goes out by mail. If the password is rejected, the link stays valid. Errors:
// fault.LinkExpired if the link has been used, has expired or never existed; fault.InvalidRequest for a text that is not
// a link, and for the password.
func (r Redeemer) Use(ctx context.Context, meta request.Metadata, input NewPassword) error {
	token, ok := access.ParseToken(input.Token)
	if !ok || len(token.Hints) != 1 {
		return fault.Invalid(
			fault.Field{
				Pointer: "/token",
				Code:    "link-malformed",
				Detail:  "This link is incomplete. Copy all of it from the mail.",
			},
		)
	}
	editor := edit.AccountEditor{Store: r.Store, Mails: r.Mails, NewID: r.NewID, Now: r.Now}
	hash := ""
	_, err := edit.UpdateAccount(
		ctx,
		editor,
		meta,
		token.Hints[0],
		r.read(token, meta.Key),
		func(a *account.Account, _ time.Time) (edit.Effects, error) {
			if hash == "" { // in the first attempt
				words := []string{string(a.Login), a.Contact.Name, a.Contact.Email}
				if field := r.Policy.Check(input.Password, "/password", words...); field != nil {
					return edit.Effects{}, fault.Invalid(*field)
				}
				var err error
				if hash, err = r.Hasher.Hash(input.Password); err != nil {
					return edit.Effects{}, err
				}
			}
			a.SessionEpoch++
			a.LinkEpoch++
			if !input.KeepTokens {
				a.TokenEpoch++
			}
			return edit.Effects{
				Event: event.PasswordReset, Order: event.PasswordChangedMail, Actor: a.Kind,
				Changes: []account.FieldChange{{Field: "password"}}, PasswordHash: hash,
			}, nil
		},
		edit.NoAnswer,
	)
	return err
}

// read returns a read of the account whose live link has the token.
func (r Redeemer) read(token access.Token, key idempotency.Key) edit.Read[account.Account] {
	return func(ctx context.Context) (snapshot edit.Snapshot[account.Account], err error) {
		found, links, record, err := r.Store.ReadLinks(ctx, token.Hints[0], key)
		if err != nil || record != nil {
			return edit.Snapshot[account.Account]{Record: record}, err
		}
		if _, isLive := links.Find(found, token, r.Now()); !isLive {
			return snapshot, fault.New(fault.LinkExpired, "This link has been used or has expired. Request a new one.")
		}
		return edit.Snapshot[account.Account]{Object: *found, Version: found.Version}, nil
	}
}
