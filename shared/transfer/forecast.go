package transfer

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/operation"
	"tenantry/shared/resource"
)

// Preview says what would become of a customer. Of one that an operation has left half-way, nothing: it is brought to its end first.
// Errors: those of Do.
func (w processor) Preview(ctx context.Context, job operation.Job) (forecast operation.Forecast, err error) {
	of, kept, err := w.Store.ReadTransfer(ctx, job.Item.Customer)
	if err != nil {
		return forecast, err
	}
	if of != nil && kept != nil && job.Caller.IsAdministrator() {
		return forecast, w.refuseBusy(ctx, job, of)
	}
	to, err := w.checkTarget(ctx, job, of)
	if err != nil {
		return forecast, err
	}
	if of.Lifecycle != account.Ready {
		if err := w.refuseBusy(ctx, job, of); err != nil {
			return forecast, err
		}
	}
	if job.Quick && of.Subscriptions > pageSize {
		return forecast, nil
	}
	all, err := w.measure(ctx, of, to, estimate)
	if all == nil {
		return forecast, err
	}
	demand := to.demand(all)
	forecast = operation.Forecast{Subscriptions: all.subscriptions, Websites: all.websites, Capacity: &demand}
	if to.isConversion() {
		given := all.resources
		if to.resellerPlan != nil {
			given = to.resellerPlan.Resources
		}
		shown := given.Expand(resource.Reseller)
		forecast.Resources = &shown
	}
	if to.limits != nil {
		to.limits.Used = to.limits.Used.Plus(job.EarlierDemand)
		forecast.Available = to.limits.Limits.Available(to.limits.Used)
	}
	if err == nil {
		_, err = to.reserve(all)
	}
	return forecast, err
}
