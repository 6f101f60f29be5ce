// Package outbox sends the mails that events owe. An event names the kind of the mail and holds no secret: the outbox
// makes the link of a mail when it sends the mail.
package outbox

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/reset"
)

// Order names one mail to send, by the event that owes the mail. Account is empty for a forgotten password: the account
// is looked up later.
type Order struct {
	Event   string     `json:"event"`
	Account account.ID `json:"account,omitempty"`
}

// Letter is the content of a mail, before package letter puts it into words.
type Letter struct {
	Kind            event.MailKind
	Locale          string
	Name            string // of the recipient
	Login           string
	OldLogin        string // of a changed login
	PasswordChanged bool   // whether the password was changed
	IsNewAddress    bool   // whether the reader has the new one of a changed e-mail address
	TokenName       string // of a new API token
	URL             string // of a link; a secret
	Lifetime        time.Duration
	ExpiresAt       time.Time // of the link or the API token
	At              time.Time // when the event happened
}

// Envelope is a letter with its recipient.
type Envelope struct {
	To      string
	Account account.ID // the account on which a bounce is noted
	Letter  Letter
}

// Mailer sends letters.
type Mailer interface {
	// Send sends a letter and returns the mail service's id of the message. It returns an Unsent error if the letter can
	// never be sent.
	Send(ctx context.Context, envelope Envelope) (string, error)
}

// Lease is how long one attempt to send may take before another attempt may begin.
const Lease = 2 * time.Minute

// ErrLeased is the error of an attempt that begins while another one holds the lease.
var ErrLeased = errors.New("the mail is being sent")

// Store is the store that the outbox needs.
type Store interface {
	access.AttemptCounter
	reset.Store
	// Lease begins an attempt to send an event's mail. It returns the deliveries of earlier attempts, and reports whether
	// the mail is still due. It returns ErrLeased if another attempt holds the lease.
	Lease(ctx context.Context, order Order, until time.Time) (before []Delivery, due bool, err error)
	// Note writes the state of a mail with all of its deliveries so far. It does not change the lease.
	Note(ctx context.Context, order Order, state MailState, letters []Delivery) error
	// ReadOrder reads the event of an order, and the request for a forgotten password if the order is one. It returns nil
	// if the event is gone.
	ReadOrder(ctx context.Context, order Order) (*event.Event, *reset.Forgotten, error)
	// FindLogin returns the account that has a login, or "" if no account has it.
	FindLogin(ctx context.Context, login account.Login) (account.ID, error)
}

// AccountLimit is how many mails for forgotten passwords an account gets in an hour. An account without a live link
// gets one mail more: otherwise strangers could use the limit up and lock the account's owner out.
const AccountLimit = 5

// WelcomeLimit is how many welcome mails the panel users of one customer get in an hour. A customer may enter any
// address for a panel user, so the limit protects strangers. A panel user without a mail can request a link as for a
// forgotten password.
const WelcomeLimit = 10

// Outbox sends mails.
type Outbox struct {
	Store     Store
	Mailer    Mailer
	NewID     func(prefix string) string
	Random    io.Reader
	Lifetimes reset.Lifetimes
	PublicURL string
	Now       func() time.Time
}

// Deliver sends the mail of an order. If an attempt ends between sending a letter and noting the delivery, the letter
// is sent twice, and the link of the later letter works. It returns ErrLeased, or the error of the mail service. Then
// the order must be delivered again, which sends the letters that are not noted.
func (o Outbox) Deliver(ctx context.Context, order Order) error {
	letters, due, err := o.Store.Lease(ctx, order, o.Now().Add(Lease))
	if err != nil || !due {
		return err
	}
	envelopes, err := o.write(ctx, order)
	if err != nil {
		return err
	}
	envelopes = slices.DeleteFunc(
		envelopes,
		func(envelope Envelope) bool { return delivered(letters, order, envelope.To) },
	)
	var failures []error
	for i, envelope := range envelopes {
		letter, err := o.send(ctx, order, envelope)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		letters = append(letters, letter)
		if i == len(envelopes)-1 && len(failures) == 0 {
			break // one note for all deliveries
		}
		if err := o.Store.Note(ctx, order, Sending, letters); err != nil {
			return err
		}
	}
	if len(failures) > 0 {
		return errors.Join(failures...)
	}
	return o.Store.Note(ctx, order, outcome(letters), letters)
}

