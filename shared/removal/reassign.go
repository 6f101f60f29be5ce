package removal

import (
	"context"
	"fmt"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// checkNewOwner checks that an owner can take the customers of a reseller that is being removed. It returns
// fault.NotFound if the owner does not exist, and fault.LimitExceeded if its limits do not allow so many customers.
func (r Remover) checkNewOwner(ctx context.Context, id account.ID, customers int64) error {
	if id == account.AdministratorOwner {
		return nil
	}
	owner, err := r.Store.ReadAccount(ctx, id)
	if err == nil {
		err = owner.CheckCanOwn("customers")
	}
	if err != nil {
		return err
	}
	reseller, err := r.Store.ReadReseller(ctx, id)
	if err != nil {
		return err
	}
	return reseller.Limits.Check(reseller.Used, resource.Demand{Customers: customers})
}

// reassignCustomers moves the customers of a reseller to the new owner before the reseller is closed. It uses an
// operation of its own, with the same originator. If a customer cannot be moved, the reseller is not removed: it and
// its remaining customers stay in service. It returns the error of the first customer that could not be moved, and
// fault.Unavailable while the moves are running.
func (r Remover) reassignCustomers(ctx context.Context, job operation.Job, reseller *account.Account) error {
	acceptor := operation.Acceptor{Store: r.Store, NewID: r.NewID, Now: r.Now}
	key := idempotency.Key{Name: "reassign#" + job.EventID, Fingerprint: string(reseller.ID)}
	meta := request.Metadata{ID: job.Operation.ID, Key: key}
	accepted, err := acceptor.Accept(ctx, job.Caller, meta, operation.Move, operation.NewOperation{
		Filter:     &operation.Filter{Owner: reseller.ID},
		Parameters: operation.Parameters{NewOwner: job.Operation.Parameters.NewOwner},
	})
	if err != nil {
		return err
	}
	moves, _, err := r.Store.ReadOperation(ctx, accepted.ID, idempotency.Key{})
	switch {
	case err != nil:
		return err
	case moves == nil || !moves.State.HasEnded():
		return operation.Waiting(fmt.Sprintf("Operation %s is moving the customers.", accepted.ID))
	case moves.State == operation.Succeeded:
		return nil
	}
	return r.reassignmentError(ctx, moves)
}

// reassignmentError returns an error with the first failure of the moves.
func (r Remover) reassignmentError(ctx context.Context, moves *operation.Operation) error {
	code, reason := fault.Conflict, ""
	for from, more := int64(0), true; more && reason == ""; {
		var batches []operation.Batch
		var err error
		if batches, more, err = r.Store.ListBatches(ctx, moves.ID, from, pageSize); err != nil {
			return err
		}
		for i := range batches {
			from = batches[i].Number + 1
			for _, result := range batches[i].Unsuccessful {
				if result.State == operation.Failed && reason == "" {
					code, reason = result.Code, fmt.Sprintf(" %s: %s", result.Customer, result.Detail)
				}
			}
		}
	}
	return fault.New(code, "%d of %s could not be moved. Operation %s lists the result of each.%s",
		moves.Total-moves.Succeeded, fault.Count(moves.Total, "customer"), moves.ID, reason)
}
