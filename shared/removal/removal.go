// Package removal removes customers and resellers with everything that they own (guide: Removing Customers; ADR 24).
//
// A removal has several steps. The first step closes the account, the last step deletes it and frees its login. Every
// step may be repeated: after a crash the removal starts again with the first step and skips what is already gone.
package removal

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// AccountRemoval is the transaction that deletes an account.
type AccountRemoval struct {
	Account account.Account
	Event   event.Event       // the only row that remains of the account
	Token   string            // identifies this attempt to write the transaction
	Limits  *plan.Reservation // what the account's owner gets back from its limits; nil for the administrator
}

// PlanStore is what removals need from the store of plans.
type PlanStore interface {
	// ListPlans returns an owner's plans that have the prefix and come after a plan, and whether there may be more.
	ListPlans(ctx context.Context, owner account.ID, prefix string, after plan.ID, limit int) ([]plan.Plan, bool, error)
	// ReadReseller reads the limits and the usage of a reseller.
	ReadReseller(ctx context.Context, id account.ID) (plan.Capacity, error)
	// WritePlan writes a change of a plan. It returns fault.VersionMismatch if the plan has changed since it was read.
	WritePlan(ctx context.Context, writing plan.PlanChange) error
}

// Store is what removals need from the store. Its lists may lack recent objects. RemoveAccount finds out, because the
// account counts what it owns (ADR 24).
type Store interface {
	edit.AccountStore
	hosting.ErasureStore
	PlanStore
	OperationStore
	// List returns a page of accounts, eventually consistent.
	List(ctx context.Context, selection directory.Selection) (directory.Rows, error)
	// RemovePanelUser deletes a panel user. It returns fault.NotFound if the panel user does not exist. With no judged
	// customer it returns fault.VersionMismatch if the panel user has backups left, or another login.
	RemovePanelUser(
		ctx context.Context, user account.Account, judged *account.Account, removed event.Event, record *idempotency.Record,
	) error
	// ListEventsNow returns the events in an account's trail before an event, newest first, and whether there may be
	// more. The read is strongly consistent.
	ListEventsNow(ctx context.Context, id account.ID, before string, limit int) ([]event.Event, bool, error)
	// ListCreated returns the backups that an account created, newest first, and whether there may be more.
	ListCreated(ctx context.Context, creator account.ID, before string, limit int) ([]backup.Backup, bool, error)
	// EraseTrail deletes the rows that are stored with an account, except the account itself and the event with the id
	// kept. It deletes about limit rows, and reports whether none are left.
	EraseTrail(ctx context.Context, id account.ID, kept string, limit int) (bool, error)
	// RemoveAccount deletes an account that owns nothing any more, and frees its login. It returns
	// fault.VersionMismatch if the account has changed since it was read, or still owns something.
	RemoveAccount(ctx context.Context, removal AccountRemoval) error
}

// OperationStore is what removals need from the store of operations: they start moves, and read their results.
type OperationStore interface {
	operation.AcceptStore
	// ReadOperation reads an operation, or nil if it does not exist.
	ReadOperation(ctx context.Context, id string, key idempotency.Key) (*operation.Operation, *idempotency.Record, error)
	// ListBatches returns the started batches of an operation in their order, from a number on, and whether there may
	// be more.
	ListBatches(ctx context.Context, id string, from int64, limit int) ([]operation.Batch, bool, error)
}

