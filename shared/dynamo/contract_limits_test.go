package dynamo_test

import (
	"sync"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/resource"
)

var limits = map[string]func(*testing.T, *world){
	"exactly as many as fit": func(t *testing.T, w *world) {
		c := w.creation(account.Reseller, account.AdministratorOwner, "reseller")
		c.Account.Limits = &account.ResellerLimits{
			Resources: resource.Set{Allotments: map[string]int64{resource.Customers: 3}},
		}
		succeeds(t, w.Create(w.ctx, c))
		has, err := w.ReadReseller(w.ctx, c.Account.ID)
		succeeds(t, err)
		errs := make([]error, 6)
		var all sync.WaitGroup
		for i := range errs {
			creation := w.creation(account.Customer, c.Account.ID, string(rune('a'+i)))
			creation.Limits, err = has.Reserve(c.Account.ID, resource.Demand{Customers: 1})
			succeeds(t, err)
			all.Go(func() { errs[i] = w.Create(w.ctx, creation) })
		}
		all.Wait()
		fit := 0
		for _, err := range errs {
			if err == nil {
				fit++
			} else {
				refused(t, err, fault.LimitExceeded)
			}
		}
		equal(t, "customers that fit", fit, 3)
	},
	"limits that have changed meanwhile": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		has, err := w.ReadReseller(w.ctx, r.ID)
		succeeds(t, err)
		given := account.ResellerLimits{
			Resources: resource.Set{Allotments: map[string]int64{"disk_space": 10}, Permissions: map[string]bool{}},
		}
		w.mustChange(t, r, func(a *account.Account) { a.Limits = &given })
		creation := w.creation(account.Customer, r.ID, "ada")
		creation.Limits, err = has.Reserve(r.ID, resource.Demand{Customers: 1})
		succeeds(t, err)
		refused(t, w.Create(w.ctx, creation), fault.VersionMismatch)
		has, err = w.ReadReseller(w.ctx, r.ID)
		succeeds(t, err)
		equal(t, "limits", has.Limits.Resources.Allotment("disk_space"), int64(10))
	},
	"what is given adds up": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		a := w.customer(t, r.ID, "ada")
		set := resource.Set{Allotments: map[string]int64{"disk_space": 5, "max_db": 2}}
		for i, want := range []int64{5, 10} {
			has, err := w.ReadReseller(w.ctx, r.ID)
			succeeds(t, err)
			writing := w.subscribing(&a, nil, string(rune('a'+i))+".example")
			writing.Subscription.After.Resources = set
			demand := resource.DemandOf(set, 1)
			demand.Subscriptions = 1
			writing.Limits, err = has.Reserve(r.ID, demand)
			succeeds(t, err)
			succeeds(t, w.WriteHosting(w.ctx, writing))
			has, err = w.ReadReseller(w.ctx, r.ID)
			succeeds(t, err)
			equal(t, "disk space", has.Used.Given["disk_space"], want)
			equal(t, "unlimited sites", has.Used.Unlimited[resource.Websites], int64(i+1))
			equal(t, "subscriptions", has.Used.Subscriptions, int64(i+1))
		}
	},
}
