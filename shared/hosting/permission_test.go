package hosting_test

import (
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// forbidden are the requests that each permission which the service enforces forbids.
var forbidden = map[string]func(s *scene, caller access.Caller, subscription string) error{
	resource.CreateDomains: func(s *scene, caller access.Caller, subscription string) error {
		_, err := s.sites.Add(s.Context(), caller, request.Metadata{}, subscription, "more.example")
		return err
	},
}

// Each permission of the descriptor says what it forbids. What the service itself enforces is refused to the customer
// and its panel users without the permission, and to nobody with it. The owner and the administrator always may.
func TestPermissionsAreEnforced(t *testing.T) {
	enforced := 0
	for _, permission := range resource.Describe().Permissions {
		if permission.Forbids == "" || permission.EnforcedBy == "" {
			t.Errorf("%s does not say what it forbids, or who enforces it", permission.Name)
		}
		request := forbidden[permission.Name]
		if (permission.EnforcedBy == resource.ByService) != (request != nil) {
			t.Errorf("%s is enforced by %s, and its test says otherwise", permission.Name, permission.EnforcedBy)
		}
		if request == nil {
			continue
		}
		enforced++
		for _, isGranted := range []bool{false, true} {
			for caller, isBound := range map[account.Kind]bool{
				account.Customer: true, account.PanelUser: true, account.Reseller: false, account.Administrator: false,
			} {
				s := newScene(t)
				err := request(s, s.caller(caller), s.permit(permission.Name, isGranted))
				isRefused := fault.Is(err, fault.Forbidden)
				if want := isBound && !isGranted || caller == account.PanelUser; isRefused != want {
					t.Errorf("%s granted %v: a %s gets %v, want a refusal: %v", permission.Name, isGranted, caller, err, want)
				}
			}
		}
	}
	if enforced != len(forbidden) {
		t.Errorf("%d permissions are enforced, want %d", enforced, len(forbidden))
	}
}

// caller returns the account of a kind that is in the scene. The panel user belongs to the customer.
func (s *scene) caller(kind account.Kind) access.Caller {
	switch kind {
	case account.Administrator:
		return s.admin
	case account.Reseller:
		return s.reseller
	case account.Customer:
		return s.own
	case account.PanelUser:
	}
	user := account.Account{
		ID: "usr_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.PanelUser, Owner: s.own.Account.ID,
	}
	return access.Caller{Account: user, Parents: []account.Account{s.own.Account}}
}

// permit creates a subscription of the customer with or without a permission, and returns its id.
func (s *scene) permit(permission string, isGranted bool) string {
	s.Helper()
	input := hosting.NewSubscription{
		Domain: "a.example", ServicePlan: plan.Custom,
		Resources: &resource.Set{Permissions: map[string]bool{permission: isGranted}},
	}
	created, err := s.subs.Create(s.Context(), s.reseller, request.Metadata{}, string(s.own.Account.ID), input)
	s.must(err)
	return created.ID
}
