package reconcile

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

const (
	accountPage        = 200 // accounts that one read returns; their subscriptions are read before the next page
	subscriptionPage   = 100
	maxConcurrentReads = 8
)

// count is a count that goes on in another call.
type count struct {
	Tally    tally        `json:"tally"`
	Kind     account.Kind `json:"kind,omitempty"`     // of the next page; if empty, the count has not begun
	Position string       `json:"position,omitempty"` // before the next page
}

// count continues a count. It reports whether the count is finished: not if there is no time left.
func (r Reconciler) count(ctx context.Context, counter Counter, c *count) (isDone bool, err error) {
	kinds := []account.Kind{account.Customer}
	if counter.Reseller == "" {
		kinds = append(kinds, account.Reseller)
	}
	if c.Kind == "" {
		if err := r.addReseller(ctx, counter, &c.Tally); err != nil {
			return false, err
		}
		c.Kind = kinds[0]
	}
	for {
		rows, err := r.Store.ListCounted(ctx, counter, c.Kind, c.Position, accountPage)
		if err != nil {
			return false, err
		}
		if err := r.addAccounts(ctx, counter, rows.Accounts, &c.Tally); err != nil {
			return false, err
		}
		if c.Position = rows.Next; rows.Next == "" {
			next := slices.Index(kinds, c.Kind) + 1
			if next == len(kinds) {
				return true, nil
			}
			c.Kind = kinds[next]
		}
		if deadline.Near(ctx, r.Now(), timeReserve) {
			return false, nil
		}
	}
}

// addReseller adds the reseller's own subscriptions.
func (r Reconciler) addReseller(ctx context.Context, counter Counter, t *tally) error {
	if counter.Reseller == "" {
		return nil
	}
	reseller, err := r.Store.ReadAccount(ctx, counter.Reseller)
	if err != nil || reseller == nil {
		return err
	}
	return r.addSubscriptions(ctx, []account.Account{*reseller}, t)
}

// addAccounts adds accounts, and for a reseller the subscriptions of its customers.
func (r Reconciler) addAccounts(ctx context.Context, counter Counter, rows []account.Account, t *tally) error {
	for i := range rows {
		t.addAccount(counter, &rows[i])
	}
	if counter.Reseller == "" {
		return nil
	}
	return r.addSubscriptions(ctx, rows, t)
}

// addSubscriptions adds the subscriptions of customers. While an account is being moved or converted, its subscriptions
// do not show what was reserved for them (ADR 25).
func (r Reconciler) addSubscriptions(ctx context.Context, customers []account.Account, t *tally) error {
	tallies := make([]tally, len(customers))
	var reads errgroup.Group
	reads.SetLimit(maxConcurrentReads)
	for i := range customers {
		lifecycle := customers[i].Lifecycle
		tallies[i].IsBusy = lifecycle == account.Moving || lifecycle == account.Converting
		reads.Go(func() error { return r.addSubscriptionsOf(ctx, customers[i].ID, &tallies[i]) })
	}
	if err := reads.Wait(); err != nil {
		return err
	}
	for i := range tallies {
		t.Fingerprint += tallies[i].Fingerprint
		t.IsBusy = t.IsBusy || tallies[i].IsBusy
		for name, n := range tallies[i].Counts {
			t.add(name, n)
		}
	}
	return nil
}

func (r Reconciler) addSubscriptionsOf(ctx context.Context, customer account.ID, t *tally) error {
	plans := map[plan.ID]*plan.Plan{}
	for after := ""; ; {
		rows, hasMore, err := r.Store.ListSubscriptions(ctx, customer, after, subscriptionPage)
		if err != nil {
			return err
		}
		if err := hosting.AddPlans(ctx, r.Store, rows, plans); err != nil {
			return err
		}
		demand := resource.Demand{}
		for i := range rows {
			demand = demand.Plus(hosting.DemandOf(&rows[i], plans[rows[i].Plan], 1))
			t.addObject(rows[i].ID)
			after = rows[i].ID
		}
		t.addDemand(demand)
		if !hasMore {
			return nil
		}
	}
}
