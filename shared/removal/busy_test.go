package removal_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// What is being moved or converted is suspended and activated like everything else that a filter finds; a removal says that it is busy,
// and leaves it whole.
func TestOperationsMeetAnAccountThatIsTakenOver(t *testing.T) {
	t.Parallel()
	for _, lifecycle := range []account.Lifecycle{account.Moving, account.Converting} {
		for _, ended := range []bool{false, true} { // of the operation that works on it
			s := scene(t, 1)
			taken := s.Customers[1]
			holder := s.Accept(s.Admin, operation.Convert, items(taken)).ID
			if ended {
				if _, err := s.Canceller().Cancel(t.Context(), s.Caller(s.Admin), request.Metadata{}, holder); err != nil || !(flowtest.Engine{Scene: s}).Run(holder) {
					t.Fatalf("the holder does not end: %v", err)
				}
			}
			s.Edit(taken, event.TransferStarted, func(a *account.Account) { a.Lifecycle, a.Operation = lifecycle, holder })
			for _, c := range []struct {
				kind   operation.Kind
				status account.Status
			}{{operation.Suspend, account.Suspended}, {operation.Activate, account.Active}} {
				input := operation.NewOperation{Filter: &operation.Filter{Owner: s.North}, Parameters: operation.Parameters{Reason: "taken over"}}
				id := s.Accept(s.North, c.kind, input).ID
				if !(flowtest.Engine{Scene: s}).Run(id) {
					t.Fatal("it does not end")
				}
				if of, err := s.Store.ReadAccount(t.Context(), taken); err != nil || of.Status(s.Now()) != c.status || of.Lifecycle != lifecycle || of.Operation != holder {
					t.Errorf("%s: it is %+v, %v", c.kind, of, err)
				}
			}
			id := s.Accept(s.North, operation.Remove, items(s.Customers...)).ID
			if !(flowtest.Engine{Scene: s}).Run(id) {
				t.Fatal("it does not end")
			}
			for _, outcome := range s.Items(&operation.Operation{ID: id, Originator: s.North}) {
				if (outcome.Code == fault.Busy) != (outcome.Customer == taken) || (outcome.State == operation.Succeeded) == (outcome.Customer == taken) {
					t.Errorf("%s, held by one that has ended %v: %+v", lifecycle, ended, outcome)
				}
			}
			if of, err := s.Store.ReadAccount(t.Context(), taken); err != nil || of == nil || of.Lifecycle != lifecycle || of.Subscriptions != 3 {
				t.Errorf("it is %+v, %v", of, err)
			}
		}
	}
}