// send sends a letter and returns its delivery.
func (o Outbox) send(ctx context.Context, order Order, envelope Envelope) (Delivery, error) {
	message, err := o.Mailer.Send(ctx, envelope)
	unsent, isFinal := errors.AsType[Unsent](err)
	if isFinal {
		err = nil
	}
	return Delivery{To: recipient(order, envelope.To), Message: message, Unsent: unsent}, err
}

// write returns the letters of an order. It returns none if the account is gone or no longer matches the event.
func (o Outbox) write(ctx context.Context, order Order) ([]Envelope, error) {
	cause, forgotten, err := o.Store.ReadOrder(ctx, order)
	if err != nil || cause == nil {
		return nil, err
	}
	switch cause.Mail {
	case event.ForgottenMail:
		return o.forgotten(ctx, order, cause, forgotten)
	case event.WelcomeMail:
		return o.welcome(ctx, cause)
	case event.ResetMail:
		return o.withLink(
			ctx,
			order.Account,
			cause,
			o.Lifetimes.Reset,
			func(a *account.Account, _ []reset.Link) (bool, error) {
				return a.Owner == cause.Owner, nil // the owner who ordered the mail must still be the owner
			},
		)
	case event.PasswordChangedMail, event.LoginChangedMail, event.TokenCreatedMail:
		return o.notice(ctx, order.Account, cause, changedAddresses)
	case event.EmailChangedMail:
		return o.notice(ctx, order.Account, cause, oldAndNewAddress)
	}
	return nil, nil
}

// forgotten returns the letter for a forgotten password. It returns none if the login and the address do not belong
// together, or if the account has the greatest number of live links: a stranger's request must not end a link that the
// owner has just received.
func (o Outbox) forgotten(
	ctx context.Context,
	order Order,
	cause *event.Event,
	request *reset.Forgotten,
) ([]Envelope, error) {
	id, err := o.Store.FindLogin(ctx, request.Login)
	if err != nil || id == "" {
		return nil, err
	}
	isCounted := false // against the account's limit
	return o.withLink(ctx, id, cause, o.Lifetimes.Reset, func(a *account.Account, live []reset.Link) (bool, error) {
		if a.Login != request.Login || !account.SameEmail(a.Contact.Email, request.Email) {
			return false, nil
		}
		others := slices.DeleteFunc(slices.Clone(live), func(link reset.Link) bool { return link.For == order.Event })
		switch {
		case len(others) >= reset.MaxLive:
			return false, nil
		case isCounted || len(others) < len(live): // in this attempt, or in an earlier one
			return true, nil
		}
		limit := access.NewAttempt(AccountLimit, time.Hour, o.Now(), "forgotten mails of", string(id))
		within, err := o.Store.TakeAttempt(ctx, limit)
		isCounted = err == nil && (within || len(others) == 0)
		return isCounted, err
	})
}

// welcome returns the letter with the link for a new account's first password. It returns none if the account has a
// password.
func (o Outbox) welcome(ctx context.Context, cause *event.Event) ([]Envelope, error) {
	isCounted := false // against the customer's limit
	return o.withLink(
		ctx,
		cause.Addressee(),
		cause,
		o.Lifetimes.Welcome,
		func(a *account.Account, live []reset.Link) (bool, error) {
			switch {
			case a.PasswordHash != "": // another link has set it
				return false, nil
			case a.Kind != account.PanelUser || isCounted || slices.ContainsFunc(live, func(link reset.Link) bool { return link.For == cause.ID }):
				return true, nil
			}
			limit := access.NewAttempt(WelcomeLimit, time.Hour, o.Now(), "welcome mails of", string(a.Owner))
			within, err := o.Store.TakeAttempt(ctx, limit)
			isCounted = err == nil && within
			return isCounted, err
		},
	)
}

// withLink returns a letter with a new link if the mail is due for the account with its live links.
func (o Outbox) withLink(
	ctx context.Context, id account.ID, cause *event.Event, lifetime time.Duration,
	isDue func(*account.Account, []reset.Link) (bool, error),
) (envelopes []Envelope, err error) {
	err = edit.Retry(func() (err error) {
		envelopes, err = o.makeLink(ctx, id, cause, lifetime, isDue)
		return err
	})
	return envelopes, err
}

