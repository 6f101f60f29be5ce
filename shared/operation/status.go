package operation

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/request"
)

// StatusChanger suspends and activates customers (guide: Suspending Accounts, Activating Accounts). Each customer is one write, in
// effect at once.
type StatusChanger struct {
	Change directory.Change // of customers
}

// Processors returns the work of the kinds of operation that change statuses.
func (s StatusChanger) Processors() map[Kind]Processor {
	return map[Kind]Processor{Suspend: suspending{s}, Activate: activating{s}}
}

type suspending struct{ StatusChanger }

// Process suspends a customer.
func (s suspending) Process(ctx context.Context, task Job) error {
	_, err := s.Change.Suspend(ctx, task.Caller, task.request(), string(task.Item.Customer), task.Operation.Parameters.hold())
	return err
}

// Preview says whether the customer could be suspended.
func (s suspending) Preview(ctx context.Context, task Job) (Forecast, error) {
	_, err := s.Change.Judge(ctx, task.Caller, string(task.Item.Customer))
	return Forecast{}, err
}

type activating struct{ StatusChanger }

// Process activates a customer.
func (s activating) Process(ctx context.Context, task Job) error {
	_, err := s.Change.Activate(ctx, task.Caller, task.request(), string(task.Item.Customer), task.Operation.Parameters.Subscriptions)
	return err
}

// Preview says whether the customer could be activated.
func (s activating) Preview(ctx context.Context, task Job) (forecast Forecast, err error) {
	of, err := s.Change.Judge(ctx, task.Caller, string(task.Item.Customer))
	if err != nil {
		return forecast, err
	}
	return forecast, directory.RefuseHeldAbove(of, task.level(), s.Change.Now())
}

func (t Job) level() account.Level {
	level, _ := account.LevelOf(t.Caller.Account.Kind)
	return level
}

func (t Job) request() request.Metadata {
	return request.Metadata{ID: t.Operation.ID, EventID: t.EventID}
}
