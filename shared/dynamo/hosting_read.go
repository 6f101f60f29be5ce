package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
)

// ReadSubscription returns a subscription, its plan, its customer and the accounts above, and the record of the request.
// What does not exist is nil. Round trips: 2, and 1 more for a customer of a reseller.
func (s *Store) ReadSubscription(
	ctx context.Context, id string, requestKey idempotency.Key,
) (found hosting.SubscriptionContext, err error) {
	items, record, err := s.getWithRecord(ctx, requestKey, subscriptionKey(id))
	if err != nil {
		return found, err
	}
	found.Record = record
	found.Subscription, err = readSubscription(items[subscriptionKey(id)])
	if err != nil || found.Subscription == nil {
		return found, err
	}
	return found, s.readSubscriptionContext(ctx, &found)
}

// readSubscriptionContext reads the plan and the customer of a subscription, and the accounts above.
func (s *Store) readSubscriptionContext(ctx context.Context, found *hosting.SubscriptionContext) error {
	sub := found.Subscription
	keys := []key{accountKey(sub.Customer)}
	if sub.Plan != "" {
		keys = append(keys, planKey(sub.Plan))
	}
	items, err := s.getItems(ctx, consistent, keys...)
	if err != nil {
		return err
	}
	if found.Chain, err = s.chain(ctx, sub.Customer, items); err != nil {
		return err
	}
	found.Plan, err = readPlan(items[planKey(sub.Plan)])
	return err
}

// ReadWebsite returns a website, its subscription and everything that ReadSubscription returns, and the record of the
// request. Round trips: 3, and 1 more for a customer of a reseller.
func (s *Store) ReadWebsite(
	ctx context.Context, id string, requestKey idempotency.Key,
) (*hosting.Website, hosting.SubscriptionContext, error) {
	items, record, err := s.getWithRecord(ctx, requestKey, websiteKey(id))
	if err != nil {
		return nil, hosting.SubscriptionContext{}, err
	}
	site, err := readWebsite(items[websiteKey(id)])
	if err != nil || site == nil {
		return nil, hosting.SubscriptionContext{Record: record}, err
	}
	found, err := s.ReadSubscription(ctx, site.Subscription, idempotency.Key{})
	found.Record = record
	return site, found, err
}

// ReadSubscriptions returns the subscriptions that exist, in the order of the ids. Round trips: 1 for each hundred.
func (s *Store) ReadSubscriptions(ctx context.Context, ids []string) ([]hosting.Subscription, error) {
	keys := keysOf(ids, subscriptionKey)
	found, err := s.getItems(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	return readAll(inOrder(found, keys), readSubscription)
}

// ReadWebsites returns the websites that exist, in the order of the ids. Round trips: 1 for each hundred.
func (s *Store) ReadWebsites(ctx context.Context, ids []string) ([]hosting.Website, error) {
	keys := keysOf(ids, websiteKey)
	found, err := s.getItems(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	return readAll(inOrder(found, keys), readWebsite)
}

// ReadForCreation returns a customer with the accounts above it, a plan, and the record of the request. What does not
// exist is nil. Round trips: 1, and 1 more for a customer of a reseller.
func (s *Store) ReadForCreation(
	ctx context.Context, customer account.ID, service plan.ID, requestKey idempotency.Key,
) (found hosting.SubscriptionContext, err error) {
	keys := []key{accountKey(customer)}
	if service != "" {
		keys = append(keys, planKey(service))
	}
	items, record, err := s.getWithRecord(ctx, requestKey, keys...)
	if err != nil {
		return found, err
	}
	found.Record = record
	if found.Chain, err = s.chain(ctx, customer, items); err != nil {
		return found, err
	}
	found.Plan, err = readPlan(items[planKey(service)])
	return found, err
}

// ReadDomain returns the website that has a domain, its subscription, its customer and the accounts above. What does
// not exist is nil. Round trips: 2, and 1 more if the hints in the domain's guard are out of date.
func (s *Store) ReadDomain(
	ctx context.Context, domain string,
) (*hosting.Website, *hosting.Subscription, hosting.Chain, error) {
	guard, err := s.get(ctx, consistent, domainKey(domain))
	if err != nil || guard == nil {
		return nil, nil, nil, err
	}
	var hints domainItem
	if err := attributevalue.UnmarshalMap(guard, &hints); err != nil {
		return nil, nil, nil, err
	}
	keys := []key{websiteKey(hints.Website), subscriptionKey(hints.Subscription), accountKey(hints.Customer)}
	if hints.Owner != "" {
		keys = append(keys, accountKey(hints.Owner))
	}
	items, err := s.getItems(ctx, consistent, keys...)
	if err != nil {
		return nil, nil, nil, err
	}
	site, err := readWebsite(items[websiteKey(hints.Website)])
	if err != nil {
		return nil, nil, nil, err
	}
	sub, err := readSubscription(items[subscriptionKey(hints.Subscription)])
	if err != nil {
		return nil, nil, nil, err
	}
	chain, err := s.chain(ctx, hints.Customer, items)
	return site, sub, chain, err
}

// ListSubscriptions returns a customer's subscriptions in the order of their creation, and whether there may be more.
// If after is not "", it continues after this subscription. Round trips: 1.
func (s *Store) ListSubscriptions(
	ctx context.Context, customer account.ID, after string, limit int,
) ([]hosting.Subscription, bool, error) {
	return listChildren(ctx, s, subscriptionListPartition(customer), after, limit, readSubscription)
}

// ListWebsites returns a subscription's websites in the order of their creation, and whether there may be more. If
// after is not "", it continues after this website. Round trips: 1.
func (s *Store) ListWebsites(
	ctx context.Context, subscription, after string, limit int,
) ([]hosting.Website, bool, error) {
	return listChildren(ctx, s, websiteListPartition(subscription), after, limit, readWebsite)
}
