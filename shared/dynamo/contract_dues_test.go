package dynamo_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/sweep"
)

// expectDue expects the items that are due until a time. It reads them in pages, and expects each shard in order.
func (f *fixture) expectDue(t reporter, until time.Time, limit int, want map[string]time.Time) {
	t.Helper()
	got := map[string]time.Time{}
	for shard := range f.DueShards() {
		last := time.Time{}
		for after := ""; ; {
			entries, next, err := f.ReadDue(f.ctx, shard, until, after, limit)
			expectNoError(t, err)
			if len(entries) > limit {
				t.Fatalf("a page has %d entries, want at most %d", len(entries), limit)
			}
			for _, entry := range entries {
				name := entryName(entry.Kind, entry.ID)
				if _, isRepeated := got[name]; isRepeated || entry.At.Before(last) {
					t.Fatalf("%s is due at %v, after an entry of %v or a second time", name, entry.At, last)
				}
				got[name], last = entry.At, entry.At
			}
			if after = next; after == "" {
				break
			}
		}
	}
	expectEqual(t, "due items", got, want)
}

func entryName(kind sweep.Kind, id string) string { return string(kind) + " " + id }

var dues = map[string]func(*testing.T, *fixture){
	"due items are read in order and in pages": func(t *testing.T, f *fixture) {
		start := f.now()
		early, all := map[string]time.Time{}, map[string]time.Time{}
		for i := range 24 {
			c := f.accountCreation(account.Customer, account.AdministratorOwner, fmt.Sprint("c", i))
			at := start.Add(time.Duration(1+(i*7)%12) * time.Minute)
			c.Account.Holds = []account.Hold{{Level: account.ResellerLevel, Source: account.BySchedule, Since: at}}
			c.Account.RefreshStatus(f.now())
			expectNoError(t, f.Create(f.ctx, c))
			name := entryName(sweep.Account, string(c.Account.ID))
			if all[name] = at; !at.After(start.Add(5 * time.Minute)) {
				early[name] = at
			}
		}
		f.expectDue(t, start, 3, map[string]time.Time{})
		for _, limit := range []int{1, 2, 100} {
			f.expectDue(t, start.Add(5*time.Minute), limit, early)
			f.expectDue(t, start.Add(time.Hour), limit, all)
		}
	},
	"an account is due when a hold begins, and is listed by its new status then": func(t *testing.T, f *fixture) {
		at := f.now().Add(time.Hour)
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		scheduled := f.mustChange(t, a, func(a *account.Account) {
			a.Holds = []account.Hold{{Level: account.ResellerLevel, Source: account.BySchedule, Since: at}}
			a.Schedule = &account.Schedule{SuspendAt: &at, Level: account.ResellerLevel, Actor: "res_1"}
		})
		f.expectStored(t, scheduled)
		f.expectDue(t, at, 10, map[string]time.Time{entryName(sweep.Account, string(a.ID)): at})
		f.expectListedAs(t, a.ID, account.Active)
		f.advance(2 * time.Hour)
		f.expectListedAs(t, a.ID, account.Active) // the sweep has not run
		begun := f.mustChange(t, scheduled, func(a *account.Account) { a.ExpireHolds(f.now()) })
		f.expectStored(t, begun)
		f.expectDue(t, f.now(), 10, map[string]time.Time{})
		f.expectListedAs(t, a.ID, account.Suspended)
		expectEqual(t, "schedule", begun.Schedule, nil)
		f.mustChange(t, begun, func(a *account.Account) { a.Holds = nil })
		f.expectListedAs(t, a.ID, account.Active)
	},
	"each item has its own retry": func(t *testing.T, f *fixture) {
		at := f.now()
		one, other := sweep.Entry{
			Kind: sweep.Account,
			ID:   "cus_1",
			At:   at,
		}, sweep.Entry{
			Kind: sweep.Backup,
			ID:   "cus_1",
			At:   at,
		}
		expect := func(want ...sweep.Retry) {
			t.Helper()
			retries, err := f.ReadRetries(f.ctx, []sweep.Entry{one, other})
			expectNoError(t, err)
			expectEqual(t, "retries", retries, want)
		}
		expect(sweep.Retry{}, sweep.Retry{})
		retry := sweep.Retry{At: at, Attempts: 1, Next: at.Add(time.Minute)}
		expectNoError(t, f.WriteRetry(f.ctx, other, retry))
		expect(sweep.Retry{}, retry)
		next := sweep.Retry{At: at.Add(time.Hour), Attempts: 2, Next: at.Add(2 * time.Hour)}
		expectNoError(t, f.WriteRetry(f.ctx, other, next))
		expectNoError(t, f.WriteRetry(f.ctx, one, retry))
		expect(retry, next)
		for range 2 {
			expectNoError(t, f.DeleteRetry(f.ctx, other))
			expect(retry, sweep.Retry{})
		}
		unreadable := make([]sweep.Entry, 250) // more than one BatchGetItem reads
		for i := range unreadable {
			unreadable[i] = sweep.Entry{Kind: sweep.Subscription, ID: fmt.Sprint("sub_", i)}
		}
		expectNoError(t, f.WriteRetry(f.ctx, unreadable[249], sweep.Retry{Attempts: 3, Next: at}))
		retries, err := f.ReadRetries(f.ctx, unreadable)
		expectNoError(t, err)
		expectEqual(t, "last of many", retries[249], sweep.Retry{Attempts: 3, Next: at})
		expectEqual(t, "number of retries", len(retries), 250)
	},
	"a subscription is due when it expires": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		creation := f.subscriptionCreation(&a, nil, "a.example")
		at := f.now().Add(time.Hour)
		before := creation.Subscription.After
		before.ExpiresAt, before.DueAt = &at, &at
		expectNoError(t, f.WriteHosting(f.ctx, creation))
		f.expectDue(t, at, 10, map[string]time.Time{entryName(sweep.Subscription, before.ID): at})
		f.expectDue(t, at.Add(-time.Millisecond), 10, map[string]time.Time{})
		after := *before
		after.Version, after.DueAt = 2, nil
		after.Holds = account.Holds{{Level: account.AutomationLevel, Source: account.ByExpiry, Since: at, Sequence: 7}}
		expectNoError(t, f.WriteHosting(f.ctx, hosting.ObjectChange{
			Subscription: &hosting.SubscriptionChange{
				Before: before,
				After:  &after,
			},
			Event: f.event(event.SubscriptionSuspended, &a),
			Customer: hosting.CustomerChange{
				ID:       a.ID,
				Held:     map[account.Level]int64{account.AutomationLevel: 1},
				Sequence: &hosting.Sequence{Before: 0, After: 1},
			},
		}))
		f.expectDue(t, at, 10, map[string]time.Time{})
		found, err := f.ReadSubscription(f.ctx, before.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "subscription", *found.Subscription, after)
		expectEqual(t, "counts", found.Chain[0].SubscriptionCounts(), account.SubscriptionCounts{Total: 1})
	},
}

// expectListedAs expects a customer of the administrator in the lists of one status and not of the other, in every
// order.
func (f *fixture) expectListedAs(t reporter, id account.ID, want account.Status) {
	t.Helper()
	for _, status := range []account.Status{account.Active, account.Suspended} {
		for _, sort := range orders {
			for _, owner := range []account.ID{"", account.AdministratorOwner} {
				rows, err := f.List(
					f.ctx,
					directory.Selection{Kind: account.Customer, Owner: owner, Status: status, Sort: sort, Limit: 10},
				)
				expectNoError(t, err)
				listed := slices.ContainsFunc(rows.Accounts, func(a account.Account) bool { return a.ID == id })
				expectEqual(t, fmt.Sprintf("listed as %s by %s", status, sort), listed, status == want)
			}
		}
	}
}
