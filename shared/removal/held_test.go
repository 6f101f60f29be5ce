package removal_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// An operation that moves or converts a customer holds it. Others may suspend and activate the customer meanwhile, but
// not remove it, even if the operation has ended without releasing it.
func TestHeldCustomerCanBeSuspendedButNotRemoved(t *testing.T) {
	t.Parallel()
	for _, lifecycle := range []account.Lifecycle{account.Moving, account.Converting} {
		for _, holderHasEnded := range []bool{false, true} {
			testHeldCustomer(t, lifecycle, holderHasEnded)
		}
	}
}

func testHeldCustomer(t *testing.T, lifecycle account.Lifecycle, holderHasEnded bool) {
	t.Helper()
	s := newScene(t, 1)
	held := s.Customers[1]
	holder := s.Accept(s.Admin, operation.Convert, inputOf(held)).ID
	if holderHasEnded {
		_, err := s.Canceller().Cancel(t.Context(), s.Caller(s.Admin), request.Metadata{}, holder)
		must(t, err)
		run(t, s, holder)
	}
	s.Edit(held, event.TransferStarted, func(a *account.Account) { a.Lifecycle, a.Operation = lifecycle, holder })
	for _, test := range []struct {
		kind operation.Kind
		want account.Status
	}{{operation.Suspend, account.Suspended}, {operation.Activate, account.Active}} {
		input := operation.NewOperation{
			Filter: &operation.Filter{Owner: s.North}, Parameters: operation.Parameters{Reason: "held"},
		}
		run(t, s, s.Accept(s.North, test.kind, input).ID)
		a, err := s.Store.ReadAccount(t.Context(), held)
		must(t, err)
		if a.Status(s.Now()) != test.want || a.Lifecycle != lifecycle || a.Operation != holder {
			t.Errorf("after %s the held customer is %+v, want it %s and still held", test.kind, a, test.want)
		}
	}
	id := s.Accept(s.North, operation.Remove, inputOf(s.Customers...)).ID
	run(t, s, id)
	for _, item := range itemViews(s, id, s.North) {
		isHeld := item.Customer == held
		if (item.Code == fault.Busy) != isHeld || (item.State == operation.Succeeded) == isHeld {
			t.Errorf("%s, holder has ended %v: item %+v, want busy: %v", lifecycle, holderHasEnded, item, isHeld)
		}
	}
	a, err := s.Store.ReadAccount(t.Context(), held)
	must(t, err)
	if a == nil || a.Lifecycle != lifecycle || a.Subscriptions != 3 {
		t.Errorf("the held customer is %+v, want it unchanged", a)
	}
}
