// Package removal removes customers and resellers with all that they own, step by step: the account is closed first, its login is
// freed last (guide: Removing Customers).
//
// Every step may be made again. Whoever comes after a crash begins with the first: what is gone is gone.
package removal

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/change"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// AccountRemoval is everything that is written when an account goes, together or not at all.
type AccountRemoval struct {
	Account account.Account
	Event   event.Event       // all that stays of it
	Token   string            // names this try of writing it
	Limits  *plan.Reservation // what it gives back to the reseller that owns it
}

// PlanStore is what removals need stored of plans.
type PlanStore interface {
	// ListPlans returns the plans of a kind that an owner has.
	ListPlans(ctx context.Context, owner account.ID, prefix string, after plan.ID, limit int) ([]plan.Plan, bool, error)
	// ReadReseller reads what a reseller may give and has given.
	ReadReseller(ctx context.Context, id account.ID) (plan.Reseller, error)
	// WritePlan writes a change of a plan. Errors: VersionMismatch.
	WritePlan(ctx context.Context, writing plan.Writing) error
}

// Store is what removals need stored.
type Store interface {
	change.Store
	hosting.WipeStore
	directory.TrailStore
	PlanStore
	OperationStore
	// List returns accounts, eventually consistent.
	List(ctx context.Context, selection directory.Selection) (directory.Rows, error)
	// RemovePanelUser forgets a panel user. Errors: NotFound when it is gone.
	RemovePanelUser(ctx context.Context, user account.Account, judged *account.Account, happened event.Event, record *idempotency.Record) error
	// ListCreated returns the backups that somebody made, newest first.
	ListCreated(ctx context.Context, creator account.ID, before string, limit int) ([]backup.Backup, bool, error)
	// EraseTrail deletes what is kept with an account, but for the account itself and one event, about so many rows at most, and
	// tells whether there are no more.
	EraseTrail(ctx context.Context, of account.ID, spared string, most int) (bool, error)
	// RemoveAccount deletes an account that has nothing left, with its login. Errors: VersionMismatch when it has changed.
	RemoveAccount(ctx context.Context, removed AccountRemoval) error
}

// OperationStore begins operations, and tells what became of them.
type OperationStore interface {
	operation.AcceptStore
	// ReadOperation reads an operation; nil when there is none.
	ReadOperation(ctx context.Context, id string, key idempotency.Key) (*operation.Operation, *idempotency.Record, error)
	// ListBatches returns the batches of an operation that have begun, in their order, from a number on.
	ListBatches(ctx context.Context, id string, from int64, limit int) ([]operation.Batch, bool, error)
}

