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

// checkNewOwner refuses an owner that cannot get the customers of a reseller that goes. Errors: NotFound for one that is none; LimitExceeded
// when it may not have so many.
func (r Remover) checkNewOwner(ctx context.Context, owner account.ID, customers int64) error {
	if owner == account.AdministratorOwner {
		return nil
	}
	found, err := r.Store.ReadAccount(ctx, owner)
	if err == nil {
		err = found.RefuseOwner("customers")
	}
	if err != nil {
		return err
	}
	limits, err := r.Store.ReadReseller(ctx, owner)
	if err != nil {
		return err
	}
	return limits.Limits.Refuse(limits.Used, resource.Demand{Customers: customers})
}

// reassignCustomers has the customers of a reseller moved to another owner before it is closed, by an operation of its own with the same rights.
// What cannot be moved keeps the reseller: it serves on, and so do those of its customers that have stayed. Errors: those of the
// first customer that could not be moved; Unavailable until all have been.
func (r Remover) reassignCustomers(ctx context.Context, task operation.Job, of *account.Account) error {
	accept := operation.Acceptor{Store: r.Store, NewID: r.NewID, Now: r.Now}
	meta := request.Metadata{ID: task.Operation.ID, Key: idempotency.Key{Name: "reassign#" + task.EventID, Fingerprint: string(of.ID)}}
	begun, err := accept.Accept(ctx, task.Caller, meta, operation.Move, operation.NewOperation{
		Filter: &operation.Filter{Owner: of.ID}, Parameters: operation.Parameters{NewOwner: task.Operation.Parameters.NewOwner},
	})
	if err != nil {
		return err
	}
	moves, _, err := r.Store.ReadOperation(ctx, begun.ID, idempotency.Key{})
	switch {
	case err != nil:
		return err
	case moves == nil || !moves.State.HasEnded():
		return operation.Waiting(fmt.Sprintf("Operation %s is moving the customers.", begun.ID))
	case moves.State == operation.Succeeded:
		return nil
	}
	return r.reassignmentError(ctx, moves)
}

// reassignmentError tells why not all customers were moved.
func (r Remover) reassignmentError(ctx context.Context, moves *operation.Operation) error {
	code, first := fault.Conflict, ""
	for from, more := int64(0), true; more && first == ""; {
		var batches []operation.Batch
		var err error
		if batches, more, err = r.Store.ListBatches(ctx, moves.ID, from, pageSize); err != nil {
			return err
		}
		for i := range batches {
			from = batches[i].Number + 1
			for _, outcome := range batches[i].Unsuccessful {
				if outcome.State == operation.Failed && first == "" {
					code, first = outcome.Code, fmt.Sprintf(" %s: %s", outcome.Customer, outcome.Detail)
				}
			}
		}
	}
	return fault.New(code, "%d of %d customers were not moved. Operation %s lists the result of each.%s", moves.Total-moves.Succeeded, moves.Total, moves.ID, first)
}
