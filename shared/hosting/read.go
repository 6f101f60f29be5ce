package hosting

import (
	"context"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/plan"
)

// find reads a subscription in the caller's view, with the record of the request. It returns fault.NotFound if the
// subscription does not exist or is being removed.
func (s Subscriptions) find(
	ctx context.Context, caller access.Caller, key idempotency.Key, id string,
) (SubscriptionContext, error) {
	current, err := s.findIncludingRemoving(ctx, caller, key, id)
	if err == nil && current.Subscription.Removing {
		err = fault.NotInView()
	}
	return current, err
}

// findIncludingRemoving reads a subscription in the caller's view even if it is being removed.
func (s Subscriptions) findIncludingRemoving(
	ctx context.Context, caller access.Caller, key idempotency.Key, id string,
) (SubscriptionContext, error) {
	current, err := s.Store.ReadSubscription(ctx, id, key)
	if err == nil && (current.Subscription == nil || !Sees(caller, current.Chain)) {
		err = fault.NotInView()
	}
	return current, err
}

// Get returns a subscription as the caller sees it. It returns fault.NotFound if the caller cannot see it.
func (s Subscriptions) Get(ctx context.Context, caller access.Caller, id string) (SubscriptionView, error) {
	current, err := s.find(ctx, caller, idempotency.Key{}, id)
	if err != nil {
		return SubscriptionView{}, err
	}
	return viewSubscription(caller, current.Subscription, current.Chain, current.Plan, s.Now()), nil
}

// List returns a page of a customer's subscriptions, in order of creation. Errors: fault.NotFound; fault.InvalidRequest
// if the cursor is invalid.
func (s Subscriptions) List(
	ctx context.Context, caller access.Caller, customer string, limit int, cursor string,
) (result page.Page[SubscriptionView], err error) {
	if !account.ID(customer).WellFormed() {
		return result, fault.NotInView()
	}
	after, binding := "", []string{string(caller.Account.ID), "subscriptions", customer}
	if cursor != "" {
		if err := s.Cursors.Open(ctx, cursor, &after, binding...); err != nil {
			return result, err
		}
	}
	current, err := s.Store.ReadForCreation(ctx, account.ID(customer), "", idempotency.Key{})
	if err != nil {
		return result, err
	}
	if !Sees(caller, current.Chain) ||
		current.Chain[0].Kind != account.Customer && current.Chain[0].Kind != account.Reseller {
		return result, fault.NotInView()
	}
	rows, more, err := s.Store.ListSubscriptions(ctx, account.ID(customer), after, limitOrDefault(limit))
	if err != nil {
		return result, err
	}
	plans, err := readPlans(ctx, s.Store, rows)
	if err != nil {
		return result, err
	}
	total := current.Chain[0].Subscriptions
	result.Total = &total
	result.Items = make([]SubscriptionView, 0, len(rows))
	for i := range rows {
		if !rows[i].Removing {
			result.Items = append(result.Items, viewSubscription(caller, &rows[i], current.Chain, plans[rows[i].Plan], s.Now()))
		}
	}
	if more {
		result.NextCursor, err = s.Cursors.Seal(ctx, rows[len(rows)-1].ID, binding...)
	}
	return result, err
}

// planReader reads plans by id. Plans that do not exist are left out.
type planReader interface {
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
}

// readPlans returns the plans of subscriptions by id. A plan that does not exist is nil.
func readPlans(ctx context.Context, store planReader, rows []Subscription) (map[plan.ID]*plan.Plan, error) {
	byID := map[plan.ID]*plan.Plan{}
	return byID, AddPlans(ctx, store, rows, byID)
}

// AddPlans reads the plans of subscriptions that are not known yet and adds them to known. A plan that does not exist
// is nil.
func AddPlans(ctx context.Context, store planReader, rows []Subscription, known map[plan.ID]*plan.Plan) error {
	var ids []plan.ID
	for i := range rows {
		if _, isKnown := known[rows[i].Plan]; !isKnown && rows[i].Plan != "" {
			known[rows[i].Plan] = nil
			ids = append(ids, rows[i].Plan)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	plans, err := store.ReadPlans(ctx, ids)
	for i := range plans {
		known[plans[i].ID] = &plans[i]
	}
	return err
}

func limitOrDefault(limit int) int {
	if limit == 0 {
		return page.DefaultLimit
	}
	return limit
}
