package dynamo

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/removal"
)

// RemoveAccount deletes an account with its guards and usage, and writes one event. Round trips: 1.
func (s *Store) RemoveAccount(ctx context.Context, accountRemoval removal.AccountRemoval) error {
	a := &accountRemoval.Account
	t := s.beginAttempt(accountRemoval.Event, accountRemoval.Token)
	t.delete(accountKey(a.ID), atVersion(a.Version).And(counterEquals("subscriptions", 0)), hasChanged)
	t.deleteGuard(loginKey(a.Login), a.ID)
	t.deleteExternalID(a)
	if accountRemoval.Limits != nil {
		t.reserve(accountRemoval.Limits)
	}
	if a.Kind == account.Reseller {
		isUnused := equals("closed", true).And(counterEquals("customers", 0), counterEquals("subscriptions", 0))
		t.delete(usageKey(a.ID), isUnused, hasChanged)
		if a.Limits != nil && a.Limits.Plan != "" {
			t.changePlanUse(hosting.PlanUse{ID: plan.ID(a.Limits.Plan), Uses: -1})
		}
	}
	t.changeGlobalUsage(a, nil)
	return s.commit(ctx, t)
}

// RemovePanelUser deletes a panel user with its guard, and writes one event. The customer that owns it must be
// unchanged if it is not nil. The stream consumer deletes the rest of the collection. Round trips: 1.
func (s *Store) RemovePanelUser(
	ctx context.Context, user account.Account, customer *account.Account, e event.Event, record *idempotency.Record,
) error {
	t := s.begin(e)
	t.putRecord(record, s.now())
	t.delete(accountKey(user.ID), equals("login", user.Login), notFound)
	t.deleteGuard(loginKey(user.Login), user.ID)
	if customer != nil {
		t.changeCustomer(&hosting.CustomerChange{ID: customer.ID, Expected: customer})
	}
	return s.commit(ctx, t)
}