// BackupService deletes backups, in the storage too, and changes who counts as their creator.
type BackupService interface {
	Delete(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error
	Reassign(ctx context.Context, actor account.ID, meta request.Metadata, id string, from, to account.ID) error
}

// Remover removes customers and resellers. It is an operation.ResumableProcessor.
type Remover struct {
	Store   Store
	Backups BackupService
	NewID   func(prefix string) string
	Now     func() time.Time
}

// Processors returns the processor of removals.
func (r Remover) Processors() map[operation.Kind]operation.Processor {
	return map[operation.Kind]operation.Processor{operation.Remove: r}
}

// pageSize is how many rows of a list are read at once.
const pageSize = 100

// Preview returns what would be removed with the account. It returns fault.NotFound if the originator cannot see the
// account, fault.Forbidden if the originator may not remove it, fault.Busy if another operation holds it, and
// fault.Conflict if it is a reseller whose customers would be left without an owner.
func (r Remover) Preview(ctx context.Context, job operation.Job) (operation.Forecast, error) {
	a, err := r.find(ctx, job)
	if err != nil {
		return operation.Forecast{}, err
	}
	return r.forecast(ctx, a)
}

// HasStarted reports whether the operation has closed the account. Then the removal must be completed.
func (r Remover) HasStarted(ctx context.Context, job operation.Job) (bool, error) {
	a, err := r.Store.ReadAccount(ctx, job.Item.Customer)
	return a != nil && isClosedBy(a, job), err
}

// isClosedBy reports whether the job's operation has closed the account.
func isClosedBy(a *account.Account, job operation.Job) bool {
	return a.Lifecycle == account.Removing && a.Operation == job.Operation.ID
}

// Process removes an account. It returns the errors of Preview, and fault.Unavailable if the removal must be continued
// later.
func (r Remover) Process(ctx context.Context, job operation.Job) error {
	a, err := r.find(ctx, job)
	if err != nil {
		return err
	}
	if a.Operation != job.Operation.ID {
		if job.Operation.Parameters.NewOwner != "" {
			if err := r.reassignCustomers(ctx, job, a); err != nil {
				return err
			}
		}
		if a, err = r.closeAccount(ctx, job, a); err != nil {
			return err
		}
	}
	for _, step := range []func(context.Context, operation.Job, *account.Account) error{
		r.removeOwnBackups, r.removeCustomers, r.removePanelUsers, r.reassignFormerOwnersBackups, r.removeSubscriptions,
		r.removePlans, r.eraseTrail, r.removeAccount,
	} {
		if err := step(ctx, job, a); err != nil {
			return err
		}
	}
	return nil
}

// tryAgain returns the fault of a removal that must be continued later.
func tryAgain(reason string) error { return fault.New(fault.Unavailable, "%s", reason) }

// find reads the account. It returns an error unless the originator may remove the account, or this operation has
// closed it.
func (r Remover) find(ctx context.Context, job operation.Job) (*account.Account, error) {
	a, err := r.Store.ReadAccount(ctx, job.Item.Customer)
	switch {
	case err != nil:
		return nil, err
	case a != nil && isClosedBy(a, job) && job.Operation.ID != "":
		return a, nil
	}
	_, err = r.check(ctx, job, a)
	return a, err
}

// check returns an error unless the originator may remove the account. It returns how many customers of a reseller must
// be moved before the reseller can be closed.
func (r Remover) check(ctx context.Context, job operation.Job, a *account.Account) (remaining int64, err error) {
	if err := job.Caller.CheckManages(a); err != nil {
		return 0, err
	}
	if (a.Kind == account.Reseller) != job.Operation.Parameters.AreResellers {
		return 0, fault.NotInView()
	}
	if a.Kind == account.Reseller && !job.Operation.Parameters.WithCustomers {
		if remaining, err = r.checkCustomers(ctx, a, job.Operation.Parameters.NewOwner); err != nil {
			return 0, err
		}
	}
	if a.Lifecycle == account.Ready {
		return remaining, nil
	}
	holder, _, err := r.Store.ReadOperation(ctx, a.Operation, idempotency.Key{})
	if err == nil && (holder != nil && !holder.State.HasEnded() || a.Lifecycle != account.Removing) {
		err = account.Busy(a.Operation)
	}
	return remaining, err // an account whose removal was given up may be removed by this operation
}

// checkCustomers returns how many customers the reseller has. It returns fault.Conflict if it has customers and there is
// no new owner for them, and otherwise the errors of checkNewOwner.
func (r Remover) checkCustomers(
	ctx context.Context, reseller *account.Account, newOwner account.ID,
) (customers int64, err error) {
	limits, err := r.Store.ReadReseller(ctx, reseller.ID)
	switch customers = limits.Used.Customers; {
	case err != nil || customers == 0:
		return 0, err
	case newOwner == "":
		return 0, fault.New(
			fault.Conflict,
			"This reseller still has %s. Move or remove them first.",
			fault.Count(customers, "customer"),
		)
	}
	return customers, r.checkNewOwner(ctx, newOwner, customers)
}

// newEvent returns an event in the account's trail about one of its objects.
func (r Remover) newEvent(job operation.Job, name event.Name, a *account.Account, subject string) event.Event {
	entry := event.New(r.NewID, name, a, job.Operation.Originator, job.Operation.ID, r.Now())
	entry.Subject = subject
	return entry
}

// removeAccount deletes the account and frees its login. Only the event of the removal remains, which contains no
// personal data.
func (r Remover) removeAccount(ctx context.Context, job operation.Job, a *account.Account) error {
	name := event.CustomerRemoved
	if a.Kind == account.Reseller {
		name = event.ResellerRemoved
	}
	removal := AccountRemoval{Account: *a}
	a.Version++
	removal.Event = r.newEvent(job, name, a, "")
	removal.Token, removal.Event.ID = removal.Event.ID, job.EventID
	if a.Kind == account.Customer {
		removal.Limits = plan.GiveBack(a.Owner, resource.Demand{Customers: -1})
	}
	err := r.Store.RemoveAccount(ctx, removal)
	if fault.Is(err, fault.VersionMismatch) {
		return tryAgain("The account has changed in the meantime, or some of its objects are not listed yet.")
	}
	return err
}
