package hosting

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// Reconcile counts what a reseller has given out and compares the result with the stored usage. It changes nothing.
type Reconcile struct {
	Store interface {
		ReadReseller(ctx context.Context, id account.ID) (plan.Reseller, error)
		ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
		ListSubscriptions(ctx context.Context, customer account.ID, after string, limit int) ([]Subscription, bool, error)
		List(ctx context.Context, selection directory.Selection) (directory.Rows, error)
	}
}

// ReconcileRequest names the reseller to check.
type ReconcileRequest struct {
	Reseller account.ID `json:"reseller"`
}

// ReconcileResult is the new count, and the difference of the stored usage from it: zero if the usage is correct.
type ReconcileResult struct {
	Counted resource.Usage  `json:"counted"`
	Drift   resource.Demand `json:"drift"`
	InOrder bool            `json:"inOrder"`
}

// reconcilePageSize is how many rows one read of a list returns.
const reconcilePageSize = 100

// Run counts. It may report a false drift while customers or subscriptions are created or removed. It returns
// fault.InvalidRequest if the reseller's id is malformed.
func (r Reconcile) Run(ctx context.Context, _ string, input ReconcileRequest) (ReconcileResult, error) {
	if !input.Reseller.WellFormed() {
		return ReconcileResult{}, fault.Invalid(fault.Field{
			Pointer: "/reseller", Code: "id-grammar", Detail: "Send the id of a reseller.",
		})
	}
	counted, err := r.subscriptions(ctx, input.Reseller)
	if err != nil {
		return ReconcileResult{}, err
	}
	selection := directory.Selection{
		Kind: account.Customer, Owner: input.Reseller, Sort: directory.ByCreated, Limit: reconcilePageSize,
	}
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return ReconcileResult{}, err
		}
		for i := range rows.Accounts {
			demand, err := r.subscriptions(ctx, rows.Accounts[i].ID)
			if err != nil {
				return ReconcileResult{}, err
			}
			demand.Customers = 1
			counted = counted.Plus(demand)
		}
		if selection.After = rows.Next; rows.Next == "" {
			break
		}
	}
	kept, err := r.Store.ReadReseller(ctx, input.Reseller)
	return reconcileResult(counted, kept.Used), err
}

// subscriptions returns the demand of an account's subscriptions.
func (r Reconcile) subscriptions(ctx context.Context, customer account.ID) (sum resource.Demand, err error) {
	for after := ""; ; {
		rows, more, err := r.Store.ListSubscriptions(ctx, customer, after, reconcilePageSize)
		if err != nil {
			return sum, err
		}
		plans, err := readPlans(ctx, r.Store, rows)
		if err != nil {
			return sum, err
		}
		for i := range rows {
			sum, after = sum.Plus(DemandOf(&rows[i], plans[rows[i].Plan], 1)), rows[i].ID
		}
		if !more {
			return sum, nil
		}
	}
}

func reconcileResult(counted resource.Demand, kept resource.Usage) ReconcileResult {
	drift := resource.Demand{
		Customers:     kept.Customers - counted.Customers,
		Subscriptions: kept.Subscriptions - counted.Subscriptions,
		Given: nonZeroDifferences(
			kept.Given,
			counted.Given,
		),
		Unlimited: nonZeroDifferences(kept.Unlimited, counted.Unlimited),
	}
	return ReconcileResult{
		Counted: resource.Usage{
			Customers:     counted.Customers,
			Subscriptions: counted.Subscriptions,
			Given:         counted.Given,
			Unlimited:     counted.Unlimited,
		},
		Drift:   drift,
		InOrder: drift.Customers == 0 && drift.Subscriptions == 0 && len(drift.Given) == 0 && len(drift.Unlimited) == 0,
	}
}

func nonZeroDifferences(kept, counted map[string]int64) map[string]int64 {
	differences := map[string]int64{}
	for _, counts := range []map[string]int64{kept, counted} {
		for name := range counts {
			if difference := kept[name] - counted[name]; difference != 0 {
				differences[name] = difference
			}
		}
	}
	return differences
}
