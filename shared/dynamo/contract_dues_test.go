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

// isDue expects what is due by a time, in pages of a size: in order within its shard.
func (w *world) isDue(t reporter, until time.Time, limit int, want map[string]time.Time) {
	t.Helper()
	got := map[string]time.Time{}
	for shard := range w.DueShards() {
		last := time.Time{}
		for after := ""; ; {
			entries, next, err := w.ReadDue(w.ctx, shard, until, after, limit)
			succeeds(t, err)
			if len(entries) > limit {
				t.Fatalf("a page has %d entries, want at most %d", len(entries), limit)
			}
			for _, one := range entries {
				name := string(one.Kind) + " " + one.ID
				if _, twice := got[name]; twice || one.At.Before(last) {
					t.Fatalf("%s comes twice or after later ones", name)
				}
				got[name], last = one.At, one.At
			}
			if after = next; after == "" {
				break
			}
		}
	}
	equal(t, "what is due", got, want)
}

func named(kind sweep.Kind, id string) string { return string(kind) + " " + id }

var dues = map[string]func(*testing.T, *world){
	"in order and in pages": func(t *testing.T, w *world) {
		start := w.now()
		early, all := map[string]time.Time{}, map[string]time.Time{}
		for i := range 24 {
			c := w.creation(account.Customer, account.AdministratorOwner, fmt.Sprint("c", i))
			at := start.Add(time.Duration(1+(i*7)%12) * time.Minute)
			c.Account.Holds = []account.Hold{{Level: account.ResellerLevel, Source: account.BySchedule, Since: at}}
			c.Account.RefreshStatus(w.now())
			succeeds(t, w.Create(w.ctx, c))
			name := named(sweep.Account, string(c.Account.ID))
			if all[name] = at; !at.After(start.Add(5 * time.Minute)) {
				early[name] = at
			}
		}
		w.isDue(t, start, 3, map[string]time.Time{})
		for _, limit := range []int{1, 2, 100} {
			w.isDue(t, start.Add(5*time.Minute), limit, early)
			w.isDue(t, start.Add(time.Hour), limit, all)
		}
	},
	"an account moves with its holds": func(t *testing.T, w *world) {
		at := w.now().Add(time.Hour)
		a := w.customer(t, account.AdministratorOwner, "ada")
		scheduled := w.mustChange(t, a, func(a *account.Account) {
			a.Holds = []account.Hold{{Level: account.ResellerLevel, Source: account.BySchedule, Since: at}}
			a.Schedule = &account.Schedule{SuspendAt: &at, Level: account.ResellerLevel, Actor: "res_1"}
		})
		w.stored(t, scheduled)
		w.isDue(t, at, 10, map[string]time.Time{named(sweep.Account, string(a.ID)): at})
		w.listedAs(t, a.ID, account.Active)
		w.pass(2 * time.Hour)
		w.listedAs(t, a.ID, account.Active) // until it is written
		begun := w.mustChange(t, scheduled, func(a *account.Account) { a.ExpireHolds(w.now()) })
		w.stored(t, begun)
		w.isDue(t, w.now(), 10, map[string]time.Time{})
		w.listedAs(t, a.ID, account.Suspended)
		equal(t, "schedule", begun.Schedule, nil)
		w.mustChange(t, begun, func(a *account.Account) { a.Holds = nil })
		w.listedAs(t, a.ID, account.Active)
	},
	"retries are kept by item": func(t *testing.T, w *world) {
		at := w.now()
		one, other := sweep.Entry{Kind: sweep.Account, ID: "cus_1", At: at}, sweep.Entry{Kind: sweep.Backup, ID: "cus_1", At: at}
		expect := func(want ...sweep.Retry) {
			t.Helper()
			retries, err := w.ReadRetries(w.ctx, []sweep.Entry{one, other})
			succeeds(t, err)
			equal(t, "retries", retries, want)
		}
		expect(sweep.Retry{}, sweep.Retry{})
		retry := sweep.Retry{At: at, Attempts: 1, Next: at.Add(time.Minute)}
		succeeds(t, w.WriteRetry(w.ctx, other, retry))
		expect(sweep.Retry{}, retry)
		next := sweep.Retry{At: at.Add(time.Hour), Attempts: 2, Next: at.Add(2 * time.Hour)}
		succeeds(t, w.WriteRetry(w.ctx, other, next))
		succeeds(t, w.WriteRetry(w.ctx, one, retry))
		expect(retry, next)
		for range 2 {
			succeeds(t, w.DeleteRetry(w.ctx, other))
			expect(retry, sweep.Retry{})
		}
		unreadable := make([]sweep.Entry, 250) // of rows without a time
		for i := range unreadable {
			unreadable[i] = sweep.Entry{Kind: sweep.Subscription, ID: fmt.Sprint("sub_", i)}
		}
		succeeds(t, w.WriteRetry(w.ctx, unreadable[249], sweep.Retry{Attempts: 3, Next: at}))
		retries, err := w.ReadRetries(w.ctx, unreadable)
		succeeds(t, err)
		equal(t, "last of many", retries[249], sweep.Retry{Attempts: 3, Next: at})
		equal(t, "number of retries", len(retries), 250)
	},
	"a subscription expires": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		writing := w.subscribing(&a, nil, "a.example")
		at := w.now().Add(time.Hour)
		before := writing.Subscription.After
		before.ExpiresAt, before.DueAt = &at, &at
		succeeds(t, w.WriteHosting(w.ctx, writing))
		w.isDue(t, at, 10, map[string]time.Time{named(sweep.Subscription, before.ID): at})
		w.isDue(t, at.Add(-time.Millisecond), 10, map[string]time.Time{})
		after := *before
		after.Version, after.DueAt = 2, nil
		after.Holds = account.Holds{{Level: account.AutomationLevel, Source: account.ByExpiry, Since: at, Sequence: 7}}
		succeeds(t, w.WriteHosting(w.ctx, hosting.ObjectChange{
			Subscription: &hosting.SubscriptionChange{Before: before, After: &after}, Event: w.event(event.SubscriptionSuspended, &a),
			Customer: hosting.CustomerChange{
				ID: a.ID, Held: map[account.Level]int64{account.AutomationLevel: 1}, Sequence: &hosting.Sequence{Before: 0, After: 1},
			},
		}))
		w.isDue(t, at, 10, map[string]time.Time{})
		found, err := w.ReadSubscription(w.ctx, before.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "subscription", *found.Subscription, after)
		equal(t, "counts", found.Chain[0].SubscriptionCounts(), account.SubscriptionCounts{Total: 1})
	},
}

// listedAs expects a customer of the administrator in lists of one status and in no other, in every order.
func (w *world) listedAs(t reporter, id account.ID, want account.Status) {
	t.Helper()
	for _, status := range []account.Status{account.Active, account.Suspended} {
		for _, sort := range orders {
			for _, owner := range []account.ID{"", account.AdministratorOwner} {
				rows, err := w.List(w.ctx, directory.Selection{Kind: account.Customer, Owner: owner, Status: status, Sort: sort, Limit: 10})
				succeeds(t, err)
				listed := slices.ContainsFunc(rows.Accounts, func(a account.Account) bool { return a.ID == id })
				equal(t, fmt.Sprintf("listed as %s by %s", status, sort), listed, status == want)
			}
		}
	}
}
