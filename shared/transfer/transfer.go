package transfer

import (
	"cmp"
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// Mover moves customers and converts them. It is the work of operations.
type Mover struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time

	// MaxWithAccount is how many subscriptions go in the transaction that changes their account, which has room for a hundred items; by default 50.
	MaxWithAccount int
	// MaxPerTransaction is for how many subscriptions, with the plans that they leave, there is room where they follow; by default 90.
	MaxPerTransaction int
}

// maxPlansWithAccount is on how many plans the subscriptions may be that go with their account.
const maxPlansWithAccount = 15

func (t Mover) maxWithAccount() int64 { return int64(cmp.Or(t.MaxWithAccount, 50)) }

func (t Mover) maxPerTransaction() int { return cmp.Or(t.MaxPerTransaction, 90) }

// Processors returns the work of the kinds of operation that move and convert.
func (t Mover) Processors() map[operation.Kind]operation.Processor {
	return map[operation.Kind]operation.Processor{
		operation.Move: processor{t, t.moveTarget}, operation.Convert: processor{t, t.conversionTarget},
	}
}

// processor is moving or converting.
type processor struct {
	Mover

	// findTarget finds out what is to become of a customer. Errors: why it cannot.
	findTarget func(ctx context.Context, job operation.Job, of *account.Account) (*target, error)
}

// HasStarted tells whether the operation holds the account: what it has changed is brought to its end.
func (w processor) HasStarted(ctx context.Context, job operation.Job) (bool, error) {
	of, kept, err := w.Store.ReadTransfer(ctx, job.Item.Customer)
	return kept != nil && kept.Operation == job.Operation.ID || of != nil && holds(of, job), err
}

// holds tells whether the operation holds the account.
func holds(of *account.Account, job operation.Job) bool {
	return of.Lifecycle != account.Ready && of.Lifecycle != account.Removing && of.Operation == job.Operation.ID && of.Operation != ""
}

// Process moves or converts a customer. Errors: NotFound, Forbidden, Busy; Conflict for the same owner, or one with another account of the
// external id; LimitExceeded; InvalidRequest for a plan that is none; Unavailable when it must go on later.
func (w processor) Process(ctx context.Context, job operation.Job) error {
	return edit.Retry(func() error { return w.attempt(ctx, job) })
}

func tryAgain(why string) error { return fault.New(fault.Unavailable, "%s", why) }

// attempt moves or converts a customer as it is now. It returns fault.VersionMismatch if something has changed meanwhile.
func (w processor) attempt(ctx context.Context, job operation.Job) error {
	of, kept, err := w.Store.ReadTransfer(ctx, job.Item.Customer)
	switch {
	case err != nil:
		return err
	case of != nil && kept != nil && kept.Operation == job.Operation.ID:
		return w.continueTransfer(ctx, job, of, kept, job.EventID)
	case of != nil && of.Lifecycle != account.Ready:
		if err := w.takeOverHold(ctx, job, of, kept); err != nil {
			return err
		}
	}
	to, err := w.checkTarget(ctx, job, of)
	if err == nil {
		return w.transfer(ctx, job, of, to)
	}
	return w.release(ctx, job, of, err)
}

// isTransient tells whether what was in the way may be gone when it is tried again.
func isTransient(err error) bool {
	code := fault.CodeOf(err)
	return code == "" || code == fault.Unavailable || code == fault.VersionMismatch || code == fault.TooManyRequests
}

// takeOverHold finds whether an account that something holds may be worked on: it is held by this operation, or by one that has ended without
// letting it go. What that has changed already is brought to its end first. Errors: Busy.
func (w processor) takeOverHold(ctx context.Context, job operation.Job, of *account.Account, kept *PendingTransfer) error {
	if holds(of, job) {
		return nil
	}
	if err := w.refuseBusy(ctx, job, of); err != nil || kept == nil {
		return err
	}
	if err := w.continueTransfer(ctx, job, of, kept, ""); err != nil {
		return err
	}
	return fault.New(fault.VersionMismatch, "The account has changed in the meantime.")
}

