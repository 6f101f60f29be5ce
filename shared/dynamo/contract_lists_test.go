package dynamo_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
)

var orders = []directory.Sort{directory.ByName, directory.ByNameDown, directory.ByCreated, directory.ByCreatedDown}

// unusualNames are legal names that are easily changed or sorted wrongly. Some are equal after folding.
var unusualNames = []string{
	"O'Neil <b>x",
	"李小龍",
	"Robert'); DROP TABLE--",
	"ada",
	"Ada",
	"ADA",
	"ada",
	"Ａda",
	"Ada Z",
	"ada  z",
	"Ada-Z",
	"a",
	"#",
	"~",
	"z#z",
	"ß",
	"ss",
	"é",
	"e\u0301",
	"Émile",
	"Eduard",
	"Zoe",
	"Łukasz",
	"각",
	"🙂",
	"a#b",
	"a$b",
	"\u00a0x",
	"zz",
	"Ω",
	strings.Repeat("ﷺ", 60),
	strings.Repeat("ﷺ", 59) + "z",
	strings.Repeat("x", 60),
}

var lists = map[string]func(*testing.T, *fixture){
	"a list without accounts is empty": func(t *testing.T, f *fixture) {
		for _, sort := range orders {
			f.expectList(t, directory.Selection{Kind: account.Customer, Sort: sort})
			f.expectList(t, directory.Selection{Kind: account.Customer, Owner: account.AdministratorOwner, Sort: sort})
		}
	},
	"unusual names are sorted and returned unchanged": func(t *testing.T, f *fixture) {
		var all []account.Account
		for i, name := range unusualNames {
			c := f.accountCreation(account.Customer, account.AdministratorOwner, fmt.Sprint("c", i))
			c.Account.Contact.Name = name
			expectNoError(t, f.Create(f.ctx, c))
			all = append(all, c.Account)
		}
		f.expectAllLists(t, all, 1, 2, 7, len(all)-1, len(all), 100)
	},
	"accounts with the same name are sorted by creation": func(t *testing.T, f *fixture) {
		var all []account.Account
		for i := range 40 {
			c := f.accountCreation(account.Customer, account.AdministratorOwner, fmt.Sprint("c", i))
			c.Account.Contact.Name = "Same"
			if i%3 == 0 {
				f.suspend(&c.Account)
			}
			expectNoError(t, f.Create(f.ctx, c))
			all = append(all, c.Account)
		}
		f.expectAllLists(t, all, 1, 9, 39, 40, 100)
	},
	"a list of mostly suspended accounts": func(t *testing.T, f *fixture) {
		var all []account.Account
		for i := range 60 {
			c := f.accountCreation(account.Customer, account.AdministratorOwner, fmt.Sprintf("c%02d", i))
			if i%10 != 0 {
				f.suspend(&c.Account)
			}
			expectNoError(t, f.Create(f.ctx, c))
			all = append(all, c.Account)
		}
		f.expectAllLists(t, all, 25, 59)
	},
	"a list has one owner and one kind": func(t *testing.T, f *fixture) {
		r, other := f.createReseller(t, "host"), f.createReseller(t, "other")
		a, b := f.createCustomer(t, r.ID, "ada"), f.createCustomer(t, account.AdministratorOwner, "bob")
		c := f.createCustomer(t, r.ID, "cyd")
		customers := directory.Selection{Kind: account.Customer, Sort: directory.ByName}
		f.expectList(t, customers, a.ID, b.ID, c.ID)
		customers.Owner = r.ID
		f.expectList(t, customers, a.ID, c.ID)
		customers.Owner = other.ID
		f.expectList(t, customers)
		customers.Owner = account.AdministratorOwner
		f.expectList(t, customers, b.ID)
		resellers := directory.Selection{
			Kind:  account.Reseller,
			Owner: account.AdministratorOwner,
			Sort:  directory.ByCreatedDown,
		}
		f.expectList(t, resellers, other.ID, r.ID)
		resellers.Owner = ""
		f.expectList(t, resellers, other.ID, r.ID)
	},
	"a row has the projected attributes": func(t *testing.T, f *fixture) {
		c := f.completeCreation(t)
		expectNoError(t, f.Create(f.ctx, c))
		want := c.Account
		want.PasswordVersion, want.SessionEpoch, want.LinkEpoch, want.TokenEpoch, want.Operation = 0, 0, 0, 0, ""
		want.CoveredHolds = nil
		want.HoldSequence, want.LiftMarks, want.LiftedAt, want.Limits, want.DueAt, want.FormerOwners = 0, nil, nil, nil, nil, nil
		for _, owner := range []account.ID{"", account.AdministratorOwner} {
			for _, sort := range orders {
				rows, err := f.List(f.ctx, directory.Selection{Kind: account.Customer, Owner: owner, Sort: sort, Limit: 10})
				expectNoError(t, err)
				expectEqual(t, "rows", rows, directory.Rows{Accounts: []account.Account{want}})
			}
		}
	},
	"the next page begins after the last position, whatever has moved": func(t *testing.T, f *fixture) {
		a, b := f.createCustomer(t, account.AdministratorOwner, "ada"), f.createCustomer(t, account.AdministratorOwner, "bob")
		query := directory.Selection{Kind: account.Customer, Sort: directory.ByName, Limit: 1}
		rows, err := f.List(f.ctx, query)
		expectNoError(t, err)
		expectEqual(t, "first", rows.Accounts[0].ID, a.ID)
		f.mustChange(t, a, func(a *account.Account) { a.Contact.Name = "Aaa" }) // no account is at the last position
		query.After = rows.Next
		rows, err = f.List(f.ctx, query)
		expectNoError(t, err)
		expectEqual(t, "second", rows.Accounts[0].ID, b.ID)
		expectEqual(t, "next", rows.Next, "")
	},
	"accounts move to more shards, and nothing else changes": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		for _, owner := range []account.ID{r.ID, account.AdministratorOwner} {
			var all []account.Account
			for i := range 12 {
				a := f.createCustomer(t, owner, fmt.Sprint(owner[:3], i))
				if i%4 == 0 {
					a = f.mustChange(t, a, f.suspend)
				}
				all = append(all, a)
			}
			one := f.expectShards(t, owner, 1, 1, false)
			expectFault(t, f.moveRows(owner), fault.VersionMismatch)
			announced := directory.ListShards{Shards: 1, Target: 3, ChangedAt: f.now()}
			expectNoError(t, f.WriteListShards(f.ctx, owner, one, announced))
			expectNoError(t, f.WriteListShards(f.ctx, owner, one, announced)) // as after a lost response
			expectFault(t, f.WriteListShards(f.ctx, owner, one, one), fault.VersionMismatch)
			moving := f.expectShards(t, owner, 1, 3, false)
			expectFault(t, f.moveRows(owner), fault.VersionMismatch)
			moving.IsMoving = true
			expectNoError(t, f.WriteListShards(f.ctx, owner, moving, moving))
			moving = f.expectShards(t, owner, 1, 3, true)
			expectNoError(t, f.moveRows(owner))
			again, err := f.MoveRows(f.ctx, owner, account.Customer, "", 100)
			expectNoError(t, err)
			expectEqual(t, "rows after all have moved", again, directory.MovedRows{Read: 12})
			settled := directory.ListShards{Shards: 3, Target: 3, ChangedAt: f.now()}
			expectNoError(t, f.WriteListShards(f.ctx, owner, moving, settled))
			f.expectShards(t, owner, 3, 3, false)
			for i := range all {
				f.expectStored(t, all[i]) // with its version
				trail, _, err := f.ListEvents(f.ctx, all[i].ID, "", 10)
				expectNoError(t, err)
				expectEqual(t, "events", int64(len(trail)), all[i].Version)
			}
			all[5] = f.mustChange(t, all[5], f.suspend)
			query := directory.Selection{Kind: account.Customer, Owner: owner, Sort: directory.ByNameDown}
			f.expectList(t, query, expectedOrder(all, query)...)
			expectNoError(t, f.RemoveAccount(f.ctx, f.accountRemoval(all[2])))
			f.expectList(t, query, expectedOrder(slices.Delete(all, 2, 3), query)...)
		}
		n, err := f.Count(f.ctx, account.Customer, "")
		expectNoError(t, err)
		expectEqual(t, "customers", n, 22)
	},
	"an owner that does not exist has no shards": func(t *testing.T, f *fixture) {
		const nobody = "res_00000000000000000000000000"
		one := f.expectShards(t, nobody, 1, 1, false)
		expectFault(t, f.WriteListShards(f.ctx, nobody, one, one), fault.VersionMismatch)
	},
	"accounts are read by id, each once": func(t *testing.T, f *fixture) {
		var ids []account.ID
		want := map[account.ID]account.Account{}
		for i := range 105 {
			a := f.createCustomer(t, account.AdministratorOwner, fmt.Sprint("c", i))
			ids, want[a.ID] = append(ids, a.ID, a.ID), a
		}
		for _, read := range []func(context.Context, []account.ID) ([]account.Account, error){f.ReadAccounts, f.ReadAccountsNow} {
			found, err := read(f.ctx, append(ids, "cus_00000000000000000000000000"))
			expectNoError(t, err)
			got := map[account.ID]account.Account{}
			for _, a := range found {
				got[a.ID] = a
			}
			expectEqual(t, "number", len(found), len(want))
			expectEqual(t, "accounts", got, want)
			found, err = read(f.ctx, nil)
			expectNoError(t, err)
			expectEqual(t, "number", len(found), 0)
		}
	},
}

