package operation_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// A list that could not be made, because who asked for it has lost its rights, is no success of no items.
func TestAListWithoutRightsIsAFailure(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	id := s.Accept(s.North, operation.Suspend, operation.NewOperation{Filter: &operation.Filter{}}).ID
	_, err := s.AccountChanger().Suspend(t.Context(), s.Caller(s.Admin), request.Metadata{ID: "other"}, string(s.North), account.HoldInput{})
	must(t, err)
	if !(flowtest.Engine{Scene: s, Seed: 1}).Run(id) {
		t.Fatal("the operation does not end")
	}
	shown, err := s.Viewer().Get(t.Context(), s.Caller(s.Admin), id)
	must(t, err)
	if shown.State != operation.Failed || shown.Code != fault.AccountSuspended || shown.Total != 0 {
		t.Errorf("shown: %+v", shown)
	}
}
