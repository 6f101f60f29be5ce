// Package outbox sends the mails that events owe. An event names the kind of mail and never a secret: the link that a mail
// carries is made here, when it is sent.
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

// Order is one mail to be sent: the event that owes it. Account is empty for a forgotten password, of which nobody knows yet
// whether it is an account's.
type Order struct {
	Event   string     `json:"event"`
	Account account.ID `json:"account,omitempty"`
}

// Letter is what a mail says, before it is put into words.
type Letter struct {
	Kind            event.MailKind
	Locale          string
	Name            string // of the person
	Login           string
	OldLogin        string // of a changed login
	PasswordChanged bool   // whether the password was changed
	URL             string // of a link; a secret
	Lifetime        time.Duration
	ExpiresAt       time.Time
	At              time.Time // of what happened
}

// Envelope is where a letter goes.
type Envelope struct {
	To      string
	Account account.ID // what comes back is noted on it
	Letter  Letter
}

// Mailer hands letters to the post.
type Mailer interface {
	// Send sends a letter and returns the post's id of it. Errors: Unsent for a letter that can never be sent.
	Send(ctx context.Context, envelope Envelope) (string, error)
}

// Lease is how long one try of sending may take before another one begins.
const Lease = 2 * time.Minute

// ErrLeased says that another try is sending the mail just now.
var ErrLeased = errors.New("the mail is being sent")

// Store is what the outbox needs stored.
type Store interface {
	access.AttemptCounter
	reset.Store
	// Lease begins a try of sending an event's mail, and returns what became of its letters before. It tells false when the
	// mail is done with. Errors: ErrLeased.
	Lease(ctx context.Context, order Order, until time.Time) (before []Delivery, due bool, err error)
	// Note notes how far a mail is, with all of its letters so far. It leaves a lease as it is.
	Note(ctx context.Context, order Order, state State, letters []Delivery) error
	// ReadOrder reads the event of an order; for a forgotten password also what was asked with. Nil when it is gone.
	ReadOrder(ctx context.Context, order Order) (*event.Event, *reset.Forgotten, error)
	// FindLogin tells whose a login is; "" when it is nobody's.
	FindLogin(ctx context.Context, login account.Login) (account.ID, error)
}

// AccountLimit is how many mails for forgotten passwords an account gets in an hour, whoever asks for them. While none of its
// links lives it gets one beyond that: else strangers who use the limit up would lock its owner out.
const AccountLimit = 5

// WelcomeLimit is how many mails an hour welcome the panel users of one account. It may give them anybody's address, and would
// else flood a stranger. Who gets none can ask for a link like somebody who has forgotten the password.
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

