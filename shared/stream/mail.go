package stream

import (
	"context"

	"tenantry/shared/event"
	"tenantry/shared/outbox"
)

// MailQueue keeps messages until the mailer takes them, so that SES's pace holds up nothing else.
type MailQueue interface {
	// Enqueue sends messages to the queue. It returns how many of them, from the first on, the queue accepted.
	Enqueue(ctx context.Context, messages []outbox.Message) (accepted int, err error)
}

// EnqueueMails enqueues the mails that events order. The mailer recognises a message that comes again by its event.
type EnqueueMails struct{ Queue MailQueue }

// Handle implements Handler.
func (h EnqueueMails) Handle(ctx context.Context, events []event.Event) (int, error) {
	return send(ctx, events, func(e *event.Event) (outbox.Message, bool) {
		return outbox.Message{Event: e.ID, Account: e.Account}, e.Mail != ""
	}, h.Queue.Enqueue)
}
