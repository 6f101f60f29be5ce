package dynamo

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// loginItem is the guard of a login.
type loginItem struct {
	keyed
	Account account.ID   `dynamodbav:"account"`
	Parents []account.ID `dynamodbav:"parents,omitempty"` // the accounts above, from below; hints
}

func newLoginItem(a *account.Account) loginItem {
	stored := loginItem{keyed: loginKey(a.Login).fields(), Account: a.ID}
	if a.Owner != account.AdministratorOwner {
		stored.Parents = []account.ID{a.Owner}
	}
	return stored
}

// externalItem is the guard of an external id.
type externalItem struct {
	keyed
	Account account.ID `dynamodbav:"account"`
}

// singletonItem is the guard of the first administrator.
type singletonItem struct {
	keyed
	Account account.ID `dynamodbav:"account"`
}

func (t *transaction) createLogin(a *account.Account) {
	t.create(newLoginItem(a), func(item) error {
		return fault.New(fault.LoginTaken, "Another account already uses this login. Choose another one.")
	})
}

// createExternalID adds the guard of the account's external id, if it has one.
func (t *transaction) createExternalID(a *account.Account) {
	if a.ExternalID == "" {
		return
	}
	guard := externalItem{keyed: externalKey(a.Owner, a.ExternalID).fields(), Account: a.ID}
	t.create(guard, func(item) error { return account.ExternalIDTaken() })
}

// deleteExternalID deletes the guard of the account's external id, if it has one.
func (t *transaction) deleteExternalID(a *account.Account) {
	if a.ExternalID != "" {
		t.deleteGuard(externalKey(a.Owner, a.ExternalID), a.ID)
	}
}

// FindLogin returns the account that has the login, or "" if there is none. Round trips: 1.
func (s *Store) FindLogin(ctx context.Context, login account.Login) (account.ID, error) {
	return s.readGuard(ctx, loginKey(login))
}

// FindExternalID returns the owner's account that has the external id, or "" if there is none. Round trips: 1.
func (s *Store) FindExternalID(ctx context.Context, owner account.ID, externalID string) (account.ID, error) {
	return s.readGuard(ctx, externalKey(owner, externalID))
}

// readGuard returns the account that a guard names, or "" if the guard does not exist.
func (s *Store) readGuard(ctx context.Context, guard key) (account.ID, error) {
	found, err := s.getItems(ctx, consistent, guard) // the roles of all callers allow BatchGetItem
	return account.ID(textOf(found[guard]["account"])), err
}
