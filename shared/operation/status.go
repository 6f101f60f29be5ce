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

	known map[account.ID]*account.Account // the customers of a group; nil if they have not been read
}

// ofGroup returns a StatusChanger that knows the customers of the items.
func (s StatusChanger) ofGroup(ctx context.Context, items []Item) (StatusChanger, error) {
	ids := make([]account.ID, len(items))
	for i, item := range items {
		ids[i] = item.Customer
	}
	accounts, err := s.Change.Store.ReadAccountsNow(ctx, ids)
	s.known = make(map[account.ID]*account.Account, len(accounts))
	for i := range accounts {
		s.known[accounts[i].ID] = &accounts[i]
	}
	return s, err
}

// customer returns the customer of the job, or nil if it does not exist.
func (s StatusChanger) customer(ctx context.Context, job Job) (*account.Account, error) {
	if s.known == nil {
		var err error
		if s, err = s.ofGroup(ctx, []Item{job.Item}); err != nil {
			return nil, err
		}
	}
	return s.known[job.Item.Customer], nil
}

// holdable returns the customer of the job if the caller may suspend and activate it.
func (s StatusChanger) holdable(ctx context.Context, job Job) (*account.Account, error) {
	customer, err := s.customer(ctx, job)
	if err == nil {
		err = s.Change.CheckHoldable(job.Caller, customer)
	}
	return customer, err
}

// Processors returns the processors of suspensions and activations.
func (s StatusChanger) Processors() map[Kind]Processor {
	return map[Kind]Processor{Suspend: suspending{s}, Activate: activating{s}}
}

type suspending struct{ StatusChanger }

// Process suspends a customer.
func (s suspending) Process(ctx context.Context, job Job) error {
	customer, err := s.customer(ctx, job)
	if err != nil {
		return err
	}
	return s.Change.SuspendKnown(ctx, job.Caller, job.request(), customer, job.Operation.Parameters.hold())
}

// ForGroup implements GroupProcessor.
func (s suspending) ForGroup(ctx context.Context, items []Item) (Processor, error) {
	group, err := s.ofGroup(ctx, items)
	return suspending{group}, err
}

// Preview checks whether the customer can be suspended.
func (s suspending) Preview(ctx context.Context, job Job) (Forecast, error) {
	_, err := s.holdable(ctx, job)
	return Forecast{}, err
}

type activating struct{ StatusChanger }

// Process activates a customer.
func (s activating) Process(ctx context.Context, job Job) error {
	customer, err := s.customer(ctx, job)
	if err != nil {
		return err
	}
	subscriptions := job.Operation.Parameters.Subscriptions
	return s.Change.ActivateKnown(ctx, job.Caller, job.request(), customer, subscriptions)
}

// ForGroup implements GroupProcessor.
func (s activating) ForGroup(ctx context.Context, items []Item) (Processor, error) {
	group, err := s.ofGroup(ctx, items)
	return activating{group}, err
}

// Preview checks whether the customer can be activated.
func (s activating) Preview(ctx context.Context, job Job) (Forecast, error) {
	customer, err := s.holdable(ctx, job)
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
