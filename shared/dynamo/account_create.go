package dynamo

import (
	"context"
	"fmt"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
)

// Create writes a customer, a reseller or a panel user, with its guards, note, counters and event. Round trips: 1, and 1
// more if it is not known how the lists are divided. ReadNewOwner finds this out, too.
func (s *Store) Create(ctx context.Context, creation directory.AccountCreation) error {
	a := &creation.Account
	switch a.Kind {
	case account.PanelUser:
		return s.createPanelUser(ctx, creation)
	case account.Customer, account.Reseller:
	default:
		return fmt.Errorf("create: an account of kind %q is not created like this", a.Kind)
	}
	stored := newAccountItem(a)
	if err := s.placeInAllLists(ctx, &stored, a.ID); err != nil {
		return err
	}
	t := s.begin(creation.Event)
	t.putRecord(creation.Record, s.now())
	t.createLogin(a)
	t.createExternalID(a)
	if creation.Limits != nil {
		t.reserve(creation.Limits)
	}
	t.create(stored, nil)
	t.putPassword(a, creation.PasswordHash)
	if creation.Note != "" {
		t.create(noteItem{keyed: noteKey(a.ID, a.Owner).fields(), Text: creation.Note}, nil)
	}
	if a.Kind == account.Reseller {
		t.create(usageItem{keyed: usageKey(a.ID).fields(), Limits: newResellerLimitsItem(a.Limits)}, nil)
		if a.Limits != nil && a.Limits.Plan != "" {
			t.changePlanUse(hosting.PlanUse{ID: plan.ID(a.Limits.Plan), Uses: 1})
		}
	}
	t.changeGlobalUsage(nil, a)
	return s.commit(ctx, t)
}

// createPanelUser writes a panel user with its guard and event. Its owner must be ready. Round trips: 1.
func (s *Store) createPanelUser(ctx context.Context, creation directory.AccountCreation) error {
	a := &creation.Account
	t := s.begin(creation.Event)
	t.putRecord(creation.Record, s.now())
	t.createLogin(a)
	t.changeCustomer(&hosting.CustomerChange{
		ID: a.Owner, Expected: creation.CheckedCustomer, Ready: true, Children: hosting.Children{PanelUsers: 1},
	})
	t.create(newAccountItem(a), nil)
	t.putPassword(a, creation.PasswordHash)
	return s.commit(ctx, t)
}

// CreateFirstAdministrator creates the first administrator. It returns fault.Conflict if there is one. Round trips: 1.
func (s *Store) CreateFirstAdministrator(
	ctx context.Context, creation access.FirstAdministratorCreation,
) error {
	a := &creation.Account
	t := s.begin(creation.Event)
	t.create(singletonItem{keyed: firstAdministratorKey().fields(), Account: a.ID}, func(item) error {
		return fault.New(fault.Conflict, "The first administrator already exists.")
	})
	t.createLogin(a)
	t.create(newAccountItem(a), nil)
	t.putPassword(a, creation.PasswordHash)
	t.create(secretItem{keyed: stackSecretKey().fields(), Secret: creation.CursorKey}, nil)
	return s.commit(ctx, t)
}
