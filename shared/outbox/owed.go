package outbox

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/reset"
	"tenantry/shared/sweep"
)

// Owed is a mail that was ordered and is neither sent nor given up.
type Owed struct {
	Message   Message
	OrderedAt time.Time
	DueAt     time.Time // when the sweep looks at the mail
	LeaseEnds time.Time // of the last attempt; the zero Unix time before the first attempt
	HandOvers int       // how often the sweep has put the mail into the queue
}

const (
	// FirstPause is the time after the order at which a mail without a result is due.
	FirstPause = time.Minute
	// queuePause is longer than a message of a failed attempt stays away from the mailer: the visibility timeout of
	// MailQueue in template.yaml is three minutes from the beginning of the attempt.
	queuePause = 4 * time.Minute
	// giveUpAfter is the time after the order at which a mail is given up. A link in it would be of no use any more.
	giveUpAfter = 24 * time.Hour
)

// isInQueue reports whether the queue still seems to have the mail: it was attempted a short time ago. That does not
// count before the first hand-over, because the message may have been lost with the attempt.
func (o Owed) isInQueue(now time.Time) bool {
	return o.HandOvers > 0 && now.Before(o.LeaseEnds.Add(queuePause))
}

// afterHandOver returns when a mail is due again that is put into the queue now. The pause doubles with the age of the
// mail, so that a mailer that is out of order for hours finds few messages for each mail.
func (o Owed) afterHandOver(now time.Time) time.Time {
	pause := max(FirstPause, now.Sub(o.OrderedAt))
	next, end := now.Add(pause), o.OrderedAt.Add(giveUpAfter)
	if now.Before(end) && next.After(end) {
		return end
	}
	return next
}

// Queue keeps messages until the mailer takes them.
type Queue interface {
	// Enqueue sends messages to the queue. It returns how many of them, from the first on, the queue accepted.
	Enqueue(ctx context.Context, messages []Message) (accepted int, err error)
}

// DueStore keeps the state of mails.
type DueStore interface {
	// ReadOwed returns the mail that an event has ordered, or nil if it is done.
	ReadOwed(ctx context.Context, eventID string) (*Owed, error)
	// PostponeMail makes a mail due at a later time. It does nothing if the mail is done or was postponed meanwhile.
	PostponeMail(ctx context.Context, owed Owed, until time.Time, handOvers int) error
	ReadMailEvent(ctx context.Context, message Message) (*event.Event, *reset.ForgottenRequest, error)
	FindLogin(ctx context.Context, login account.Login) (account.ID, error)
	LeaseMail(ctx context.Context, message Message, until time.Time) (deliveries []Delivery, isDue bool, err error)
	RecordDeliveries(ctx context.Context, message Message, state MailState, deliveries []Delivery) error
}

// DueHandler looks after mails that should have been sent. Their messages may be lost anywhere between the table and the
// mailer. It puts these mails into the queue again, and gives them up after a day (ADR 40).
type DueHandler struct {
	Store    DueStore
	Queue    Queue
	Troubles Troubles
	Now      func() time.Time
}

// HandleDue implements sweep.Handler. The message goes into the queue before the mail is postponed: if the sweep ends
// between them, the next one sends it again, and the lease of the mail keeps it from being sent twice.
func (h DueHandler) HandleDue(ctx context.Context, entry sweep.DueEntry) error {
	owed, err := h.Store.ReadOwed(ctx, entry.ID)
	if err != nil || owed == nil {
		return err
	}
	now := h.Now()
	switch {
	case !owed.DueAt.Equal(entry.At), now.Before(owed.DueAt):
		return nil
	case now.Before(owed.LeaseEnds):
		return h.Store.PostponeMail(ctx, *owed, owed.LeaseEnds, owed.HandOvers)
	case !now.Before(owed.OrderedAt.Add(giveUpAfter)):
		return h.giveUp(ctx, owed.Message)
	case owed.isInQueue(now):
		return h.Store.PostponeMail(ctx, *owed, owed.LeaseEnds.Add(queuePause), owed.HandOvers)
	}
	if _, err := h.Queue.Enqueue(ctx, []Message{owed.Message}); err != nil {
		return err
	}
	return h.Store.PostponeMail(ctx, *owed, owed.afterHandOver(now), owed.HandOvers+1)
}

// giveUp ends an owed mail, and shows it to those who manage the account. It takes the lease of the mail, so that no
// attempt sends it meanwhile.
func (h DueHandler) giveUp(ctx context.Context, message Message) error {
	deliveries, isDue, err := h.Store.LeaseMail(ctx, message, h.Now().Add(LeaseDuration))
	if err != nil || !isDue {
		return err
	}
	kind, addressee, err := h.addressee(ctx, message)
	if err != nil {
		return err
	}
	if addressee != nil {
		email := addressee.Contact.Email
		if !isDelivered(deliveries, message, email) {
			deliveries = append(deliveries, Delivery{Recipient: recipient(message, email), Unsent: TooLate})
		}
		unsent := unsentMail{Account: addressee.ID, Event: message.Event, Kind: kind, Reason: TooLate}
		if deliveryTo(deliveries, message, email).MessageID == "" {
			unsent.Email = email // otherwise only letters to former addresses are missing
		}
		if err := h.Troubles.record(ctx, unsent); err != nil {
			return err
		}
	}
	return h.Store.RecordDeliveries(ctx, message, Undelivered, deliveries)
}

// addressee returns the kind of a mail, and the account that should have received it. The account is nil if it does not
// exist any more, or if login and e-mail address of a forgotten-password request do not belong together.
func (h DueHandler) addressee(ctx context.Context, message Message) (event.MailKind, *account.Account, error) {
	ordering, request, err := h.Store.ReadMailEvent(ctx, message)
	if err != nil || ordering == nil {
		return "", nil, err
	}
	id := ordering.Addressee()
	if request != nil {
		if id, err = h.Store.FindLogin(ctx, request.Login); err != nil || id == "" {
			return "", nil, err
		}
	}
	found, err := h.Troubles.Editor.Store.ReadAccount(ctx, id)
	if err != nil || found == nil || request != nil && !request.IsFrom(found) {
		return "", nil, err
	}
	return ordering.Mail, found, nil
}
