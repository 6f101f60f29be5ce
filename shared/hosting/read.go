package hosting

import (
	"context"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/plan"
)

// find reads a subscription in the caller's view, where one that is being removed no longer exists. If the request has taken effect, only
// its record is returned. It returns fault.NotFound if there is no such subscription.
func (s Subscriptions) find(ctx context.Context, caller access.Caller, key idempotency.Key, id string) (SubscriptionContext, error) {
	found, err := s.findEven(ctx, caller, key, id)
	if err == nil && found.Record == nil && found.Subscription.Removing {
		err = access.NotInView()
	}
	return found, err
}

// findEven reads a subscription in the caller's view even if it is being removed.
func (s Subscriptions) findEven(ctx context.Context, caller access.Caller, key idempotency.Key, id string) (SubscriptionContext, error) {
	found, err := s.Store.ReadSubscription(ctx, id, key)
	if err == nil && found.Record == nil && (found.Subscription == nil || !Sees(caller, found.Chain)) {
		err = access.NotInView()
	}
	return found, err
}

// Get reads a subscription in the caller's view. Errors: NotFound.
func (s Subscriptions) Get(ctx context.Context, caller access.Caller, id string) (SubscriptionView, error) {
	found, err := s.find(ctx, caller, idempotency.Key{}, id)
	if err != nil {
		return SubscriptionView{}, err
	}
	return viewSubscription(caller, found.Subscription, found.Chain, found.Plan, s.Now()), nil
}

// List lists the subscriptions of a customer in the caller's view, in order of creation. Errors: NotFound, InvalidRequest for a
// bad cursor.
func (s Subscriptions) List(
	ctx context.Context, caller access.Caller, customer string, limit int, cursor string,
) (result page.Page[SubscriptionView], err error) {
	if !account.ID(customer).WellFormed() {
		return result, access.NotInView()
	}
	after, binding := "", []string{string(caller.Account.ID), "subscriptions", customer}
	if cursor != "" {
		if err := s.Cursors.Open(ctx, cursor, &after, binding...); err != nil {
			return result, err
		}
	}
	found, err := s.Store.ReadForCreation(ctx, account.ID(customer), "", idempotency.Key{})
	if err != nil {
		return result, err
	}
	if !Sees(caller, found.Chain) || found.Chain[0].Kind != account.Customer && found.Chain[0].Kind != account.Reseller {
		return result, access.NotInView()
	}
	rows, more, err := s.Store.ListSubscriptions(ctx, account.ID(customer), after, limitOrDefault(limit))
	if err != nil {
		return result, err
	}
	plans, err := readPlans(ctx, s.Store, rows)
	if err != nil {
		return result, err
	}
	total := found.Chain[0].Subscriptions
	result.Total = &total
	result.Items = make([]SubscriptionView, 0, len(rows))
	for i := range rows {
		if !rows[i].Removing {
			result.Items = append(result.Items, viewSubscription(caller, &rows[i], found.Chain, plans[rows[i].Plan], s.Now()))
		}
	}
	if more {
		result.NextCursor, err = s.Cursors.Seal(ctx, rows[len(rows)-1].ID, binding...)
	}
	return result, err
}

// planReader reads plans by id; those that do not exist are left out.
type planReader interface {
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
}

func readPlans(ctx context.Context, store planReader, rows []Subscription) (map[plan.ID]*plan.Plan, error) {
	byID := map[plan.ID]*plan.Plan{}
	return byID, AddPlans(ctx, store, rows, byID)
}

// AddPlans adds to the plans that are known those that subscriptions are on besides; nil for one that does not exist.
func AddPlans(ctx context.Context, store planReader, rows []Subscription, known map[plan.ID]*plan.Plan) error {
	var ids []plan.ID
	for i := range rows {
		if _, there := known[rows[i].Plan]; !there && rows[i].Plan != "" {
			known[rows[i].Plan] = nil
			ids = append(ids, rows[i].Plan)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := store.ReadPlans(ctx, ids)
	for i := range found {
		known[found[i].ID] = &found[i]
	}
	return err
}

func limitOrDefault(limit int) int {
	if limit == 0 {
		return page.DefaultLimit
	}
	return limit
}
