package hosting

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// Reconcile counts anew what a reseller has given, and compares it with what was counted on the way. It changes nothing.
type Reconcile struct {
	Store interface {
		ReadReseller(ctx context.Context, id account.ID) (plan.Reseller, error)
		ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
		ListSubscriptions(ctx context.Context, customer account.ID, after string, limit int) ([]Subscription, bool, error)
		List(ctx context.Context, selection directory.Selection) (directory.Rows, error)
	}
}

// Question is whose counts are asked for.
type ReconcileRequest struct {
	Reseller account.ID `json:"reseller"`
}

// Counts are what was found, and by how much the counts kept are larger: nothing where all is well.
type ReconcileResult struct {
	Counted resource.Usage  `json:"counted"`
	Drift   resource.Demand `json:"drift"`
	InOrder bool            `json:"inOrder"`
}

const reconcilePageSize = 100

// Ask counts. While customers or subscriptions come and go, it may find a drift that is none. Errors: InvalidRequest.
func (r Reconcile) Run(ctx context.Context, _ string, asked ReconcileRequest) (ReconcileResult, error) {
	if !asked.Reseller.WellFormed() {
		return ReconcileResult{}, fault.Invalid(fault.Field{Pointer: "/reseller", Code: "id-grammar", Detail: "Send the id of a reseller."})
	}
	counted, err := r.subscriptions(ctx, asked.Reseller)
	if err != nil {
		return ReconcileResult{}, err
	}
	selection := directory.Selection{Kind: account.Customer, Owner: asked.Reseller, Sort: directory.ByCreated, Limit: reconcilePageSize}
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return ReconcileResult{}, err
		}
		for i := range rows.Accounts {
			of, err := r.subscriptions(ctx, rows.Accounts[i].ID)
			if err != nil {
				return ReconcileResult{}, err
			}
			of.Customers = 1
			counted = counted.Plus(of)
		}
		if selection.After = rows.Next; rows.Next == "" {
			break
		}
	}
	kept, err := r.Store.ReadReseller(ctx, asked.Reseller)
	return reconcileResult(counted, kept.Used), err
}

// subscriptions counts what an account's subscriptions have.
func (r Reconcile) subscriptions(ctx context.Context, of account.ID) (sum resource.Demand, err error) {
	for after := ""; ; {
		rows, more, err := r.Store.ListSubscriptions(ctx, of, after, reconcilePageSize)
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
		Customers: kept.Customers - counted.Customers, Subscriptions: kept.Subscriptions - counted.Subscriptions,
		Given: nonZeroDifferences(kept.Given, counted.Given), Unlimited: nonZeroDifferences(kept.Unlimited, counted.Unlimited),
	}
	return ReconcileResult{
		Counted: resource.Usage{Customers: counted.Customers, Subscriptions: counted.Subscriptions, Given: counted.Given, Unlimited: counted.Unlimited},
		Drift:   drift,
		InOrder: drift.Customers == 0 && drift.Subscriptions == 0 && len(drift.Given) == 0 && len(drift.Unlimited) == 0,
	}
}

func nonZeroDifferences(kept, counted map[string]int64) map[string]int64 {
	differs := map[string]int64{}
	for _, counts := range []map[string]int64{kept, counted} {
		for name := range counts {
			if by := kept[name] - counted[name]; by != 0 {
				differs[name] = by
			}
		}
	}
	return differs
}
