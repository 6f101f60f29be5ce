package edit

import (
	"context"
	"errors"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// MailOrder orders a mail with an event. Only this package sets the mail of an event, after the limits allow the order
// (ADR 36).
type MailOrder struct {
	Event     *event.Event // which is written with the change; its mail is set when the order is counted
	Kind      event.MailKind
	Addressee *account.Account // as it is after the change; nil for a forgotten password, whose account is not known
	ActorKind account.Kind     // of the account that orders the mail
}

// MailLimiter counts orders of mails.
type MailLimiter interface {
	// TakeMail counts an order and returns a function that uncounts it. It returns fault.TooManyRequests if a limit is
	// used up; then the order is not counted.
	TakeMail(ctx context.Context, order MailOrder, now time.Time) (giveBack func(context.Context), err error)
}

// errNoMailLimiter is the defect of a use case that orders mails without a limiter.
var errNoMailLimiter = errors.New("a mail is ordered without a limiter")

// writeWithMail counts the order, sets the mail of its event and calls write. It uncounts the order if nothing was
// written. If the outcome of the write is unknown, the order stays counted.
func writeWithMail(
	ctx context.Context, limiter MailLimiter, order *MailOrder, now time.Time, write func() error,
) error {
	if order == nil {
		return write()
	}
	if limiter == nil {
		return errNoMailLimiter
	}
	giveBack, err := limiter.TakeMail(ctx, *order, now)
	if err != nil {
		return err
	}
	order.Event.Mail = order.Kind
	err = write()
	_, isReplayed := errors.AsType[*idempotency.Replayed](err)
	if code := fault.CodeOf(err); isReplayed || code != "" && code != fault.Unavailable {
		giveBack(ctx)
	}
	return err
}
