package operation_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// A filter by an owner that is none would find nobody, which nobody means.
func TestAFilterNamesAnOwnerThatThereIs(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, open, 1, 1)
	accept := operation.Accept{Store: s.Store, Works: s.Works(), IDs: s.IDs, Now: s.Now}
	for owner, want := range map[account.ID]fault.Code{
		"": "", s.North: "", account.AdministratorOwner: "", s.Customers[0]: fault.NotFound, "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5": fault.NotFound,
	} {
		_, err := accept.Begin(t.Context(), s.As(s.Admin), change.Request{}, operation.Suspend, operation.Wanted{Filter: &operation.Filter{Owner: owner}})
		if fault.CodeOf(err) != want {
			t.Errorf("owner %q: %v, want %q", owner, err, want)
		}
	}
}
