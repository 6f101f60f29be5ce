package transfer

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/operation"
	"tenantry/shared/resource"
)

// Preview returns what a move or conversion needs and whether it fits. It returns the errors of Process. If an earlier
// operation has left a transfer unfinished, the forecast is empty, because Process completes that transfer first.
func (p processor) Preview(ctx context.Context, job operation.Job) (operation.Forecast, error) {
	var forecast operation.Forecast
	customer, pending, err := p.Store.ReadTransfer(ctx, job.Item.Customer)
	if err != nil {
		return forecast, err
	}
	if customer != nil && pending != nil && job.Caller.IsAdministrator() {
		return forecast, p.refuseBusy(ctx, job, customer)
	}
	target, err := p.checkTarget(ctx, job, customer)
	if err != nil {
		return forecast, err
	}
	if customer.Lifecycle != account.Ready {
		if err := p.refuseBusy(ctx, job, customer); err != nil {
			return forecast, err
		}
	}
	if job.Quick && customer.Subscriptions > pageSize {
		return forecast, nil
	}
	totals, err := p.computeTotals(ctx, customer, target, estimate)
	if totals == nil {
		return forecast, err
	}
	demand := target.demand(totals)
	forecast = operation.Forecast{Subscriptions: totals.subscriptions, Websites: totals.websites, Capacity: &demand}
	if target.isConversion() {
		resources := totals.resources
		if target.resellerPlan != nil {
			resources = target.resellerPlan.Resources
		}
		expanded := resources.Expand(resource.Reseller)
		forecast.Resources = &expanded
	}
	if target.limits != nil {
		target.limits.Used = target.limits.Used.Plus(job.EarlierDemand)
		forecast.Available = target.limits.Limits.Available(target.limits.Used)
	}
	if err == nil {
		_, err = target.reserve(totals)
	}
	return forecast, err
}
