package transfer

import (
	"cmp"
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// Accounts moves customers and converts them. It is the work of operations.
type Accounts struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time

	// Few is how many subscriptions go in the transaction that changes their account, which has room for a hundred items; by default 50.
	Few int
	// Room is for how many subscriptions, with the plans that they leave, there is room where they follow; by default 90.
	Room int
}

// fewPlans is on how many plans the subscriptions may be that go with their account.
const fewPlans = 15

func (t Accounts) few() int64 { return int64(cmp.Or(t.Few, 50)) }

func (t Accounts) room() int { return cmp.Or(t.Room, 90) }

// Works returns the work of the kinds of operation that move and convert.
func (t Accounts) Works() map[operation.Kind]operation.Work {
	return map[operation.Kind]operation.Work{
		operation.Move: work{t, t.move}, operation.Convert: work{t, t.convert},
	}
}

// work is moving or converting.
type work struct {
	Accounts

	// aims finds out what is to become of a customer. Errors: why it cannot.
	aims func(ctx context.Context, task operation.Task, of *account.Account) (*aim, error)
}

// Begun tells whether the operation holds the account: what it has changed is brought to its end.
func (w work) Begun(ctx context.Context, task operation.Task) (bool, error) {
	of, kept, err := w.Store.ReadTransfer(ctx, task.Item.Customer)
	return kept != nil && kept.Operation == task.Operation.ID || of != nil && held(of, task), err
}

// held tells whether the operation holds the account.
func held(of *account.Account, task operation.Task) bool {
	return of.Lifecycle != account.Ready && of.Lifecycle != account.Removing && of.Operation == task.Operation.ID && of.Operation != ""
}

// Do moves or converts a customer. Errors: NotFound, Forbidden, Busy; Conflict for the same owner, or one with another account of the
// external id; LimitExceeded; InvalidRequest for a plan that is none; Unavailable when it must go on later.
func (w work) Do(ctx context.Context, task operation.Task) error {
	for try := 1; ; try++ {
		err := w.once(ctx, task)
		if !fault.Is(err, fault.VersionMismatch) {
			return err
		}
		if try == maxTries {
			return again("Too many requests changed this account at the same time.")
		}
	}
}

// maxTries is how often something is done anew on what has changed meanwhile.
const maxTries = 8

func again(why string) error { return fault.New(fault.Unavailable, "%s", why) }

func (w work) once(ctx context.Context, task operation.Task) error {
	of, kept, err := w.Store.ReadTransfer(ctx, task.Item.Customer)
	switch {
	case err != nil:
		return err
	case of != nil && kept != nil && kept.Operation == task.Operation.ID:
		return w.follow(ctx, task, of, kept, task.EventID)
	case of != nil && of.Lifecycle != account.Ready:
		if err := w.takeUp(ctx, task, of, kept); err != nil {
			return err
		}
	}
	to, err := w.judge(ctx, task, of)
	if err == nil {
		return w.change(ctx, task, of, to)
	}
	return w.releaseUnless(ctx, task, of, err)
}

// passing tells whether what was in the way may be gone when it is tried again.
func passing(err error) bool {
	code := fault.CodeOf(err)
	return code == "" || code == fault.Unavailable || code == fault.VersionMismatch || code == fault.TooManyRequests
}

// takeUp finds whether an account that something holds may be worked on: it is held by this operation, or by one that has ended without
// letting it go. What that has changed already is brought to its end first. Errors: Busy.
func (w work) takeUp(ctx context.Context, task operation.Task, of *account.Account, kept *Transfer) error {
	if held(of, task) {
		return nil
	}
	if err := w.refuseHeld(ctx, task, of); err != nil || kept == nil {
		return err
	}
	if err := w.follow(ctx, task, of, kept, ""); err != nil {
		return err
	}
	return fault.New(fault.VersionMismatch, "The account has changed in the meantime.")
}

