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

// A filter by an owner that is none would find nobody, which nobody means.
func TestAFilterNamesAnOwnerThatThereIs(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 1)
	accept := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
	for owner, want := range map[account.ID]fault.Code{
		"": "", s.North: "", account.AdministratorOwner: "", s.Customers[0]: fault.NotFound, "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5": fault.NotFound,
	} {
		_, err := accept.Accept(t.Context(), s.Caller(s.Admin), request.Metadata{}, operation.Suspend, operation.NewOperation{Filter: &operation.Filter{Owner: owner}})
		if fault.CodeOf(err) != want {
			t.Errorf("owner %q: %v, want %q", owner, err, want)
		}
		wantPointer(t, err, want, "/filter/owner")
	}
}

// Nobody is moved to an owner that is none, neither alone nor with others; the answer says that it is the owner who is not there.
func TestAMoveNamesAnOwnerThatThereIs(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 1)
	accept := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
	for _, owner := range []account.ID{s.Customers[0], "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5"} {
		order := operation.Parameters{NewOwner: owner}
		_, alone := accept.AcceptOne(t.Context(), s.Caller(s.Admin), request.Metadata{}, operation.Move, items(s)[0], order)
		_, among := accept.Accept(t.Context(), s.Caller(s.Admin), request.Metadata{}, operation.Move, operation.NewOperation{Items: items(s), Parameters: order})
		for _, err := range []error{alone, among} {
			wantPointer(t, err, fault.NotFound, "/owner")
		}
	}
}

// wantPointer holds an error with a code to say which part of the request it is about.
func wantPointer(t *testing.T, err error, code fault.Code, pointer string) {
	t.Helper()
	if refused, _ := errors.AsType[*fault.Fault](err); code != "" && (!fault.Is(err, code) || len(refused.Fields) != 1 || refused.Fields[0].Pointer != pointer) {
		t.Errorf("%v, want %s of %s", err, code, pointer)
	}
}