// Deliver sends the mail of an order. A letter may be sent twice when a try dies between the post and the note of it; the
// later one then has a link that works. Errors: ErrLeased, and whatever the post says: the order must come again, for the
// letters that it did not take.
func (o Outbox) Deliver(ctx context.Context, order Order) error {
	letters, due, err := o.Store.Lease(ctx, order, o.Now().Add(Lease))
	if err != nil || !due {
		return err
	}
	envelopes, err := o.write(ctx, order)
	if err != nil {
		return err
	}
	envelopes = slices.DeleteFunc(envelopes, func(envelope Envelope) bool { return delivered(letters, order, envelope.To) })
	var failures []error
	for i, envelope := range envelopes {
		letter, err := o.send(ctx, order, envelope)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		letters = append(letters, letter)
		if i == len(envelopes)-1 && len(failures) == 0 {
			break // all is noted at once
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

func (o Outbox) send(ctx context.Context, order Order, envelope Envelope) (Delivery, error) {
	message, err := o.Mailer.Send(ctx, envelope)
	unsent, never := errors.AsType[Unsent](err)
	if never {
		err = nil
	}
	return Delivery{To: recipient(order, envelope.To), Message: message, Unsent: unsent}, err
}

// write returns the letters that an order comes to: none when what it is about is gone, or not what was said.
func (o Outbox) write(ctx context.Context, order Order) ([]Envelope, error) {
	happened, forgotten, err := o.Store.ReadOrder(ctx, order)
	if err != nil || happened == nil {
		return nil, err
	}
	switch happened.Mail {
	case event.ForgottenMail:
		return o.forgotten(ctx, order, happened, forgotten)
	case event.WelcomeMail:
		return o.welcome(ctx, happened)
	case event.ResetMail:
		return o.withLink(ctx, order.Account, happened, o.Lifetimes.Reset, func(a *account.Account, _ []reset.Link) (bool, error) {
			return a.Owner == happened.Owner, nil // what an owner ordered goes with its view
		})
	case event.PasswordChangedMail, event.LoginChangedMail:
		return o.notice(ctx, order.Account, happened, announced)
	case event.EmailChangedMail:
		return o.notice(ctx, order.Account, happened, left)
	}
	return nil, nil
}

// forgotten answers a request only when login and address belong together, and not while there are as many live links as an
// account may have: a stranger's requests must not end a link that its owner has just been sent.
func (o Outbox) forgotten(ctx context.Context, order Order, happened *event.Event, asked *reset.Forgotten) ([]Envelope, error) {
	id, err := o.Store.FindLogin(ctx, asked.Login)
	if err != nil || id == "" {
		return nil, err
	}
	counted := false // towards the account's limit
	return o.withLink(ctx, id, happened, o.Lifetimes.Reset, func(a *account.Account, live []reset.Link) (bool, error) {
		if a.Login != asked.Login || !account.SameEmail(a.Contact.Email, asked.Email) {
			return false, nil
		}
		others := slices.DeleteFunc(slices.Clone(live), func(link reset.Link) bool { return link.For == order.Event })
		switch {
		case len(others) >= reset.MaxLive:
			return false, nil
		case counted || len(others) < len(live): // now, or by a try before this one
			return true, nil
		}
		limit := access.NewAttempt(AccountLimit, time.Hour, o.Now(), "forgotten mails of", string(id))
		within, err := o.Store.TakeAttempt(ctx, limit)
		counted = err == nil && (within || len(others) == 0)
		return counted, err
	})
}

// welcome answers the creation of an account with the link for its first password, while it has none.
func (o Outbox) welcome(ctx context.Context, happened *event.Event) ([]Envelope, error) {
	counted := false // towards its owner's limit
	return o.withLink(ctx, happened.Addressee(), happened, o.Lifetimes.Welcome, func(a *account.Account, live []reset.Link) (bool, error) {
		switch {
		case a.PasswordHash != "": // it has been set by another link meanwhile
			return false, nil
		case a.Kind != account.PanelUser || counted || slices.ContainsFunc(live, func(link reset.Link) bool { return link.For == happened.ID }):
			return true, nil
		}
		limit := access.NewAttempt(WelcomeLimit, time.Hour, o.Now(), "welcome mails of", string(a.Owner))
		within, err := o.Store.TakeAttempt(ctx, limit)
		counted = err == nil && within
		return counted, err
	})
}

// withLink writes a letter with a fresh link if isDue says so of the account and its live links.
func (o Outbox) withLink(
	ctx context.Context, id account.ID, happened *event.Event, lifetime time.Duration,
	isDue func(*account.Account, []reset.Link) (bool, error),
) (envelopes []Envelope, err error) {
	err = edit.Retry(func() (err error) {
		envelopes, err = o.makeLink(ctx, id, happened, lifetime, isDue)
		return err
	})
	return envelopes, err
}

// makeLink is one attempt of withLink. It returns fault.VersionMismatch if another link has been made meanwhile.
func (o Outbox) makeLink(
	ctx context.Context, id account.ID, happened *event.Event, lifetime time.Duration,
	isDue func(*account.Account, []reset.Link) (bool, error),
) ([]Envelope, error) {
	of, links, _, err := o.Store.ReadLinks(ctx, id, idempotency.Key{})
	if err != nil || of == nil {
		return nil, err
	}
	now := o.Now()
	if due, err := isDue(of, links.Live(of, now)); err != nil || !due {
		return nil, err
	}
	token, after, err := links.Mint(o.Random, of, happened.ID, lifetime, now)
	if err != nil {
		return nil, err
	}
	change := reset.LinksChange{Links: &after}
	if !slices.ContainsFunc(links.Links, func(link reset.Link) bool { return link.For == happened.ID }) {
		// A link that replaces the one of an earlier delivery is no further event: a long outage would fill the trail.
		change.Event = event.New(o.NewID, event.ResetLinkMailed, of, happened.Actor, happened.RequestID, now)
	}
	if err := o.Store.MakeLink(ctx, change); err != nil {
		return nil, err
	}
	return []Envelope{{To: of.Contact.Email, Account: of.ID, Letter: Letter{
		Kind: happened.Mail, Locale: of.Contact.Locale, Name: of.Contact.Name, Login: string(of.Login),
		URL: reset.URL(o.PublicURL, token, of.Contact.Locale), Lifetime: lifetime, ExpiresAt: now.Add(lifetime), At: happened.At,
	}}}, nil
}

// notice writes a letter that tells of what has happened.
func (o Outbox) notice(
	ctx context.Context, id account.ID, happened *event.Event, recipients func(*account.Account, *event.Event) []string,
) ([]Envelope, error) {
	of, _, _, err := o.Store.ReadLinks(ctx, id, idempotency.Key{})
	if err != nil || of == nil {
		return nil, err
	}
	letter := Letter{Kind: happened.Mail, Locale: of.Contact.Locale, Name: of.Contact.Name, Login: string(of.Login), At: happened.At}
	for _, changed := range happened.Changes {
		letter.PasswordChanged = letter.PasswordChanged || changed.Field == "password"
		if changed.Field == "login" {
			letter.OldLogin, _ = changed.Old.(string)
		}
	}
	to := recipients(of, happened)
	envelopes := make([]Envelope, len(to))
	for i := range to {
		envelopes[i] = Envelope{To: to[i], Account: of.ID, Letter: letter}
	}
	return envelopes, nil
}

// announced are the account's address and, of a changed login, the old and the new login where those are addresses too.
func announced(of *account.Account, happened *event.Event) []string {
	to := []string{of.Contact.Email}
	for _, changed := range happened.Changes {
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

// left is the address that the account had before. It is told even when the account has it again: somebody else may have
// changed it to and fro.
func left(_ *account.Account, happened *event.Event) []string {
	for _, changed := range happened.Changes {
		if address, _ := changed.Old.(string); changed.Field == account.EmailField && account.IsEmail(address) {
			return []string{address}
		}
	}
	return nil
}