// refuseHeld refuses an account that something else still works on. Errors: Busy.
func (w work) refuseHeld(ctx context.Context, task operation.Task, of *account.Account) error {
	holder, _, err := w.Store.ReadOperation(ctx, of.Operation, idempotency.Key{})
	if err == nil && (of.Lifecycle == account.Removing || holder != nil && !holder.State.Ended() || !task.Caller.IsAdministrator()) {
		err = account.Busy()
	}
	return err
}

// change does what is to be done on a customer that nobody else holds.
func (w work) change(ctx context.Context, task operation.Task, of *account.Account, to *aim) (err error) {
	if of.Lifecycle == account.Ready && of.Subscriptions <= w.few() {
		found, err := w.measure(ctx, of, to, exactly)
		if err != nil {
			return err
		}
		if len(found.plans) <= fewPlans {
			return w.whole(ctx, task, of, to, found)
		}
	}
	if !held(of, task) {
		if of, err = w.hold(ctx, task, of, to); err != nil {
			return err
		}
	}
	kept, changed, err := w.changeHeld(ctx, task, of, to)
	if err != nil {
		return w.releaseUnless(ctx, task, of, err)
	}
	return w.follow(ctx, task, changed, kept, task.EventID)
}

// changeHeld changes a customer that the operation holds.
func (w work) changeHeld(ctx context.Context, task operation.Task, of *account.Account, to *aim) (*Transfer, *account.Account, error) {
	all, err := w.measure(ctx, of, to, exactly)
	if err != nil {
		return nil, nil, err
	}
	return w.begin(ctx, task, of, to, all)
}

// judge finds out what is to become of an account that the originator may move or convert.
func (w work) judge(ctx context.Context, task operation.Task, of *account.Account) (*aim, error) {
	if of == nil || of.Kind != account.Customer || !task.Caller.Sees(of) {
		return nil, access.NotInView()
	}
	if !task.Caller.IsAdministrator() {
		return nil, fault.New(fault.Forbidden, "Only the administrator can move and convert customers.")
	}
	to, err := w.aims(ctx, task, of)
	if err != nil || of.ExternalID == "" || to.owner == of.Owner {
		return to, err
	}
	other, err := w.Store.FindExternalID(ctx, to.owner, of.ExternalID)
	if err == nil && other != "" {
		err = account.ExternalIDTaken()
	}
	return to, err
}

// editor changes the account alone.
func (w work) editor() change.Editor {
	return change.Editor{Store: w.Store, NewID: w.NewID, Now: w.Now}
}

func itself(a account.Account) account.Account { return a }

// hold keeps a customer's subscriptions as they are until they have been taken over.
func (w work) hold(ctx context.Context, task operation.Task, of *account.Account, to *aim) (*account.Account, error) {
	meta := request.Metadata{ID: task.Operation.ID, IfMatch: &of.Version}
	now, err := change.Apply(ctx, w.editor(), meta, task.Operation.Originator, *of, func(a *account.Account) (change.Edit, error) {
		a.Lifecycle, a.Operation = to.lifecycle, task.Operation.ID
		return change.Edit{Event: event.TransferBegun}, nil
	}, itself)
	return &now, err
}

// releaseUnless lets a customer go that stays what it was, for a reason, unless nobody holds it, or the operation is to try again. Whatever
// holds it is this operation, or one that has ended.
func (w work) releaseUnless(ctx context.Context, task operation.Task, of *account.Account, reason error) error {
	if of == nil || of.Lifecycle == account.Ready || passing(reason) && !task.Operation.GivenUp {
		return reason
	}
	meta := request.Metadata{ID: task.Operation.ID, IfMatch: &of.Version}
	_, err := change.Apply(ctx, w.editor(), meta, task.Operation.Originator, *of, func(a *account.Account) (change.Edit, error) {
		a.Lifecycle, a.Operation = account.Ready, ""
		return change.Edit{Event: event.TransferEnded}, nil
	}, itself)
	if err != nil {
		return err
	}
	return reason
}
