package transfer

import (
	"cmp"
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// Mover moves customers to other owners and converts them to resellers.
type Mover struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time

	// MaxWithAccount is how many subscriptions move in the transaction that changes their account. The default is 50
	// (AWS limit: a transaction has at most 100 items).
	MaxWithAccount int
	// MaxPerTransaction is how many subscriptions and old plans a later transaction may contain. The default is 90.
	MaxPerTransaction int
}

// maxPlansWithAccount is how many old plans the subscriptions may have that move in the transaction that changes their
// account.
const maxPlansWithAccount = 15

func (m Mover) maxWithAccount() int64 { return int64(cmp.Or(m.MaxWithAccount, 50)) }

func (m Mover) maxPerTransaction() int { return cmp.Or(m.MaxPerTransaction, 90) }

// Processors returns the processors of moves and conversions.
func (m Mover) Processors() map[operation.Kind]operation.Processor {
	return map[operation.Kind]operation.Processor{
		operation.Move: processor{m, m.moveTarget}, operation.Convert: processor{m, m.conversionTarget},
	}
}

// processor moves or converts customers. It is an operation.ResumableProcessor.
type processor struct {
	Mover

	// findTarget returns the target of a move or conversion, or an error if the customer cannot have it.
	findTarget func(ctx context.Context, job operation.Job, customer *account.Account) (*transferTarget, error)
}

// HasStarted reports whether the operation holds the account or has changed it. Then the transfer must be completed.
func (p processor) HasStarted(ctx context.Context, job operation.Job) (bool, error) {
	customer, pending, err := p.Store.ReadTransfer(ctx, job.Item.Customer)
	isPending := pending != nil && pending.Operation == job.Operation.ID
	return isPending || customer != nil && isHeldBy(customer, job), err
}

// isHeldBy reports whether the job's operation holds the customer for a move or conversion.
func isHeldBy(customer *account.Account, job operation.Job) bool {
	return customer.Lifecycle != account.Ready && customer.Lifecycle != account.Removing &&
		customer.Operation == job.Operation.ID && customer.Operation != ""
}

// Process moves or converts a customer. It returns fault.NotFound if the originator cannot see the customer or the new
// owner does not exist, fault.Forbidden if the originator is not the administrator, fault.Busy if another operation
// holds the customer, fault.Conflict if the new owner already owns the customer or has another one with its external
// id, fault.LimitExceeded, fault.InvalidRequest if a plan does not exist, and fault.Unavailable if the transfer must be
// continued later.
func (p processor) Process(ctx context.Context, job operation.Job) error {
	return edit.Retry(func() error { return p.attempt(ctx, job) })
}

// tryAgain returns the fault of a transfer that must be continued later.
func tryAgain(reason string) error { return fault.New(fault.Unavailable, "%s", reason) }

// attempt moves or converts the newest version of a customer. It returns fault.VersionMismatch if something has changed
// since it was read.
func (p processor) attempt(ctx context.Context, job operation.Job) error {
	customer, pending, err := p.Store.ReadTransfer(ctx, job.Item.Customer)
	switch {
	case err != nil:
		return err
	case customer != nil && pending != nil && pending.Operation == job.Operation.ID:
		return p.continueTransfer(ctx, job, customer, pending, job.EventID)
	case customer != nil && customer.Lifecycle != account.Ready:
		if err := p.takeOverHold(ctx, job, customer, pending); err != nil {
			return err
		}
	}
	target, err := p.checkTarget(ctx, job, customer)
	if err == nil {
		return p.transfer(ctx, job, customer, target)
	}
	return p.release(ctx, job, customer, err)
}

// isTransient reports whether an error may be gone if the item is tried again.
func isTransient(err error) bool {
	code := fault.CodeOf(err)
	return code == "" || code == fault.Unavailable || code == fault.VersionMismatch || code == fault.TooManyRequests
}

// takeOverHold checks that a customer that is held may be changed: it is held by this operation, or by an operation
// that has ended without releasing it (ADR 25). If that operation has left a pending transfer, takeOverHold completes
// it, and returns fault.VersionMismatch so that the customer is read again. It returns fault.Busy if another operation
// still works on the customer.
func (p processor) takeOverHold(
	ctx context.Context, job operation.Job, customer *account.Account, pending *PendingTransfer,
) error {
	if isHeldBy(customer, job) {
		return nil
	}
	if err := p.refuseBusy(ctx, job, customer); err != nil || pending == nil {
		return err
	}
	if err := p.continueTransfer(ctx, job, customer, pending, ""); err != nil {
		return err
	}
	return fault.New(fault.VersionMismatch, "The account has changed in the meantime.")
}

// refuseBusy returns fault.Busy if another operation still works on the customer.
func (p processor) refuseBusy(ctx context.Context, job operation.Job, customer *account.Account) error {
	holder, _, err := p.Store.ReadOperation(ctx, customer.Operation, idempotency.Key{})
	if err != nil {
		return err
	}
	isWorking := holder != nil && !holder.State.HasEnded()
	if customer.Lifecycle == account.Removing || isWorking || !job.Caller.IsAdministrator() {
		return account.Busy(customer.Operation)
	}
	return nil
}

