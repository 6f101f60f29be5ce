package operation_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// If the originator loses its rights before the list is built, the operation fails. Without items it must not look
// successful.
func TestOperationFailsIfListCannotBeBuilt(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	id := s.Accept(s.North, operation.Suspend, operation.NewOperation{Filter: &operation.Filter{}}).ID
	meta := request.Metadata{ID: "other"}
	_, err := s.AccountChanger().Suspend(t.Context(), s.Caller(s.Admin), meta, string(s.North), account.HoldInput{})
	must(t, err)
	if !(flowtest.Engine{Scene: s, Seed: 1}).Run(id) {
		t.Fatal("the operation does not end")
	}
	view, err := s.Viewer().Get(t.Context(), s.Caller(s.Admin), id)
	must(t, err)
	if view.State != operation.Failed || view.Code != fault.AccountSuspended || view.Total != 0 {
		t.Errorf("operation %+v, want it failed with account-suspended and without items", view)
	}
}
