package reset

import (
	"context"
	"io"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Making is everything that making a link writes, together or not at all. Links is nil where only the event is written. Event
// is empty, and there is no record, where a link only takes the place of another one.
type Making struct {
	Links  *Links
	Event  event.Event
	Record *idempotency.Record
}

// Store keeps links.
type Store interface {
	// ReadLinks reads, consistently and in one round trip, an account, its links, and the record of the request if it has
	// taken effect before. The account is nil when there is none.
	ReadLinks(ctx context.Context, id account.ID, key idempotency.Key) (*account.Account, Links, *idempotency.Record, error)
	// MakeLink writes a making. Errors: VersionMismatch when the links have changed meanwhile; *idempotency.Replayed.
	MakeLink(ctx context.Context, making Making) error
}

// Manager makes links for those above an account.
type Manager struct {
	Store     Store
	NewID     func(prefix string) string
	Random    io.Reader
	Lifetimes Lifetimes
	PublicURL string
	SendsMail bool // whether the stack does
	Now       func() time.Time
}

// Shown is a link that is shown once.
type Shown struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// maxTries is how often a link is made anew beside others. Of those who make one at once, one succeeds in every round.
const maxTries = 8

// Show makes a link and shows it to the caller (guide: "Show link"). Errors: NotFound, Forbidden, VersionMismatch,
// SecretShownOnce.
func (m Manager) Show(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (Shown, error) {
	for try := 1; ; try++ {
		of, links, err := m.find(ctx, caller, meta, id)
		if err != nil {
			return idempotency.Answer(Shown{}, meta.Key, err)
		}
		now := m.Now()
		happened := event.New(m.NewID, event.ResetLinkShown, of, caller.Account.ID, meta.ID, now)
		token, after, err := links.Mint(m.Random, of, happened.ID, m.Lifetimes.Reset, now)
		if err != nil {
			return Shown{}, err
		}
		err = m.Store.MakeLink(ctx, Making{Links: &after, Event: happened, Record: idempotency.SecretRecord(meta.Key, now)})
		if fault.Is(err, fault.VersionMismatch) && try == maxTries {
			return Shown{}, change.Crowded(err)
		}
		if !fault.Is(err, fault.VersionMismatch) {
			return idempotency.Answer(Shown{URL: URL(m.PublicURL, token, of.Contact.Locale), ExpiresAt: now.Add(m.Lifetimes.Reset)}, meta.Key, err)
		}
	}
}

// Ordered tells where a mail with a link goes.
type Ordered struct {
	To string `json:"to"`
}

// Send orders a mail with a link to the account's address (guide: "Send to Email"). The mailer makes the link. Errors:
// NotFound, Forbidden, VersionMismatch, Conflict where the stack sends no mail.
func (m Manager) Send(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (Ordered, error) {
	of, _, err := m.find(ctx, caller, meta, id)
	if err != nil {
		return idempotency.Answer(Ordered{}, meta.Key, err)
	}
	if !m.SendsMail {
		return Ordered{}, fault.New(fault.Conflict, "This service is not set up to send mail. Show the link instead.")
	}
	now := m.Now()
	happened := event.New(m.NewID, event.ResetLinkRequested, of, caller.Account.ID, meta.ID, now)
	happened.Mail = event.ResetMail
	ordered := Ordered{To: of.Contact.Email}
	record, err := idempotency.NewRecord(meta.Key, ordered, now)
	if err != nil {
		return Ordered{}, err
	}
	return idempotency.Answer(ordered, meta.Key, m.Store.MakeLink(ctx, Making{Event: happened, Record: record}))
}

// find reads the account that a link is for, as the caller may see it. A request that has taken effect before is *idempotency.Replayed.
// A link dies with a change of what it stands for, so the version that the caller demands need not be held until it is written.
func (m Manager) find(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (*account.Account, Links, error) {
	if !account.ID(id).WellFormed() {
		return nil, Links{}, access.NotInView()
	}
	of, links, first, err := m.Store.ReadLinks(ctx, account.ID(id), meta.Key)
	if err == nil {
		err = caller.RefuseUnmanaged(of)
	}
	switch {
	case err != nil:
		return nil, Links{}, err
	case first != nil:
		return nil, Links{}, &idempotency.Replayed{First: *first}
	case meta.IfMatch != nil && *meta.IfMatch != of.Version:
		return nil, Links{}, fault.New(fault.VersionMismatch, "The account has changed since you read it. Read it again and retry.")
	}
	return of, links, nil
}
