package transfer

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/operation"
	"tenantry/shared/resource"
)

// Judge says what would become of a customer. Of one that an operation has left half-way, nothing: it is brought to its end first.
// Errors: those of Do.
func (w work) Judge(ctx context.Context, task operation.Task) (forecast operation.Forecast, err error) {
	of, kept, err := w.Store.ReadTransfer(ctx, task.Item.Customer)
	if err != nil {
		return forecast, err
	}
	if of != nil && kept != nil && task.Caller.IsAdministrator() {
		return forecast, w.refuseHeld(ctx, task, of)
	}
	to, err := w.judge(ctx, task, of)
	if err != nil {
		return forecast, err
	}
	if of.Lifecycle != account.Ready {
		if err := w.refuseHeld(ctx, task, of); err != nil {
			return forecast, err
		}
	}
	if task.Shallow && of.Subscriptions > pageSize {
		return forecast, nil
	}
	all, err := w.measure(ctx, of, to, roughly)
	if all == nil {
		return forecast, err
	}
	demand := to.demand(all)
	forecast = operation.Forecast{Subscriptions: all.count, Websites: all.websites, Capacity: &demand}
	if to.converts() {
		given := all.sum
		if to.reseller != nil {
			given = to.reseller.Resources
		}
		shown := given.Shown(resource.Reseller)
		forecast.Resources = &shown
	}
	if to.limits != nil {
		to.limits.Used = to.limits.Used.Plus(task.Taken)
		forecast.Available = to.limits.Limits.Left(to.limits.Used)
	}
	if err == nil {
		_, err = to.reserve(all)
	}
	return forecast, err
}
