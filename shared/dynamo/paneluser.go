package dynamo

import (
	"context"
	"fmt"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/once"
)

// createPanelUser writes a panel user. It needs no counters, but an owner that is not being removed. Round trips: 1.
func (s *Store) createPanelUser(ctx context.Context, creation directory.Creation) error {
	a := &creation.Account
	t, err := s.beginWith(creation.Event)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	t.remember(creation.Once, s.now())
	t.create(loginItem{keyed: loginKey(a.Login).fields(), Account: a.ID, Parents: parents(a)}, loginTaken)
	t.demand(accountKey(a.Owner), exists+" AND #lifecycle = :ready", map[string]string{"#pk": partitionAttribute, "#lifecycle": "lifecycle"},
		item{":ready": text(string(account.Ready))}, func(old item) error {
			if len(old) == 0 {
				return ownerGone(old)
			}
			return fault.New(fault.Busy, "Another operation works on this account; try again when it has ended.")
		})
	t.create(newAccountItem(a), nil)
	return s.commit(ctx, t)
}

// RemovePanelUser forgets a panel user with its login. What is kept with it is void without it, and erased
// after the event. Round trips: 1.
func (s *Store) RemovePanelUser(ctx context.Context, user account.Account, happened event.Event, record *once.Record) error {
	t, err := s.beginWith(happened)
	if err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	t.remember(record, s.now())
	t.take(accountKey(user.ID), "#login = :login", map[string]string{"#login": "login"}, item{":login": text(string(user.Login))}, gone)
	t.remove(loginKey(user.Login), user.ID)
	return s.commit(ctx, t)
}
