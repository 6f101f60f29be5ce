package outbox

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/maillimit"
	"tenantry/shared/reset"
)

// Sender sends mails.
type Sender struct {
	Store     Store
	Mailer    Mailer
	Troubles  Troubles
	NewID     func(prefix string) string
	Random    io.Reader
	Lifetimes reset.Lifetimes
	Limits    maillimit.Limits
	PublicURL string
	Now       func() time.Time
}

// errGivenUp is the error of writing a letter that would come too late.
var errGivenUp = errors.New("the mail is too old")

// Deliver sends the mail that a message orders. A letter is sent twice if an attempt ends between sending the letter
// and recording the delivery; then the link in the later letter is valid. Deliver returns ErrLeased or an error of the
// mail service if the message must be delivered again, for the letters that were not sent.
func (s Sender) Deliver(ctx context.Context, message Message) error {
	deliveries, isDue, err := s.Store.LeaseMail(ctx, message, s.Now().Add(LeaseDuration))
	if err != nil || !isDue {
		return err
	}
	envelopes, err := s.write(ctx, message)
	switch {
	case errors.Is(err, errGivenUp):
		return nil // the sweep ends the mail
	case err != nil:
		return err
	}
	missing := slices.DeleteFunc(
		slices.Clone(envelopes),
		func(envelope Envelope) bool { return isDelivered(deliveries, message, envelope.To) },
	)
	var failures []error
	for i, envelope := range missing {
		delivery, err := s.send(ctx, message, envelope)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		deliveries = append(deliveries, delivery)
		if i == len(missing)-1 && len(failures) == 0 {
			break // the last write below records all deliveries
		}
		if err := s.Store.RecordDeliveries(ctx, message, Sending, deliveries); err != nil {
			return err
		}
	}
	if len(failures) > 0 {
		return errors.Join(failures...)
	}
	if err := s.report(ctx, message, envelopes, deliveries); err != nil {
		return err
	}
	return s.Store.RecordDeliveries(ctx, message, finalState(deliveries), deliveries)
}

// report shows on the accounts which letters will never be sent, and ends the trouble of those that got their letter. It
// records the deliveries first: if it fails, the next attempt reports again and sends no letter again.
func (s Sender) report(ctx context.Context, message Message, envelopes []Envelope, deliveries []Delivery) error {
	isRecorded := false
	for _, envelope := range envelopes {
		delivery := deliveryTo(deliveries, message, envelope.To)
		if delivery.Unsent == "" && !envelope.HasTrouble {
			continue
		}
		if !isRecorded {
			if err := s.Store.RecordDeliveries(ctx, message, Sending, deliveries); err != nil {
				return err
			}
			isRecorded = true
		}
		if err := s.reportLetter(ctx, message, envelope, delivery.Unsent); err != nil {
			return err
		}
	}
	return nil
}

func (s Sender) reportLetter(ctx context.Context, message Message, envelope Envelope, reason Unsent) error {
	if reason == "" {
		return s.Troubles.end(ctx, envelope.Account, envelope.To, message.Event)
	}
	return s.Troubles.record(ctx, unsentMail{
		Account: envelope.Account, Email: envelope.To, Event: message.Event, Kind: envelope.Letter.Kind, Reason: reason,
	})
}

// send sends a letter. A notice to an address that has got too many of its kind is not sent.
func (s Sender) send(ctx context.Context, message Message, envelope Envelope) (Delivery, error) {
	delivery := Delivery{Recipient: recipient(message, envelope.To)}
	kind, now := envelope.Letter.Kind, s.Now()
	isCounted := maillimit.IsNotice(kind)
	if isCounted {
		isWithin, err := s.limiter().TakeSent(ctx, kind, envelope.To, now)
		if err != nil {
			return delivery, err
		}
		if !isWithin {
			delivery.Unsent = TooMany
			return delivery, nil
		}
	}
	id, err := s.Mailer.Send(ctx, envelope)
	delivery.MessageID = id
	if unsent, isUnsent := errors.AsType[Unsent](err); isUnsent {
		delivery.Unsent = unsent
		return delivery, nil
	}
	if err != nil && isCounted {
		err = errors.Join(err, s.limiter().GiveBackSent(ctx, kind, envelope.To, now))
	}
	return delivery, err
}

func (s Sender) limiter() maillimit.Limiter {
	return maillimit.Limiter{Attempts: s.Store, Limits: s.Limits}
}

// write returns the letters of a message's mail. It returns none if the event or its account does not exist any more,
// or if the mail must not be sent.
func (s Sender) write(ctx context.Context, message Message) ([]Envelope, error) {
	ordering, request, err := s.Store.ReadMailEvent(ctx, message)
	if err != nil || ordering == nil {
		return nil, err
	}
	switch ordering.Mail {
	case event.ForgottenMail:
		return s.writeForgotten(ctx, ordering, request)
	case event.WelcomeMail:
		return s.writeWelcome(ctx, ordering)
	case event.ResetMail:
		return s.writeLink(
			ctx,
			message.Account,
			ordering,
			s.Lifetimes.Reset,
			func(a *account.Account, _ []reset.Link) (bool, error) {
				return a.Owner == ordering.Owner, nil // a former owner may not send links any more
			},
		)
	case event.PasswordChangedMail, event.LoginChangedMail, event.TokenCreatedMail, event.EmailChangedMail:
		return s.writeNotice(ctx, message.Account, ordering)
	}
	return nil, nil
}
