package operation

import (
	"context"
	"strconv"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
)

// Cursors encrypts and decrypts the cursors of lists.
type Cursors interface {
	Seal(ctx context.Context, position any, binding ...string) (string, error)
	Open(ctx context.Context, cursor string, position any, binding ...string) error
}

// ItemView is the result of one item, as callers see it.
type ItemView struct {
	Customer account.ID           `json:"customer" doc:"Id of the customer. When a reseller is removed, id of the reseller."`
	Account  *account.DisplayName `json:"account,omitempty" doc:"How people know the account now: a customer that was converted is a reseller. Absent if the account was removed or you cannot see it, and in previews that are complete in the response."`
	Plan     string               `json:"plan,omitempty" doc:"The plan that the request named: its id, or the word custom."`
	PlanName string               `json:"planName,omitempty" doc:"Present name of that plan. Absent if it was removed or you cannot see it."`
	State    RunState             `json:"state" enum:"pending,succeeded,failed,cancelled"`
	Code     fault.Code           `json:"code,omitempty" doc:"Why the item failed. The codes are those of problem documents."`
	Detail   string               `json:"detail,omitempty" doc:"Explanation of the code, for people."`
	Forecast *Forecast            `json:"forecast,omitempty" doc:"Preview only: what would happen to the item, as far as it is known."`
}

// Viewer shows operations. A caller can see the operations that it started, the administrator can see all operations.
type Viewer struct {
	Store interface {
		Store
		directory.NameStore
	}
	Cursors Cursors
}

// canSee reports whether the operation exists and the caller can see it.
func canSee(caller access.Caller, o *Operation) bool {
	return o != nil && (caller.IsAdministrator() || o.Originator == caller.Account.ID)
}

// Get returns an operation. It returns fault.NotFound if the operation does not exist or the caller cannot see it.
func (v Viewer) Get(ctx context.Context, caller access.Caller, id string) (OperationView, error) {
	o, err := v.find(ctx, caller, id)
	if err != nil {
		return OperationView{}, err
	}
	names, view := directory.NewNames(caller), newView(o)
	names.Request(string(o.Originator))
	names.Request(string(o.Parameters.NewOwner))
	err = names.Read(ctx, v.Store)
	view.OriginatorName = names.Of(string(o.Originator))
	if view.Parameters != nil {
		view.Parameters.OwnerName = names.Of(string(o.Parameters.NewOwner))
	}
	return view, err
}

func (v Viewer) find(ctx context.Context, caller access.Caller, id string) (*Operation, error) {
	o, _, err := v.Store.ReadOperation(ctx, id, idempotency.Key{})
	if err == nil && !canSee(caller, o) {
		err = fault.NotInView()
	}
	return o, err
}

// List lists the operations, or the previews, that the caller can see, newest first. It returns fault.InvalidRequest if
// the cursor is invalid.
func (v Viewer) List(
	ctx context.Context, caller access.Caller, arePreviews bool, limit int, cursor string,
) (result page.Page[OperationView], err error) {
	binding := caller.Binding("operations", strconv.FormatBool(arePreviews))
	before := ""
	if cursor != "" {
		if err := v.Cursors.Open(ctx, cursor, &before, binding...); err != nil {
			return result, err
		}
	}
	originator := caller.Account.ID
	if caller.IsAdministrator() {
		originator = ""
	}
	operations, more, err := v.Store.ListOperations(ctx, originator, arePreviews, before, limit)
	if err != nil {
		return result, err
	}
	names := directory.NewNames(caller)
	result.Items = make([]OperationView, 0, len(operations))
	for i := range operations {
		if o := &operations[i]; o.Preview == arePreviews { // previews of earlier releases are among the operations
			names.Request(string(o.Originator))
			result.Items = append(result.Items, newView(o))
		}
	}
	if err := names.Read(ctx, v.Store); err != nil {
		return result, err
	}
	for i := range result.Items {
		result.Items[i].OriginatorName = names.Of(string(result.Items[i].Originator))
	}
	if more {
		result.NextCursor, err = v.Cursors.Seal(ctx, operations[len(operations)-1].ID, binding...)
	}
	return result, err
}