// Start returns the change that holds the customer, so that it shows at once that it is being moved or converted. It
// implements operation.StartingProcessor. It returns nil if an ended operation has left a pending transfer, which Process
// completes first.
func (p processor) Start(
	ctx context.Context, job operation.Job, target *account.Account,
) (*edit.AccountChange, error) {
	customer, transferTarget, _, err := p.forecast(ctx, job, pageSize)
	if err != nil || transferTarget == nil {
		return nil, err
	}
	if customer.Version != target.Version {
		return nil, fault.Outdated()
	}
	editor := edit.AccountEditor{Store: p.Store, NewID: p.NewID, Now: p.Now}
	meta := request.Metadata{ID: job.Operation.ID}
	return editor.Change(*customer, meta, job.Operation.Originator, p.Now(), p.holding(job, transferTarget))
}

// holding returns the edit that holds a customer for the operation.
func (p processor) holding(
	job operation.Job, target *transferTarget,
) func(*account.Account, time.Time) (edit.Effects, error) {
	return func(a *account.Account, _ time.Time) (edit.Effects, error) {
		a.Lifecycle, a.Operation = target.lifecycle, job.Operation.ID
		return edit.Effects{Event: event.TransferStarted}, nil
	}
}

// transfer moves or converts a customer that no other operation holds: in one transaction if it has few subscriptions,
// otherwise in several transactions.
func (p processor) transfer(
	ctx context.Context, job operation.Job, customer *account.Account, target *transferTarget,
) error {
	if customer.Subscriptions <= p.maxWithAccount() {
		totals, err := p.computeTotals(ctx, customer, target, exact)
		if err == nil && len(totals.plans) <= maxPlansWithAccount {
			err = p.transferAtOnce(ctx, job, customer, target, totals)
			return p.release(ctx, job, customer, err)
		}
		if err != nil {
			return p.release(ctx, job, customer, err)
		}
	}
	if !isHeldBy(customer, job) {
		var err error
		if customer, err = p.hold(ctx, job, customer, target); err != nil {
			return err
		}
	}
	pending, changed, err := p.transferHeld(ctx, job, customer, target)
	if err != nil {
		return p.release(ctx, job, customer, err)
	}
	return p.continueTransfer(ctx, job, changed, pending, job.EventID)
}

// transferHeld moves or converts a customer that the operation holds. Its subscriptions follow in later transactions.
func (p processor) transferHeld(
	ctx context.Context, job operation.Job, customer *account.Account, target *transferTarget,
) (*PendingTransfer, *account.Account, error) {
	totals, err := p.computeTotals(ctx, customer, target, exact)
	if err != nil {
		return nil, nil, err
	}
	return p.startTransfer(ctx, job, customer, target, totals)
}

// checkTarget checks that the originator may move or convert the customer, and returns the target.
func (p processor) checkTarget(
	ctx context.Context, job operation.Job, customer *account.Account,
) (*transferTarget, error) {
	if customer == nil || customer.Kind != account.Customer || !job.Caller.Sees(customer) {
		return nil, fault.NotInView()
	}
	if !job.Caller.IsAdministrator() {
		return nil, fault.New(fault.Forbidden, "Only the administrator can move and convert customers.")
	}
	target, err := p.findTarget(ctx, job, customer)
	if err != nil || customer.ExternalID == "" || target.owner == customer.Owner {
		return target, err
	}
	other, err := p.Store.FindExternalID(ctx, target.owner, customer.ExternalID)
	if err == nil && other != "" {
		err = account.ExternalIDTaken()
	}
	return target, err
}

// hold holds a customer for the operation: until it is released, its subscriptions cannot be created, removed or put on
// other plans.
func (p processor) hold(
	ctx context.Context, job operation.Job, customer *account.Account, target *transferTarget,
) (*account.Account, error) {
	return p.update(ctx, job, customer, p.holding(job, target))
}

// release releases a customer that is held and cannot be transferred, and returns the reason. It does not release the
// customer if there is no reason, or if the operation will try again.
func (p processor) release(ctx context.Context, job operation.Job, customer *account.Account, reason error) error {
	isHeld := customer != nil && customer.Lifecycle != account.Ready
	if reason == nil || !isHeld || isTransient(reason) && !job.Operation.GivenUp {
		return reason
	}
	_, err := p.update(ctx, job, customer, func(a *account.Account, now time.Time) (edit.Effects, error) {
		a.Release(now)
		return edit.Effects{Event: event.TransferEnded}, nil
	})
	return cmp.Or(err, reason)
}

// update changes only the account. It returns fault.VersionMismatch if the account has changed since it was read.
func (p processor) update(
	ctx context.Context, job operation.Job, customer *account.Account,
	change func(*account.Account, time.Time) (edit.Effects, error),
) (*account.Account, error) {
	editor := edit.AccountEditor{Store: p.Store, NewID: p.NewID, Now: p.Now}
	meta := request.Metadata{
		ID: job.Operation.ID, IfMatch: &customer.Version, EventID: operation.StepEventID(job.EventID, customer.Version+1),
	}
	return edit.UpdateAccount(ctx, editor, meta, job.Operation.Originator, editor.Known(*customer, meta.Key), change,
		func(a *account.Account) *account.Account { return a })
}
