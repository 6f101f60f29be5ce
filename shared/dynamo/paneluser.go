package dynamo

import (
	"context"
	"fmt"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
)

// createPanelUser writes a panel user. It needs no counters, but an owner that is not being removed. Round trips: 1.
func (s *Store) createPanelUser(ctx context.Context, creation directory.AccountCreation) error {
	a := &creation.Account
	t, err := s.beginWith(creation.Event)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	t.remember(creation.Record, s.now())
	t.create(loginItem{keyed: loginKey(a.Login).fields(), Account: a.ID, Parents: parents(a)}, loginTaken)
	t.customer(&hosting.CustomerChange{ID: a.Owner, Expected: creation.Judged, Ready: true})
	t.create(newAccountItem(a), nil)
	return s.commit(ctx, t)
}

// RemovePanelUser forgets a panel user with its login. What is kept with it is void without it, and erased
// after the event. Round trips: 1.
func (s *Store) RemovePanelUser(
	ctx context.Context, user account.Account, judged *account.Account, happened event.Event, record *idempotency.Record,
) error {
	t, err := s.beginWith(happened)
	if err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	t.remember(record, s.now())
	t.take(accountKey(user.ID), "#login = :login", map[string]string{"#login": "login"}, item{":login": text(string(user.Login))}, gone)
	t.remove(loginKey(user.Login), user.ID)
	if judged != nil {
		t.customer(&hosting.CustomerChange{ID: judged.ID, Expected: judged})
	}
	return s.commit(ctx, t)
}
