package removal

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// Start returns the change that closes the account. It implements operation.StartingProcessor, and returns the errors of
// Preview. It returns nil for a reseller whose customers must be moved first, and for an account that an earlier removal
// has closed and given up: then Process closes the account, or takes it over.
func (r Remover) Start(ctx context.Context, job operation.Job, target *account.Account) (*edit.AccountChange, error) {
	remaining, err := r.check(ctx, job, target)
	if err != nil || remaining > 0 || target.Lifecycle == account.Removing {
		return nil, err
	}
	meta := request.Metadata{ID: job.Operation.ID}
	return r.editor().Change(*target, meta, job.Operation.Originator, r.Now(), r.closing(job, target))
}

// closeAccount closes the account for the operation: its websites are not served, nobody can sign in, and nothing can
// be added to it.
func (r Remover) closeAccount(ctx context.Context, job operation.Job, a *account.Account) (*account.Account, error) {
	meta := request.Metadata{ID: job.Operation.ID}
	known := r.editor().Known(*a, meta.Key)
	return edit.UpdateAccount(ctx, r.editor(), meta, job.Operation.Originator, known, r.closing(job, a),
		func(closed *account.Account) *account.Account { return closed })
}

func (r Remover) editor() edit.AccountEditor {
	return edit.AccountEditor{Store: r.Store, NewID: r.NewID, Now: r.Now, DuringRemoval: true}
}

// closing returns the edit that closes an account. The account was found as it is given.
func (r Remover) closing(
	job operation.Job, found *account.Account,
) func(*account.Account, time.Time) (edit.Effects, error) {
	return func(newest *account.Account, now time.Time) (edit.Effects, error) {
		if err := job.Caller.CheckManages(newest); err != nil {
			return edit.Effects{}, err
		}
		switch {
		case newest.Kind != found.Kind:
			return edit.Effects{}, fault.NotInView() // the customer has become a reseller
		case isClosedBy(newest, job):
			return edit.Effects{Nothing: true}, nil // another worker has closed it
		case newest.Lifecycle != found.Lifecycle || newest.Operation != found.Operation:
			return edit.Effects{}, account.Busy(newest.Operation)
		}
		newest.StartRemoval(job.Operation.ID, now)
		effects := edit.Effects{Event: event.RemovalStarted}
		if newest.Kind == account.Reseller {
			effects.Closes = &edit.Closing{Customers: job.Operation.Parameters.WithCustomers}
		}
		return effects, nil
	}
}
