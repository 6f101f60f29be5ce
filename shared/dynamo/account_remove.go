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
	ownsNothing := counterEquals(subscriptionCounter, 0).And(
		noneCounted(panelUserCounter), noneCounted(createdBackupCounter),
	)
	t.delete(accountKey(a.ID), accountAtVersion(a.Version).And(ownsNothing), hasChanged)
	t.deleteIfExists(passwordKey(a.ID))
	t.deleteGuard(loginKey(a.Login), a.ID)
	t.deleteExternalID(a)
	if accountRemoval.Limits != nil {
		t.reserve(accountRemoval.Limits)
	}
	if a.Kind == account.Reseller {
		isUnused := equals("closed", true).And(
			counterEquals("customers", 0), counterEquals("subscriptions", 0),
			noneCounted(planCounter), noneCounted(transferCounter),
		)
		t.delete(usageKey(a.ID), isUnused, hasChanged)
		if a.Limits != nil && a.Limits.Plan != "" {
			t.changePlanUse(hosting.PlanUse{ID: plan.ID(a.Limits.Plan), Uses: -1})
		}
	}
	t.changeGlobalUsage(a, nil)
	return s.commit(ctx, t)
}

// The attributes that count what the removal of an account must find, besides its subscriptions and customers. Lists may
// not show everything yet, so the account is deleted only when these counters are 0 (ADR 24).
const (
	panelUserCounter     = "panelUsers"     // of the account that owns the panel users
	createdBackupCounter = "createdBackups" // of the account that has created the backups
	planCounter          = "plans"          // of a reseller's usage
)

// noneCounted is the condition that a counter is not above 0. It is below 0 if objects were deleted that were created
// before there was a counter.
func noneCounted(name string) condition {
	return attribute(name).AttributeNotExists().Or(attribute(name).LessThanEqual(value(0)))
}

// RemovePanelUser deletes a panel user with its guard, and writes one event. The customer that owns it must be
// unchanged if it is not nil. If it is nil, the customer is being removed, and no backup by the panel user may be left.
// The stream consumer deletes the rest of the collection. Round trips: 1.
func (s *Store) RemovePanelUser(
	ctx context.Context, user account.Account, customer *account.Account, e event.Event, record *idempotency.Record,
) error {
	t := s.begin(e)
	t.putRecord(record, s.now())
	unchanged := equals(projected("login"), user.Login)
	if customer == nil {
		unchanged = unchanged.And(noneCounted(createdBackupCounter))
	}
	t.delete(accountKey(user.ID), unchanged, func(found item) error {
		if len(found) == 0 {
			return notFound(found)
		}
		return hasChanged(found)
	})
	t.deleteIfExists(passwordKey(user.ID))
	t.deleteGuard(loginKey(user.Login), user.ID)
	t.changeCustomer(&hosting.CustomerChange{
		ID: user.Owner, Expected: customer, Children: hosting.Children{PanelUsers: -1},
	})
	return s.commit(ctx, t)
}
