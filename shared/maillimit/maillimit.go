// Package maillimit limits the mails that accounts order. Accounts choose the addresses of their mails, so without
// limits they could flood strangers through the service (ADR 36).
package maillimit

import (
	"context"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
)

// Window is the length of the window in which mails are counted.
const Window = time.Hour

// Limits are numbers of mails in one window.
type Limits struct {
	Recipient     int // to one address
	RecipientKind int // of one kind to one address
	Customer      int // ordered by one customer or panel user
	Reseller      int // ordered by one reseller
	Administrator int // ordered by one administrator
}

// DefaultLimits are the defaults of the stack parameters.
var DefaultLimits = Limits{Recipient: 10, RecipientKind: 5, Customer: 10, Reseller: 200, Administrator: 2000}

// Limiter counts mails.
type Limiter struct {
	Attempts access.AttemptCounter
	Limits   Limits
}

// TakeMail counts an order of a mail, concurrently in all its counters, and returns a function that uncounts the order.
// It returns fault.TooManyRequests if a limit is used up; then the order is not counted.
func (l Limiter) TakeMail(
	ctx context.Context, order edit.MailOrder, now time.Time,
) (giveBack func(context.Context), err error) {
	counters := l.counters(order, now)
	within := make([]bool, len(counters))
	var calls errgroup.Group
	for i, counter := range counters {
		calls.Go(func() (err error) {
			within[i], err = l.Attempts.TakeAttempt(ctx, counter)
			return err
		})
	}
	if err := calls.Wait(); err != nil {
		return nil, err
	}
	var taken []access.Attempt
	var exceeded *access.Attempt
	for i, counter := range counters {
		if within[i] {
			taken = append(taken, counter)
		} else {
			exceeded = &counter
		}
	}
	giveBack = func(ctx context.Context) { access.GiveBack(ctx, l.Attempts, taken...) }
	if exceeded == nil {
		return giveBack, nil
	}
	giveBack(ctx)
	return nil, &fault.Fault{
		Code:       fault.TooManyRequests,
		Detail:     "This would send too many mails within an hour. Nothing was changed. Try again later.",
		RetryAfter: exceeded.WindowEnd.Sub(now),
	}
}

// counters returns the counters of an order. The notice of an account's own change is counted by the account and its
// event, and by recipient only when it is sent: others who send mails to the address must not keep the account from
// changing its password. A forgotten password is limited by the requester and the mailer, because its account is not
// known yet.
func (l Limiter) counters(order edit.MailOrder, now time.Time) []access.Attempt {
	ordering := order.Event
	switch {
	case order.Kind == event.ForgottenMail:
		return nil
	case ordering.Actor == ordering.Account && IsNotice(order.Kind):
		limit := l.actorLimit(order.ActorKind)
		return []access.Attempt{attempt(limit, now, "own change", string(ordering.Account), string(ordering.Name))}
	}
	counters := []access.Attempt{attempt(l.actorLimit(order.ActorKind), now, "actor", string(ordering.Actor))}
	seen := map[string]bool{}
	for _, address := range ordering.Recipients(order.Kind, order.Addressee) {
		mailbox := Mailbox(address)
		if seen[mailbox] {
			continue
		}
		seen[mailbox] = true
		counters = append(
			counters,
			attempt(l.Limits.Recipient, now, "recipient", mailbox),
			attempt(l.Limits.RecipientKind, now, "recipient and kind", mailbox, string(order.Kind)),
		)
	}
	return counters
}

// TakeSent counts a mail that is about to be sent and was not counted by its recipient when it was ordered. It reports
// whether the mail may be sent. Each kind has its own counter, so that mails of one kind cannot keep out another kind.
func (l Limiter) TakeSent(ctx context.Context, kind event.MailKind, address string, now time.Time) (bool, error) {
	return l.Attempts.TakeAttempt(ctx, l.sent(kind, address, now))
}

// GiveBackSent uncounts a mail that could not be sent.
func (l Limiter) GiveBackSent(ctx context.Context, kind event.MailKind, address string, now time.Time) error {
	return l.Attempts.GiveBackAttempt(ctx, l.sent(kind, address, now))
}

func (l Limiter) sent(kind event.MailKind, address string, now time.Time) access.Attempt {
	return attempt(l.Limits.Recipient, now, "sent", Mailbox(address), string(kind))
}

func (l Limiter) actorLimit(kind account.Kind) int {
	switch kind {
	case account.Administrator:
		return l.Limits.Administrator
	case account.Reseller:
		return l.Limits.Reseller
	case account.Customer, account.PanelUser:
	}
	return l.Limits.Customer
}

// IsNotice reports whether mails of the kind only say what an account has changed.
func IsNotice(kind event.MailKind) bool {
	switch kind {
	case event.PasswordChangedMail, event.EmailChangedMail, event.LoginChangedMail, event.TokenCreatedMail:
		return true
	case event.WelcomeMail, event.ResetMail, event.ForgottenMail:
	}
	return false
}

// Mailbox returns the mailbox of an address for counting: in lower case, with the domain in ASCII and without a
// subaddress (RFC 5233), because all subaddresses reach one reader.
func Mailbox(address string) string {
	if ascii, isEmail := account.ASCIIEmail(address); isEmail {
		address = ascii
	}
	address = strings.ToLower(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	local, _, _ := strings.Cut(address[:at], "+")
	return local + address[at:]
}

func attempt(limit int, now time.Time, parts ...string) access.Attempt {
	return access.NewAttempt(limit, Window, now, append([]string{"mails"}, parts...)...)
}
