package dynamo

import (
	"context"

	"tenantry/shared/hosting"
)

// EraseHosting deletes subscriptions and websites of an account that is being removed. Round trips: 1, and
// 1 more if there are websites.
func (s *Store) EraseHosting(ctx context.Context, erasure hosting.Erasure) error {
	t := s.beginWithoutMarker()
	if err := s.deleteWebsites(ctx, t, erasure.Websites); err != nil {
		return err
	}
	if erasure.KeptSubscription != "" {
		fewer := update{}.add("websites", -int64(len(erasure.Websites)))
		t.update(subscriptionKey(erasure.KeptSubscription), fewer, exists(), hasChanged)
	}
	for i := range erasure.Subscriptions {
		s := &erasure.Subscriptions[i]
		t.delete(subscriptionKey(s.ID), atVersion(s.Version).And(equals("websites", s.Websites)), hasChanged)
	}
	if n := int64(len(erasure.Subscriptions)); n > 0 {
		t.changeCustomer(&hosting.CustomerChange{ID: erasure.Customer, Total: -n})
	}
	for _, use := range erasure.Plans {
		t.changePlanUse(use)
	}
	if erasure.Limits != nil {
		t.reserve(erasure.Limits)
	}
	return s.commit(ctx, t)
}
