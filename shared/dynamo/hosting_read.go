package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
)

// ReadSubscription reads a subscription, then side by side the chain of its customer and its plan. Round trips: 2, and 1 more for
// a customer of a reseller.
func (s *Store) ReadSubscription(ctx context.Context, id string, requestKey idempotency.Key) (found hosting.SubscriptionContext, err error) {
	keys := []key{subscriptionKey(id)}
	if requestKey.IsSet() {
		keys = append(keys, idempotencyKey(requestKey.Name))
	}
	first, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return found, err
	}
	if found.Record, err = readRecord(first[idempotencyKey(requestKey.Name)], s.now()); err != nil || found.Record != nil {
		return found, err
	}
	if found.Subscription, err = readSubscription(first[subscriptionKey(id)]); err != nil || found.Subscription == nil {
		return found, err
	}
	return found, s.complete(ctx, &found, nil)
}

// complete reads what a subscription hangs together with. Hints are accounts that may be in the chain.
func (s *Store) complete(ctx context.Context, found *hosting.SubscriptionContext, hints []account.ID) error {
	of := found.Subscription
	keys := append(accountKeys(hints), accountKey(of.Customer))
	if of.Plan != "" {
		keys = append(keys, planKey(of.Plan))
	}
	items, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return err
	}
	if found.Chain, err = s.chain(ctx, of.Customer, items); err != nil {
		return err
	}
	found.Plan, err = readPlan(items[planKey(of.Plan)])
	return err
}

// ReadWebsite reads a website, its subscription, and what that hangs together with. Round trips: 3, and 1 more for a customer of
// a reseller.
func (s *Store) ReadWebsite(ctx context.Context, id string, requestKey idempotency.Key) (*hosting.Website, hosting.SubscriptionContext, error) {
	keys := []key{websiteKey(id)}
	if requestKey.IsSet() {
		keys = append(keys, idempotencyKey(requestKey.Name))
	}
	first, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, hosting.SubscriptionContext{}, err
	}
	record, err := readRecord(first[idempotencyKey(requestKey.Name)], s.now())
	if err != nil || record != nil {
		return nil, hosting.SubscriptionContext{Record: record}, err
	}
	site, err := readWebsite(first[websiteKey(id)])
	if err != nil || site == nil {
		return nil, hosting.SubscriptionContext{}, err
	}
	found, err := s.ReadSubscription(ctx, site.Subscription, noRequest)
	return site, found, err
}

// ReadWebsites reads websites. Round trips: 1.
func (s *Store) ReadWebsites(ctx context.Context, ids []string) ([]hosting.Website, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = websiteKey(id)
	}
	items, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	sites := make([]hosting.Website, 0, len(ids))
	for _, k := range keys {
		if items[k] == nil {
			continue
		}
		site, err := readWebsite(items[k])
		if err != nil {
			return nil, err
		}
		sites = append(sites, *site)
	}
	return sites, nil
}

// ReadForCreation reads a customer with its owner, a plan, and the record of the request. Round trips: 1, and 1 more for a
// customer of a reseller.
func (s *Store) ReadForCreation(ctx context.Context, customer account.ID, service plan.ID, requestKey idempotency.Key) (found hosting.SubscriptionContext, err error) {
	keys := []key{accountKey(customer)}
	if service != "" {
		keys = append(keys, planKey(service))
	}
	if requestKey.IsSet() {
		keys = append(keys, idempotencyKey(requestKey.Name))
	}
	items, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return found, err
	}
	if found.Chain, err = s.chain(ctx, customer, items); err != nil {
		return found, err
	}
	if found.Plan, err = readPlan(items[planKey(service)]); err != nil {
		return found, err
	}
	found.Record, err = readRecord(items[idempotencyKey(requestKey.Name)], s.now())
	return found, err
}

// ReadDomain reads the website of a domain and what it hangs from, by the hints of the domain's guard. Round trips: 2, and 1 more
// when the customer has been moved since.
func (s *Store) ReadDomain(ctx context.Context, domain string) (*hosting.Website, *hosting.Subscription, hosting.Chain, error) {
	guard, err := s.get(ctx, consistent, domainKey(domain))
	if err != nil || guard == nil {
		return nil, nil, nil, err
	}
	var hint domainItem
	if err := attributevalue.UnmarshalMap(guard, &hint); err != nil {
		return nil, nil, nil, err
	}
	keys := []key{websiteKey(hint.Website), subscriptionKey(hint.Subscription), accountKey(hint.Customer)}
	if hint.Owner != "" {
		keys = append(keys, accountKey(hint.Owner))
	}
	items, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, nil, nil, err
	}
	site, err := readWebsite(items[websiteKey(hint.Website)])
	if err != nil {
		return nil, nil, nil, err
	}
	of, err := readSubscription(items[subscriptionKey(hint.Subscription)])
	if err != nil {
		return nil, nil, nil, err
	}
	chain, err := s.chain(ctx, hint.Customer, items)
	return site, of, chain, err
}

// ListSubscriptions returns a customer's subscriptions in order of creation. Round trips: 1.
func (s *Store) ListSubscriptions(ctx context.Context, customer account.ID, after string, limit int) ([]hosting.Subscription, bool, error) {
	found, more, err := s.children(ctx, objectsByParent, subscriptionListPartition(customer), after, limit)
	if err != nil {
		return nil, false, err
	}
	rows := make([]hosting.Subscription, len(found))
	for i := range found {
		of, err := readSubscription(found[i])
		if err != nil {
			return nil, false, err
		}
		rows[i] = *of
	}
	return rows, more, nil
}

// ListWebsites returns a subscription's websites in order of creation. Round trips: 1.
func (s *Store) ListWebsites(ctx context.Context, subscription, after string, limit int) ([]hosting.Website, bool, error) {
	found, more, err := s.children(ctx, objectsByParent, websiteListPartition(subscription), after, limit)
	if err != nil {
		return nil, false, err
	}
	rows := make([]hosting.Website, len(found))
	for i := range found {
		of, err := readWebsite(found[i])
		if err != nil {
			return nil, false, err
		}
		rows[i] = *of
	}
	return rows, more, nil
}