// expectShards expects how the lists of an owner are divided.
func (f *fixture) expectShards(t reporter, owner account.ID, shards, target int, isMoving bool) directory.ListShards {
	t.Helper()
	found, err := f.ReadListShards(f.ctx, owner)
	expectNoError(t, err)
	want := directory.ListShards{
		Shards: shards, Target: target, IsMoving: isMoving, Version: found.Version, ChangedAt: found.ChangedAt,
	}
	expectEqual(t, "shards", found, want)
	return found
}

// moveRows moves all customers of an owner to their shards, in pages.
func (f *fixture) moveRows(owner account.ID) error {
	for after := ""; ; {
		page, err := f.MoveRows(f.ctx, owner, account.Customer, after, 5)
		if err != nil || page.Next == "" {
			return err
		}
		after = page.Next
	}
}

// expectAllLists expects all lists of the administrator's accounts: by owner and of all owners, in all orders, of both
// statuses and of each, in pages of each limit.
func (f *fixture) expectAllLists(t reporter, all []account.Account, limits ...int) {
	t.Helper()
	for _, owner := range []account.ID{"", account.AdministratorOwner} {
		for _, sort := range orders {
			for _, status := range []account.Status{"", account.Active, account.Suspended} {
				query := directory.Selection{Kind: account.Customer, Owner: owner, Status: status, Sort: sort}
				for _, query.Limit = range limits {
					f.expectPages(t, query, expectedOrder(all, query))
				}
			}
		}
	}
}

