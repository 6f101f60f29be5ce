package operation

import (
	"context"
	"fmt"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// AcceptOne accepts an operation on one account. The account is held or closed in the transaction that accepts the
// operation, so that the account is closed, or busy, when the response arrives (ADR 24). It returns
// fault.InvalidRequest for bad input, fault.NotFound if the caller cannot see the account, the errors of
// StartingProcessor.Start, and fault.VersionMismatch if the account does not have the version that the caller requires.
func (a Acceptor) AcceptOne(
	ctx context.Context, caller access.Caller, meta request.Metadata, kind Kind, item Item, parameters Parameters,
) (AcceptResponse, error) {
	input, err := a.validateOne(caller, kind, item, parameters)
	if err != nil {
		return AcceptResponse{}, err
	}
	processor, canStart := a.Processors[kind].(StartingProcessor)
	if !canStart {
		return AcceptResponse{}, fmt.Errorf("operations of kind %s cannot be accepted for one account", kind)
	}
	read := func(ctx context.Context) (edit.Snapshot[*account.Account], error) {
		target, record, err := a.Store.ReadOwner(ctx, item.Customer, meta.Key)
		snapshot := edit.Snapshot[*account.Account]{Object: target, Record: record}
		switch {
		case err != nil || record != nil:
		case target == nil || !caller.Sees(target):
			err = fault.NotInView()
		default:
			snapshot.Version = target.Version
		}
		return snapshot, err
	}
	editor := edit.Editor{Records: a.Store, Now: a.Now}
	return edit.Update(ctx, editor, meta, read, func(
		target *account.Account, now time.Time,
	) (edit.Outcome[AcceptResponse], error) {
		acceptance, response := a.prepare(caller, meta, kind, input, now)
		start, err := processor.Start(ctx, Job{Caller: caller, Operation: &acceptance.Operation, Item: item}, target)
		if start != nil {
			acceptance.Start, acceptance.Operation.Held = start, target.ID
		}
		return edit.Outcome[AcceptResponse]{Answer: response, Write: a.write(acceptance)}, err
	})
}

// validateOne returns the input of an operation on one account. It returns fault.InvalidRequest for bad input.
func (a Acceptor) validateOne(
	caller access.Caller, kind Kind, item Item, parameters Parameters,
) (NewOperation, error) {
	if !item.Customer.WellFormed() {
		return NewOperation{}, fault.NotInView()
	}
	input := NewOperation{Items: []Item{item}, Parameters: parameters, single: true}
	return input, input.validate(caller, kind, a.Now())
}
