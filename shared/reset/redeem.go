package reset

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

// Redeem sets a password by a link.
type Redeem struct {
	Store interface {
		change.Store
		ReadLinks(ctx context.Context, id account.ID, key idempotency.Key) (*account.Account, Links, *idempotency.Record, error)
	}
	Hasher interface {
		Hash(password string) (string, error)
	}
	Policy interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	NewID func(prefix string) string
	Now   func() time.Time
}

// Use sets the password of the link's account, once: it ends all sessions, API tokens and links of the account, and orders
// a notice by mail. A password that is refused leaves the link as it was. Errors: LinkExpired for a link that was used, is over or never
// was; InvalidRequest for a text that is no link, and for the password.
func (r Redeem) Use(ctx context.Context, meta request.Metadata, link, password string) error {
	token, ok := access.ParseToken(link)
	if !ok || len(token.Hints) != 1 {
		return fault.Invalid(fault.Field{Pointer: "/token", Code: "link-malformed", Detail: "This link is incomplete. Copy all of it from the mail."})
	}
	of, links, first, err := r.Store.ReadLinks(ctx, token.Hints[0], meta.Key)
	if err != nil {
		return err
	}
	if first != nil {
		_, err = idempotency.Replay[struct{}](*first, meta.Key)
		return err
	}
	found, ok := links.Find(of, token, r.Now())
	if !ok {
		_, err = change.Refuse[struct{}](ctx, r.Store, meta.Key, expired())
		return err
	}
	if field := r.Policy.Check(password, "/password", string(of.Login), of.Contact.Name, of.Contact.Email); field != nil {
		return fault.Invalid(*field)
	}
	hash, err := r.Hasher.Hash(password)
	if err != nil {
		return err
	}
	editor := change.Editor{Store: r.Store, NewID: r.NewID, Now: r.Now}
	_, err = change.Apply(ctx, editor, meta, of.ID, *of, func(a *account.Account) (change.Edit, error) {
		if a.LinkEpoch != found.Epoch {
			return change.Edit{}, expired() // another link, or this one, was used meanwhile
		}
		a.PasswordHash = hash
		a.SessionEpoch++
		a.LinkEpoch++
		a.TokenEpoch++
		return change.Edit{
			Event: event.PasswordReset, Mail: event.PasswordChangedMail, Changes: []account.FieldChange{{Field: "password"}},
		}, nil
	}, func(account.Account) struct{} { return struct{}{} })
	return err
}

func expired() error {
	return fault.New(fault.LinkExpired, "This link has been used or has expired. Request a new one.")
}
