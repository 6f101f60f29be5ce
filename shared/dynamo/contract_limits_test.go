package dynamo_test

import (
	"sync"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/resource"
)

var limits = map[string]func(*testing.T, *fixture){
	"exactly as many as fit": func(t *testing.T, f *fixture) {
		c := f.accountCreation(account.Reseller, account.AdministratorOwner, "reseller")
		c.Account.Limits = &account.ResellerLimits{
			Resources: resource.Set{Allotments: map[string]int64{resource.Customers: 3}},
		}
		expectNoError(t, f.Create(f.ctx, c))
		has, err := f.ReadReseller(f.ctx, c.Account.ID)
		expectNoError(t, err)
		errs := make([]error, 6)
		var all sync.WaitGroup
		for i := range errs {
			creation := f.accountCreation(account.Customer, c.Account.ID, string(rune('a'+i)))
			creation.Limits, err = has.Reserve(c.Account.ID, resource.Demand{Customers: 1})
			expectNoError(t, err)
			all.Go(func() { errs[i] = f.Create(f.ctx, creation) })
		}
		all.Wait()
		fit := 0
		for _, err := range errs {
			if err == nil {
				fit++
			} else {
				expectFault(t, err, fault.LimitExceeded)
			}
		}
		expectEqual(t, "customers that fit", fit, 3)
	},
	"limits that have changed meanwhile": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		has, err := f.ReadReseller(f.ctx, r.ID)
		expectNoError(t, err)
		given := account.ResellerLimits{
			Resources: resource.Set{Allotments: map[string]int64{"disk_space": 10}, Permissions: map[string]bool{}},
		}
		f.mustChange(t, r, func(a *account.Account) { a.Limits = &given })
		creation := f.accountCreation(account.Customer, r.ID, "ada")
		creation.Limits, err = has.Reserve(r.ID, resource.Demand{Customers: 1})
		expectNoError(t, err)
		expectFault(t, f.Create(f.ctx, creation), fault.VersionMismatch)
		has, err = f.ReadReseller(f.ctx, r.ID)
		expectNoError(t, err)
		expectEqual(t, "limits", has.Limits.Resources.Allotment("disk_space"), int64(10))
	},
	"what is given adds up": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		set := resource.Set{Allotments: map[string]int64{"disk_space": 5, "max_db": 2}}
		for i, want := range []int64{5, 10} {
			has, err := f.ReadReseller(f.ctx, r.ID)
			expectNoError(t, err)
			writing := f.subscriptionCreation(&a, nil, string(rune('a'+i))+".example")
			writing.Subscription.After.Resources = set
			demand := resource.DemandOf(set, 1)
			demand.Subscriptions = 1
			writing.Limits, err = has.Reserve(r.ID, demand)
			expectNoError(t, err)
			expectNoError(t, f.WriteHosting(f.ctx, writing))
			has, err = f.ReadReseller(f.ctx, r.ID)
			expectNoError(t, err)
			expectEqual(t, "disk space", has.Used.Given["disk_space"], want)
			expectEqual(t, "unlimited sites", has.Used.Unlimited[resource.Websites], int64(i+1))
			expectEqual(t, "subscriptions", has.Used.Subscriptions, int64(i+1))
		}
	},
}