// makeLink is one attempt of withLink. It returns fault.VersionMismatch if another link has been made meanwhile.
func (o Outbox) makeLink(
	ctx context.Context, id account.ID, cause *event.Event, lifetime time.Duration,
	isDue func(*account.Account, []reset.Link) (bool, error),
) ([]Envelope, error) {
	owner, links, _, err := o.Store.ReadLinks(ctx, id, idempotency.Key{})
	if err != nil || owner == nil {
		return nil, err
	}
	now := o.Now()
	if due, err := isDue(owner, links.Live(owner, now)); err != nil || !due {
		return nil, err
	}
	token, after, err := links.Mint(o.Random, owner, cause.ID, lifetime, now)
	if err != nil {
		return nil, err
	}
	change := reset.LinksChange{Links: &after}
	if !slices.ContainsFunc(links.Links, func(link reset.Link) bool { return link.For == cause.ID }) {
		// A link that replaces the one of an earlier delivery is no further event: a long outage would fill the trail.
		change.Event = event.New(o.NewID, event.ResetLinkMailed, owner, cause.Actor, cause.RequestID, now)
	}
	if err := o.Store.MakeLink(ctx, change); err != nil {
		return nil, err
	}
	return []Envelope{{To: owner.Contact.Email, Account: owner.ID, Letter: Letter{
		Kind:   cause.Mail,
		Locale: owner.Contact.Locale,
		Name:   owner.Contact.Name,
		Login:  string(owner.Login),
		URL: reset.URL(
			o.PublicURL,
			token,
			owner.Contact.Locale,
		),
		Lifetime:  lifetime,
		ExpiresAt: now.Add(lifetime),
		At:        cause.At,
	}}}, nil
}

// notice returns the letters that notify an account of an event.
func (o Outbox) notice(
	ctx context.Context, id account.ID, cause *event.Event, recipients func(*account.Account, *event.Event) []string,
) ([]Envelope, error) {
	owner, _, _, err := o.Store.ReadLinks(ctx, id, idempotency.Key{})
	if err != nil || owner == nil {
		return nil, err
	}
	letter := Letter{
		Kind:   cause.Mail,
		Locale: owner.Contact.Locale,
		Name:   owner.Contact.Name,
		Login:  string(owner.Login),
		At:     cause.At,
	}
	newEmail := ""
	for _, changed := range cause.Changes {
		switch changed.Field {
		case "password":
			letter.PasswordChanged = true
		case "login":
			letter.OldLogin, _ = changed.Old.(string)
		case account.EmailField:
			newEmail, _ = changed.New.(string)
		case "apiToken":
			letter.TokenName, letter.ExpiresAt = tokenFacts(changed.New)
		}
	}
	to := recipients(owner, cause)
	envelopes := make([]Envelope, len(to))
	for i := range to {
		envelopes[i] = Envelope{To: to[i], Account: owner.ID, Letter: letter}
		envelopes[i].Letter.IsNewAddress = cause.Mail == event.EmailChangedMail && account.SameEmail(to[i], newEmail)
	}
	return envelopes, nil
}

// tokenFacts returns the name and the expiry of the API token in an event.
func tokenFacts(view any) (name string, expiresAt time.Time) {
	token, _ := view.(map[string]any) // as the event is stored
	name, _ = token["name"].(string)
	expiry, _ := token["expiresAt"].(string)
	expiresAt, _ = time.Parse(time.RFC3339, expiry) // the zero time is not shown
	return name, expiresAt
}

// changedAddresses returns the account's address and, after a change of the login, the old and the new login if they
// are addresses.
func changedAddresses(owner *account.Account, cause *event.Event) []string {
	to := []string{owner.Contact.Email}
	for _, changed := range cause.Changes {
		if changed.Field != "login" {
			continue
		}
		for _, login := range []any{changed.Old, changed.New} {
			if address, _ := login.(string); account.IsEmail(address) && !strings.EqualFold(address, to[0]) {
				to = append(to, address)
			}
		}
	}
	return to
}

// oldAndNewAddress returns the addresses that the account had before and after the event. They are notified even if the
// account has another address now: an attacker may have changed the address and changed it back.
func oldAndNewAddress(_ *account.Account, cause *event.Event) []string {
	var to []string
	for _, changed := range cause.Changes {
		if changed.Field != account.EmailField {
			continue
		}
		for _, email := range []any{changed.Old, changed.New} {
			if address, _ := email.(string); account.IsEmail(address) {
				to = append(to, address)
			}
		}
	}
	return to
}
