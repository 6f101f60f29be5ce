package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/resource"
)

var limits = map[string]func(*testing.T, *fixture){
	"concurrent creations of customers stop at the limit": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Reseller, account.AdministratorOwner, "reseller")
		c.Account.Limits = &account.ResellerLimits{
			Resources: resource.Set{Allotments: map[string]int64{resource.Customers: 3}},
		}
		expectNoError(t, f.Create(f.ctx, c))
		r, err := f.ReadReseller(f.ctx, c.Account.ID)
		expectNoError(t, err)
		errs := concurrently(6, func(i int) (err error) {
			creation := f.accountCreation(account.Customer, c.Account.ID, string(rune('a'+i)))
			if creation.Limits, err = r.Reserve(c.Account.ID, resource.Demand{Customers: 1}); err != nil {
				return err
			}
			return f.Create(f.ctx, creation)
		})
		expectEqual(t, "customers within the limit", countSuccesses(t, errs, fault.LimitExceeded), 3)
	},
	"a reservation against old limits is rejected": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		reseller, err := f.ReadReseller(f.ctx, r.ID)
		expectNoError(t, err)
		limits := account.ResellerLimits{
			Resources: resource.Set{Allotments: map[string]int64{"disk_space": 10}, Permissions: map[string]bool{}},
		}
		f.mustChange(t, r, func(a *account.Account) { a.Limits = &limits })
		creation := f.accountCreation(account.Customer, r.ID, "ada")
		creation.Limits, err = reseller.Reserve(r.ID, resource.Demand{Customers: 1})
		expectNoError(t, err)
		expectFault(t, f.Create(f.ctx, creation), fault.VersionMismatch)
		reseller, err = f.ReadReseller(f.ctx, r.ID)
		expectNoError(t, err)
		expectEqual(t, "limits", reseller.Limits.Resources.Allotment("disk_space"), int64(10))
	},
	"the usage of a reseller is the sum of its subscriptions": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		set := resource.Set{Allotments: map[string]int64{"disk_space": 5, "max_db": 2}}
		for i, want := range []int64{5, 10} {
			reseller, err := f.ReadReseller(f.ctx, r.ID)
			expectNoError(t, err)
			creation := f.subscriptionCreation(&a, nil, string(rune('a'+i))+".example")
			creation.Subscription.After.Resources = set
			demand := resource.DemandOf(set, 1)
			demand.Subscriptions = 1
			creation.Limits, err = reseller.Reserve(r.ID, demand)
			expectNoError(t, err)
			expectNoError(t, f.WriteHosting(f.ctx, creation))
			reseller, err = f.ReadReseller(f.ctx, r.ID)
			expectNoError(t, err)
			expectEqual(t, "disk space", reseller.Used.Given["disk_space"], want)
			expectEqual(t, "unlimited sites", reseller.Used.Unlimited[resource.Websites], int64(i+1))
			expectEqual(t, "subscriptions", reseller.Used.Subscriptions, int64(i+1))
		}
	},
}
