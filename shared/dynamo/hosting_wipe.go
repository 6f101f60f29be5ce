package dynamo

import (
	"context"

	"tenantry/shared/hosting"
)

// Wipe deletes subscriptions and websites of an account that is being removed. Round trips: 1.
func (s *Store) Wipe(ctx context.Context, wipe hosting.Wipe) error {
	t := s.beginWithoutMarker()
	for i := range wipe.Websites {
		t.deleteWebsite(&wipe.Websites[i])
	}
	if wipe.Shrunk != "" {
		t.update(subscriptionKey(wipe.Shrunk), update{}.add("websites", -int64(len(wipe.Websites))), exists(), hasChanged)
	}
	for i := range wipe.Subscriptions {
		s := &wipe.Subscriptions[i]
		t.delete(subscriptionKey(s.ID), atVersion(s.Version).And(equals("websites", s.Websites)), hasChanged)
	}
	if n := int64(len(wipe.Subscriptions)); n > 0 {
		t.changeCustomer(&hosting.CustomerChange{ID: wipe.Customer, Total: -n})
	}
	for _, use := range wipe.Plans {
		t.changePlanUse(use)
	}
	if wipe.Limits != nil {
		t.reserve(wipe.Limits)
	}
	return s.commit(ctx, t)
}
