package operation

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/request"
)

// Status suspends and activates customers (guide: Suspending Accounts, Activating Accounts). Each customer is one write, in
// effect at once.
type Status struct {
	Change directory.Change // of customers
}

// Works returns the work of the kinds of operation that change statuses.
func (s Status) Works() map[Kind]Work {
	return map[Kind]Work{Suspend: suspending{s}, Activate: activating{s}}
}

type suspending struct{ Status }

// Do suspends a customer.
func (s suspending) Do(ctx context.Context, task Task) error {
	_, err := s.Change.Suspend(ctx, task.Caller, task.request(), string(task.Item.Customer), task.Operation.Order.hold())
	return err
}

// Judge says whether the customer could be suspended.
func (s suspending) Judge(ctx context.Context, task Task) (Forecast, error) {
	_, err := s.Change.Judge(ctx, task.Caller, string(task.Item.Customer))
	return Forecast{}, err
}

type activating struct{ Status }

// Do activates a customer.
func (s activating) Do(ctx context.Context, task Task) error {
	_, err := s.Change.Activate(ctx, task.Caller, task.request(), string(task.Item.Customer), task.Operation.Order.Subscriptions)
	return err
}

// Judge says whether the customer could be activated.
func (s activating) Judge(ctx context.Context, task Task) (forecast Forecast, err error) {
	of, err := s.Change.Judge(ctx, task.Caller, string(task.Item.Customer))
	if err != nil {
		return forecast, err
	}
	return forecast, directory.RefuseHeldAbove(of, task.level(), s.Change.Now())
}

func (t Task) level() account.Level {
	level, _ := account.LevelOf(t.Caller.Account.Kind)
	return level
}

func (t Task) request() request.Metadata {
	return request.Metadata{ID: t.Operation.ID, EventID: t.EventID}
}
