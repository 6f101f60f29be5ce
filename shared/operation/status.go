package operation

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/request"
)

// StatusChanger suspends and activates customers (guide: Suspending Accounts, Activating Accounts). It needs one write
// for each customer, which takes effect at once.
type StatusChanger struct {
	Change directory.Change // restricted to customers
}

// Processors returns the processors of suspensions and activations.
func (s StatusChanger) Processors() map[Kind]Processor {
	return map[Kind]Processor{Suspend: suspending{s}, Activate: activating{s}}
}

type suspending struct{ StatusChanger }

// Process suspends a customer.
func (s suspending) Process(ctx context.Context, job Job) error {
	_, err := s.Change.Suspend(ctx, job.Caller, job.request(), string(job.Item.Customer), job.Operation.Parameters.hold())
	return err
}

// Preview checks whether the customer can be suspended.
func (s suspending) Preview(ctx context.Context, job Job) (Forecast, error) {
	_, err := s.Change.Judge(ctx, job.Caller, string(job.Item.Customer))
	return Forecast{}, err
}

type activating struct{ StatusChanger }

// Process activates a customer.
func (s activating) Process(ctx context.Context, job Job) error {
	subscriptions := job.Operation.Parameters.Subscriptions
	_, err := s.Change.Activate(ctx, job.Caller, job.request(), string(job.Item.Customer), subscriptions)
	return err
}

// Preview checks whether the customer can be activated.
func (s activating) Preview(ctx context.Context, job Job) (Forecast, error) {
	customer, err := s.Change.Judge(ctx, job.Caller, string(job.Item.Customer))
	if err != nil {
		return Forecast{}, err
	}
	subscriptions := job.Operation.Parameters.Subscriptions
	return Forecast{}, directory.RefuseHeldAbove(customer, job.level(), subscriptions, s.Change.Now())
}

func (j Job) level() account.Level {
	level, _ := account.LevelOf(j.Caller.Account.Kind)
	return level
}

func (j Job) request() request.Metadata {
	return request.Metadata{ID: j.Operation.ID, EventID: j.EventID}
}