// expectList expects a list, in one page and in pages of one account.
func (f *fixture) expectList(t reporter, query directory.Selection, want ...account.ID) {
	t.Helper()
	for _, query.Limit = range []int{100, 1} {
		f.expectPages(t, query, want)
	}
}

// expectPages expects a list in which all pages but the last one are full.
func (f *fixture) expectPages(t reporter, query directory.Selection, want []account.ID) {
	t.Helper()
	for from := 0; ; from += query.Limit {
		rows, err := f.List(f.ctx, query)
		expectNoError(t, err)
		to := min(from+query.Limit, len(want))
		page := make([]account.ID, 0, query.Limit)
		for _, a := range rows.Accounts {
			page = append(page, a.ID)
		}
		expectEqual(
			t,
			fmt.Sprintf("page from %d of %+v", from, query),
			page,
			append(make([]account.ID, 0, query.Limit), want[from:to]...),
		)
		expectEqual(t, "there is another page", rows.Next != "", to < len(want))
		if rows.Next == "" {
			return
		}
		query.After = rows.Next
	}
}

// expectedOrder returns the ids of the accounts that a query selects, in the order of the list.
func expectedOrder(all []account.Account, query directory.Selection) (ids []account.ID) {
	var selected []account.Account
	for i := range all {
		a := &all[i]
		if a.Kind == query.Kind && (query.Owner == "" || query.Owner == a.Owner) &&
			(query.Status == "" || query.Status == a.ListStatus()) {
			selected = append(selected, *a)
		}
	}
	order, descending := strings.CutPrefix(string(query.Sort), "-")
	slices.SortFunc(selected, func(a, b account.Account) int {
		result := strings.Compare(string(a.ID[4:]), string(b.ID[4:])) // ids grow
		if directory.Sort(order) == directory.ByName {
			if byName := strings.Compare(listedName(&a), listedName(&b)); byName != 0 {
				result = byName
			}
		}
		if descending {
			result = -result
		}
		return result
	})
	for i := range selected {
		ids = append(ids, selected[i].ID)
	}
	return ids
}

func listedName(a *account.Account) string {
	name := []rune(account.SortName(a.Contact.Name))
	return string(name[:min(len(name), 100)])
}
