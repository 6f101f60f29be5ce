package transfer

import (
	"context"
	"math"

	"tenantry/shared/account"
	"tenantry/shared/operation"
	"tenantry/shared/resource"
)

// Preview returns what a move or conversion needs and whether it fits. It returns the errors of Process. If an earlier
// operation has left a transfer unfinished, the forecast is empty, because Process completes that transfer first.
func (p processor) Preview(ctx context.Context, job operation.Job) (operation.Forecast, error) {
	_, _, forecast, err := p.forecast(ctx, job, math.MaxInt64)
	return forecast, err
}

// forecast returns the customer, what it would become, and the forecast of Preview. If the customer has more than
// maxSubscriptions, the forecast is empty. If an ended operation has left a pending transfer, there is no target.
func (p processor) forecast(
	ctx context.Context, job operation.Job, maxSubscriptions int64,
) (customer *account.Account, target *transferTarget, forecast operation.Forecast, err error) {
	customer, pending, err := p.Store.ReadTransfer(ctx, job.Item.Customer)
	if err != nil {
		return nil, nil, forecast, err
	}
	if customer != nil && pending != nil && job.Caller.IsAdministrator() {
		return customer, nil, forecast, p.refuseBusy(ctx, job, customer)
	}
	if target, err = p.checkTarget(ctx, job, customer); err != nil {
		return nil, nil, forecast, err
	}
	if customer.Lifecycle != account.Ready {
		if err := p.refuseBusy(ctx, job, customer); err != nil {
			return nil, nil, forecast, err
		}
	}
	if customer.Subscriptions > maxSubscriptions {
		return customer, target, forecast, nil
	}
	forecast, err = p.forecastTarget(ctx, job, customer, target)
	return customer, target, forecast, err
}

// forecastTarget returns what the target needs from its limits, and what they have left.
func (p processor) forecastTarget(
	ctx context.Context, job operation.Job, customer *account.Account, target *transferTarget,
) (forecast operation.Forecast, err error) {
	totals, err := p.computeTotals(ctx, customer, target, estimate)
	if totals == nil {
		return forecast, err
	}
	demand := target.demand(totals)
	forecast = operation.Forecast{
		Subscriptions: totals.subscriptions, Websites: totals.websites, Capacity: &demand,
		DropsSchedule: customer.OwnersSchedule(p.Now()) != nil,
	}
	if target.isConversion() {
		resources := totals.resources
		if target.resellerPlan != nil {
			resources = target.resellerPlan.Resources
		}
		expanded := resources.Expand(resource.Reseller)
		forecast.Resources = &expanded
		if target.resellerPlan == nil {
			limits := resource.Limits{Resources: resources}
			forecast.Exhausted = limits.Exhausted(resource.Usage{}.Plus(demand))
		}
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
