package operation_test

import (
	"errors"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

func TestAcceptRejectsFilterWithUnknownOwner(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 1)
	for owner, want := range map[account.ID]fault.Code{
		"": "", s.North: "", account.AdministratorOwner: "", s.Customers[0]: fault.NotFound, unknownReseller: fault.NotFound,
	} {
		input := operation.NewOperation{Filter: &operation.Filter{Owner: owner}}
		_, err := acceptor(s).Accept(t.Context(), s.Caller(s.Admin), request.Metadata{}, operation.Suspend, input)
		if fault.CodeOf(err) != want {
			t.Errorf("owner %q: error %v, want code %q", owner, err, want)
		}
		if want != "" {
			wantFault(t, err, want, "/filter/owner")
		}
	}
}

// The error names the owner, so that it is not mistaken for an unknown customer.
func TestAcceptRejectsMoveToUnknownOwner(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 2)
	a, admin := acceptor(s), s.Caller(s.Admin)
	for _, owner := range []account.ID{unknownReseller, s.Customers[1], s.Admin} {
		item, parameters := operation.Item{Customer: s.Customers[0]}, operation.Parameters{NewOwner: owner}
		_, err := a.AcceptOne(t.Context(), admin, request.Metadata{}, operation.Move, item, parameters)
		wantFault(t, err, fault.NotFound, "/owner")
		for _, input := range []operation.NewOperation{
			{Items: itemsOf(s.Customers[0])}, {Items: itemsOf(s.Customers[0]), DryRun: true}, {Filter: &operation.Filter{}},
		} {
			input.Parameters = parameters
			_, err := a.Accept(t.Context(), admin, request.Metadata{}, operation.Move, input)
			wantFault(t, err, fault.NotFound, "/owner")
		}
	}
}

// wantFault checks that an error is a fault with the code and one invalid field.
func wantFault(t *testing.T, err error, code fault.Code, pointer string) {
	t.Helper()
	refusal, _ := errors.AsType[*fault.Fault](err)
	if !fault.Is(err, code) || len(refusal.Fields) != 1 || refusal.Fields[0].Pointer != pointer {
		t.Errorf("error %v, want %s with the pointer %s", err, code, pointer)
	}
}