// refuseBusy refuses an account that something else still works on. Errors: Busy.
func (w processor) refuseBusy(ctx context.Context, job operation.Job, of *account.Account) error {
	holder, _, err := w.Store.ReadOperation(ctx, of.Operation, idempotency.Key{})
	if err == nil && (of.Lifecycle == account.Removing || holder != nil && !holder.State.HasEnded() || !job.Caller.IsAdministrator()) {
		err = account.Busy()
	}
	return err
}

// transfer does what is to be done on a customer that nobody else holds.
func (w processor) transfer(ctx context.Context, job operation.Job, of *account.Account, to *target) (err error) {
	if of.Lifecycle == account.Ready && of.Subscriptions <= w.maxWithAccount() {
		found, err := w.measure(ctx, of, to, exact)
		if err != nil {
			return err
		}
		if len(found.plans) <= maxPlansWithAccount {
			return w.transferAtOnce(ctx, job, of, to, found)
		}
	}
	if !holds(of, job) {
		if of, err = w.hold(ctx, job, of, to); err != nil {
			return err
		}
	}
	kept, changed, err := w.transferHeld(ctx, job, of, to)
	if err != nil {
		return w.release(ctx, job, of, err)
	}
	return w.continueTransfer(ctx, job, changed, kept, job.EventID)
}

// transferHeld changes a customer that the operation holds.
func (w processor) transferHeld(ctx context.Context, job operation.Job, of *account.Account, to *target) (*PendingTransfer, *account.Account, error) {
	all, err := w.measure(ctx, of, to, exact)
	if err != nil {
		return nil, nil, err
	}
	return w.startTransfer(ctx, job, of, to, all)
}

// checkTarget finds out what is to become of an account that the originator may move or convert.
func (w processor) checkTarget(ctx context.Context, job operation.Job, of *account.Account) (*target, error) {
	if of == nil || of.Kind != account.Customer || !job.Caller.Sees(of) {
		return nil, access.NotInView()
	}
	if !job.Caller.IsAdministrator() {
		return nil, fault.New(fault.Forbidden, "Only the administrator can move and convert customers.")
	}
	to, err := w.findTarget(ctx, job, of)
	if err != nil || of.ExternalID == "" || to.owner == of.Owner {
		return to, err
	}
	other, err := w.Store.FindExternalID(ctx, to.owner, of.ExternalID)
	if err == nil && other != "" {
		err = account.ExternalIDTaken()
	}
	return to, err
}

// hold keeps a customer's subscriptions as they are until they have been taken over.
func (w processor) hold(ctx context.Context, job operation.Job, of *account.Account, to *target) (*account.Account, error) {
	return w.update(ctx, job, of, event.TransferStarted, func(a *account.Account) {
		a.Lifecycle, a.Operation = to.lifecycle, job.Operation.ID
	})
}

// release lets a customer go that stays what it was, for a reason, unless nobody holds it, or the operation is to try again. Whatever
// holds it is this operation, or one that has ended.
func (w processor) release(ctx context.Context, job operation.Job, of *account.Account, reason error) error {
	if of == nil || of.Lifecycle == account.Ready || isTransient(reason) && !job.Operation.GivenUp {
		return reason
	}
	if _, err := w.update(ctx, job, of, event.TransferEnded, func(a *account.Account) {
		a.Lifecycle, a.Operation = account.Ready, ""
	}); err != nil {
		return err
	}
	return reason
}

// update changes the account alone. It returns fault.VersionMismatch if the account has changed since it was read.
func (w processor) update(
	ctx context.Context, job operation.Job, of *account.Account, name event.Name, change func(a *account.Account),
) (*account.Account, error) {
	editor := edit.AccountEditor{Store: w.Store, NewID: w.NewID, Now: w.Now}
	meta := request.Metadata{ID: job.Operation.ID, IfMatch: &of.Version}
	read := editor.Known(*of, meta.Key)
	return edit.UpdateAccount(ctx, editor, meta, job.Operation.Originator, read, func(a *account.Account, _ time.Time) (edit.Effects, error) {
		change(a)
		return edit.Effects{Event: name}, nil
	}, func(a *account.Account) *account.Account { return a })
}
