package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/reconcile"
	"tenantry/shared/transfer"
)

var reconciliations = map[string]func(*testing.T, *fixture){
	"counts of a reseller are corrected once": func(t *testing.T, f *fixture) {
		e := f.createHostedCustomer(t, "ada")
		counter := reconcile.Counter{Reseller: e.old.ID}
		found, err := f.ReadCounts(f.ctx, counter)
		expectNoError(t, err)
		stored := *found
		expectEqual(t, "customers", stored.Counts["customers"], 1)
		expectEqual(t, "subscriptions", stored.Counts["subscriptions"], 2)
		expectEqual(t, "given", stored.Counts["given.disk_space"], 2*subscriptionDisk.Allotments["disk_space"])
		counted := reconcile.Counts{"customers": 4, "subscriptions": 2, "unlimited.max_db": 7}
		f.expectCorrection(t, counter, stored, counted, true)
		f.expectCorrection(t, counter, stored, counted, true) // as after a lost response
		f.expectCounts(t, counter, counted)
		f.expectCorrection(t, counter, stored, reconcile.Counts{"customers": 9}, false)
		f.expectCounts(t, counter, counted)
		reseller, err := f.ReadReseller(f.ctx, e.old.ID)
		expectNoError(t, err)
		expectEqual(t, "customers", reseller.Used.Customers, 4)
		expectEqual(t, "unlimited", reseller.Used.Unlimited["max_db"], 7)
		expectEqual(t, "given", reseller.Used.Given["disk_space"], 0)
	},
	"counts that have changed are not corrected": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		for _, counter := range append(f.GlobalCounters(), reconcile.Counter{Reseller: r.ID}) {
			before, err := f.ReadCounts(f.ctx, counter)
			expectNoError(t, err)
			for i := 0; ; i++ { // the shard of a customer depends on its id
				f.createCustomer(t, r.ID, f.id("c"))
				after, err := f.ReadCounts(f.ctx, counter)
				expectNoError(t, err)
				if after.Revision != before.Revision {
					break
				}
			}
			after, err := f.ReadCounts(f.ctx, counter)
			expectNoError(t, err)
			f.expectCorrection(t, counter, *before, before.Counts, false)
			f.expectCounts(t, counter, after.Counts)
		}
	},
	"a shard without accounts is corrected": func(t *testing.T, f *fixture) {
		counter := f.GlobalCounters()[3]
		stored := f.expectCounts(t, counter, nil)
		f.expectCorrection(t, counter, stored, reconcile.Counts{"customers": 2, "resellers": 1}, true)
		f.expectCounts(t, counter, reconcile.Counts{"customers": 2, "resellers": 1})
		n, err := f.Count(f.ctx, account.Customer, "")
		expectNoError(t, err)
		expectEqual(t, "customers", n, 2)
	},
	"a counter lists the accounts that it counts": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		f.createReseller(t, "other")
		counted := map[reconcile.Counter]reconcile.Counts{}
		for range 40 {
			f.createCustomer(t, r.ID, f.id("c"))
			f.createCustomer(t, account.AdministratorOwner, f.id("c"))
		}
		for _, counter := range append(f.GlobalCounters(), reconcile.Counter{Reseller: r.ID}) {
			counted[counter] = f.count(t, counter)
			f.expectCounts(t, counter, counted[counter])
		}
		expectEqual(t, "customers of the reseller", counted[reconcile.Counter{Reseller: r.ID}]["customers"], 40)
	},
	"a reseller that does not exist has no counts": func(t *testing.T, f *fixture) {
		counter := reconcile.Counter{Reseller: "res_00000000000000000000000000"}
		found, err := f.ReadCounts(f.ctx, counter)
		expectNoError(t, err)
		expectEqual(t, "counts", found, nil)
		f.expectCorrection(t, counter, reconcile.Stored{}, reconcile.Counts{"customers": 1}, false)
	},
	"counts of a reseller are not corrected during a transfer": func(t *testing.T, f *fixture) {
		e := f.createHostedCustomer(t, "ada")
		move := e.move(t)
		move.Account.After.Lifecycle = account.Moving
		move.Starts = &transfer.PendingTransfer{Operation: "op_1", From: e.old.ID, To: e.host.ID}
		expectNoError(t, f.WriteTransfer(f.ctx, move))
		counter := reconcile.Counter{Reseller: e.old.ID}
		stored, err := f.ReadCounts(f.ctx, counter)
		expectNoError(t, err)
		expectEqual(t, "transfers", stored.Transfers, 1)
		f.expectCorrection(t, counter, *stored, reconcile.Counts{"customers": 5}, false)

		end := f.transferOf(move.Account.After, event.TransferEnded, func(a *account.Account) { a.Lifecycle = account.Ready })
		end.Step = &transfer.Step{Account: e.customer.ID, Operation: "op_1", Ends: true, From: e.old.ID}
		expectNoError(t, f.WriteTransfer(f.ctx, end))
		stored, err = f.ReadCounts(f.ctx, counter)
		expectNoError(t, err)
		expectEqual(t, "transfers", stored.Transfers, 0)
		f.expectCorrection(t, counter, *stored, reconcile.Counts{"customers": 5}, true)
	},
}

// count counts the accounts of a counter.
func (f *fixture) count(t reporter, counter reconcile.Counter) reconcile.Counts {
	t.Helper()
	counts := reconcile.Counts{}
	for _, kind := range []account.Kind{account.Customer, account.Reseller} {
		if counter.Reseller != "" && kind == account.Reseller {
			break
		}
		for after, first := "", true; first || after != ""; first = false {
			rows, err := f.ListCounted(f.ctx, counter, kind, after, 3)
			expectNoError(t, err)
			for i := range rows.Accounts {
				if kind == account.Reseller {
					counts[reconcile.Resellers]++
					continue
				}
				counts[reconcile.Customers]++
				if counter.Reseller == "" && rows.Accounts[i].Owner == account.AdministratorOwner {
					counts[reconcile.OwnCustomers]++
				}
			}
			after = rows.Next
		}
	}
	return counts
}

// expectCounts expects the stored counts, in which zeros do not matter, and returns them.
func (f *fixture) expectCounts(t reporter, counter reconcile.Counter, want reconcile.Counts) reconcile.Stored {
	t.Helper()
	stored, err := f.ReadCounts(f.ctx, counter)
	expectNoError(t, err)
	for name, n := range stored.Counts {
		expectEqual(t, name+" of "+counter.String(), n, want[name])
	}
	for name, n := range want {
		expectEqual(t, name+" of "+counter.String(), stored.Counts[name], n)
	}
	return *stored
}

func (f *fixture) expectCorrection(
	t reporter, counter reconcile.Counter, stored reconcile.Stored, counted reconcile.Counts, want bool,
) {
	t.Helper()
	isCorrected, err := f.CorrectCounts(f.ctx, counter, stored, counted)
	expectNoError(t, err)
	expectEqual(t, "corrected "+counter.String(), isCorrected, want)
}
