package directory_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
)

func TestAdministratorFiltersByOwner(t *testing.T) {
	s := newScene(t)
	list := directory.List{Store: s.store, Cursors: s.sealer(), Now: s.now}
	missing := account.ID("res_01JDB6X0C7V8Y9Z0A1B2C3D4E5")
	for owner, want := range map[account.ID]struct {
		code  fault.Code
		count int
	}{
		"": {count: 2}, account.AdministratorOwner: {count: 1}, s.north: {count: 1}, s.south: {count: 0},
		missing: {code: fault.NotFound}, s.ada: {code: fault.NotFound}, s.admin: {code: fault.NotFound}, "res_unknown": {code: fault.InvalidRequest},
	} {
		for _, status := range []account.Status{"", account.Active} {
			found, err := list.Customers(t.Context(), s.as(s.admin), directory.Query{Owner: owner, Status: status})
			if want.code != "" {
				if !fault.Is(err, want.code) {
					t.Errorf("owner %q: error = %v, want %s", owner, err, want.code)
				}
				continue
			}
			if err != nil || len(found.Items) != want.count {
				t.Errorf("owner %q: %d customers, error %v, want %d customers", owner, len(found.Items), err, want.count)
			}
			if owner == s.north && (found.Items[0].Owner.ID != s.north || found.Items[0].Owner.Login != "north") {
				t.Errorf("owner = %+v, want north", found.Items[0].Owner)
			}
		}
	}
}