// BackupService deletes backups, from the storage too, or gives them to another creator.
type BackupService interface {
	Delete(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error
	Reassign(ctx context.Context, actor account.ID, meta request.Metadata, id string, from, to account.ID) error
}

// Remover removes customers and resellers. It is the work of an operation.
type Remover struct {
	Store   Store
	Backups BackupService
	NewID   func(prefix string) string
	Now     func() time.Time
}

// Processors returns the work of the kind of operation that removes.
func (r Remover) Processors() map[operation.Kind]operation.Processor {
	return map[operation.Kind]operation.Processor{operation.Remove: r}
}

// indexDelay is how long after its closing an account's indexes are trusted to hold all that it has. What is counted on the account
// itself is held against the count besides.
const indexDelay = 5 * time.Second

// pageSize is how much of a list is worked on at once.
const pageSize = 100

// Preview says whether the account could be removed, and what would go with it. Errors: NotFound, Forbidden, Busy, Conflict for a
// reseller with customers.
func (r Remover) Preview(ctx context.Context, task operation.Job) (operation.Forecast, error) {
	of, err := r.find(ctx, task)
	if err != nil || task.Quick {
		return operation.Forecast{}, err
	}
	return r.forecast(ctx, of)
}

// HasStarted tells whether the operation has closed the account: then it is removed to the end.
func (r Remover) HasStarted(ctx context.Context, task operation.Job) (bool, error) {
	found, err := r.Store.ReadAccount(ctx, task.Item.Customer)
	return found != nil && found.Lifecycle == account.Removing && found.Operation == task.Operation.ID, err
}

// Process removes an account. Errors: those of Judge; Unavailable when it must go on later.
func (r Remover) Process(ctx context.Context, task operation.Job) error {
	of, err := r.find(ctx, task)
	if err != nil {
		return err
	}
	if of.Operation != task.Operation.ID {
		if task.Operation.Parameters.NewOwner != "" {
			if err := r.reassignCustomers(ctx, task, of); err != nil {
				return err
			}
		}
		if of, err = r.closeAccount(ctx, task, of); err != nil {
			return err
		}
	}
	if r.Now().Before(closedAt(of).Add(indexDelay)) {
		return operation.Waiting("The account was closed a moment ago.")
	}
	for _, step := range []func(context.Context, operation.Job, *account.Account) error{
		r.removeOwnBackups, r.removeCustomers, r.removePanelUsers, r.reassignFormerOwnersBackups, r.removeSubscriptions, r.removePlans,
	} {
		if err := step(ctx, task, of); err != nil {
			return err
		}
	}
	if err := r.eraseTrail(ctx, task, of); err != nil {
		return err
	}
	return r.removeAccount(ctx, task, of)
}

func tryAgain(why string) error { return fault.New(fault.Unavailable, "%s", why) }

// find reads an account that the originator may remove, or whose removal this operation has begun.
func (r Remover) find(ctx context.Context, task operation.Job) (*account.Account, error) {
	found, err := r.Store.ReadAccount(ctx, task.Item.Customer)
	switch {
	case err != nil:
		return nil, err
	case found != nil && found.Lifecycle == account.Removing && found.Operation == task.Operation.ID && task.Operation.ID != "":
		return found, nil
	}
	if err := task.Caller.RefuseUnmanaged(found); err != nil {
		return nil, err
	}
	if (found.Kind == account.Reseller) != task.Operation.Parameters.AreResellers {
		return nil, access.NotInView()
	}
	if found.Kind == account.Reseller && !task.Operation.Parameters.WithCustomers {
		if err := r.checkCustomers(ctx, found, task.Operation.Parameters.NewOwner); err != nil {
			return nil, err
		}
	}
	if found.Lifecycle == account.Ready {
		return found, nil
	}
	holder, _, err := r.Store.ReadOperation(ctx, found.Operation, idempotency.Key{})
	if err == nil && (holder != nil && !holder.State.HasEnded() || found.Lifecycle != account.Removing) {
		err = account.Busy()
	}
	return found, err // one that was given up is taken up
}

// checkCustomers refuses the removal of a reseller whose customers stay and can have no other owner.
func (r Remover) checkCustomers(ctx context.Context, of *account.Account, to account.ID) error {
	reseller, err := r.Store.ReadReseller(ctx, of.ID)
	switch n := reseller.Used.Customers; {
	case err != nil || n == 0:
		return err
	case to == "":
		return fault.New(fault.Conflict, "This reseller still has %d customers. Move or remove them first.", n)
	default:
		return r.checkNewOwner(ctx, to, n)
	}
}

// closeAccount closes an account: nothing of it serves or signs in from now on, and nothing is added to it.
func (r Remover) closeAccount(ctx context.Context, task operation.Job, of *account.Account) (*account.Account, error) {
	now := r.Now()
	editor := change.Editor{Store: r.Store, NewID: r.NewID, Now: r.Now}
	return change.Apply(ctx, editor, request.Metadata{ID: task.Operation.ID}, task.Operation.Originator, *of, func(a *account.Account) (change.Edit, error) {
		if err := task.Caller.RefuseUnmanaged(a); err != nil {
			return change.Edit{}, err
		}
		switch {
		case a.Kind != of.Kind:
			return change.Edit{}, access.NotInView() // it has become a reseller
		case a.Lifecycle == account.Removing && a.Operation == task.Operation.ID:
			return change.Edit{Nothing: true}, nil // another worker on the same item was first
		case a.Lifecycle != of.Lifecycle || a.Operation != of.Operation:
			return change.Edit{}, account.Busy()
		}
		a.Close(task.Operation.ID, now)
		made := change.Edit{Event: event.RemovalBegun}
		if a.Kind == account.Reseller {
			made.Closes = &change.Closing{Customers: task.Operation.Parameters.WithCustomers}
		}
		return made, nil
	}, func(a account.Account) *account.Account { return &a })
}

func closedAt(of *account.Account) (at time.Time) {
	for _, h := range of.Holds {
		if h.Source == account.ByRemoval {
			return h.Since
		}
	}
	return at
}

// newEvent is what happens to something of an account on the way.
func (r Remover) newEvent(task operation.Job, name event.Name, of *account.Account, subject string) event.Event {
	happened := event.New(r.NewID, name, of, task.Operation.Originator, task.Operation.ID, r.Now())
	happened.Subject = subject
	return happened
}

// removeAccount takes the account itself away and frees its login. One event stays that tells no more than that it was.
func (r Remover) removeAccount(ctx context.Context, task operation.Job, found *account.Account) (err error) {
	name := event.CustomerRemoved
	if found.Kind == account.Reseller {
		name = event.ResellerRemoved
	}
	removed := AccountRemoval{Account: *found}
	found.Version++
	removed.Event = r.newEvent(task, name, found, "")
	removed.Token, removed.Event.ID = removed.Event.ID, task.EventID
	if found.Kind == account.Customer {
		removed.Limits = plan.GiveBack(found.Owner, resource.Demand{Customers: -1})
	}
	err = r.Store.RemoveAccount(ctx, removed)
	if fault.Is(err, fault.VersionMismatch) {
		return tryAgain("The account has changed in the meantime, or some of its subscriptions are not listed yet.")
	}
	return err
}
