package reset

import (
	"context"
	"io"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// LinksChange is a change of an account's links with everything that is written in the same transaction. Links is nil
// if only the event is written. Event and Record are empty if a new link only replaces another one.
type LinksChange struct {
	Links  *Links
	Event  event.Event
	Record *idempotency.Record
}

// Store keeps the links of accounts.
type Store interface {
	edit.Records
	// ReadLinks reads an account, its links, and the record of the request if the request has taken effect: consistently,
	// in one round trip. The account is nil if there is none.
	ReadLinks(
		ctx context.Context,
		id account.ID,
		key idempotency.Key,
	) (*account.Account, Links, *idempotency.Record, error)
	// MakeLink writes a change. Errors: fault.VersionMismatch if the links have changed; *idempotency.Replayed.
	MakeLink(ctx context.Context, change LinksChange) error
}

// Manager makes links on request of the owner of an account, or of the administrator.
type Manager struct {
	Store     Store
	NewID     func(prefix string) string
	Random    io.Reader
	Lifetimes Lifetimes
	PublicURL string
	SendsMail bool // whether the stack is set up to send mail
	Mails     edit.MailLimiter
	Now       func() time.Time
}

// ShownLink is the response to Show. It is never shown again.
type ShownLink struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// Show creates a link and shows it to the caller (guide: "Show link"). Errors: fault.NotFound, fault.Forbidden,
// fault.VersionMismatch, fault.SecretShownOnce.
func (m Manager) Show(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (ShownLink, error) {
	return edit.Update(
		ctx,
		m.editor(),
		meta,
		m.read(caller, meta.Key, id),
		func(found linked, now time.Time) (edit.Outcome[ShownLink], error) {
			described := event.New(m.NewID, event.ResetLinkShown, found.account, caller.Account.ID, meta.ID, now)
			token, after, err := found.links.Mint(m.Random, found.account, described.ID, m.Lifetimes.Reset, now)
			if err != nil {
				return edit.Outcome[ShownLink]{}, err
			}
			return edit.Outcome[ShownLink]{
				Answer: ShownLink{
					URL:       URL(m.PublicURL, token, found.account.Contact.Locale),
					ExpiresAt: now.Add(m.Lifetimes.Reset),
				},
				Secret: true,
				Write: func(ctx context.Context, record *idempotency.Record) error {
					return m.Store.MakeLink(ctx, LinksChange{Links: &after, Event: described, Record: record})
				},
			}, nil
		},
	)
}

// SentLink is the response to Send: the address that the mail goes to.
type SentLink struct {
	To string `json:"to"`
}

// Send orders a mail with a link to the account's address (guide: "Send to Email"). The mailer creates the link.
// Errors: fault.NotFound, fault.Forbidden, fault.VersionMismatch, fault.TooManyRequests; fault.Conflict if the stack
// sends no mail.
func (m Manager) Send(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (SentLink, error) {
	return edit.Update(
		ctx,
		m.editor(),
		meta,
		m.read(caller, meta.Key, id),
		func(found linked, now time.Time) (edit.Outcome[SentLink], error) {
			if !m.SendsMail {
				return edit.Outcome[SentLink]{}, fault.New(
					fault.Conflict,
					"This service is not set up to send mail. Show the link instead.",
				)
			}
			described := event.New(m.NewID, event.ResetLinkRequested, found.account, caller.Account.ID, meta.ID, now)
			return edit.Outcome[SentLink]{
				Answer: SentLink{To: found.account.Contact.Email},
				Write: func(ctx context.Context, record *idempotency.Record) error {
					return m.Store.MakeLink(ctx, LinksChange{Event: described, Record: record})
				},
				Order: &edit.MailOrder{
					Event: &described, Kind: event.ResetMail, Addressee: found.account, ActorKind: caller.Account.Kind,
				},
			}, nil
		},
	)
}

func (m Manager) editor() edit.Editor {
	return edit.Editor{Records: m.Store, Mails: m.Mails, Now: m.Now}
}

// linked is an account with its links.
type linked struct {
	account *account.Account
	links   Links
}

// read returns a read of an account that the caller may change, with its links. The write does not check the account's
// version, because a link ends anyway when the account's login, password or address changes.
func (m Manager) read(caller access.Caller, key idempotency.Key, id string) edit.Read[linked] {
	return func(ctx context.Context) (snapshot edit.Snapshot[linked], err error) {
		if !account.ID(id).WellFormed() {
			return snapshot, fault.NotInView()
		}
		found, links, record, err := m.Store.ReadLinks(ctx, account.ID(id), key)
		if err == nil {
			err = caller.CheckManages(found)
		}
		snapshot = edit.Snapshot[linked]{Object: linked{found, links}, Record: record}
		if found != nil {
			snapshot.Version, snapshot.Closed = found.Version, found.CheckOpen()
		}
		return snapshot, err
	}
}
