package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/account"
	"tenantry/shared/idempotency"
)

// ReadWithNotes reads an account and the full notes on it. Round trips: 1.
func (s *Store) ReadWithNotes(ctx context.Context, id account.ID) (*account.Account, account.Notes, error) {
	found, err := s.collect(ctx, &dynamodb.QueryInput{
		ConsistentRead:           aws.Bool(true),
		KeyConditionExpression:   aws.String("#pk = :account AND #sk BETWEEN :first AND :last"),
		ExpressionAttributeNames: map[string]string{"#pk": partitionAttribute, "#sk": sortAttribute},
		ExpressionAttributeValues: item{
			":account": text(string(accountPartition(id))), ":first": text(string(accountSort)), ":last": text(string(afterNotesSort)),
		},
	})
	if err != nil || len(found) == 0 || keyOf(found[0]) != accountKey(id) {
		return nil, account.Notes{}, err
	}
	a, err := readAccount(found[0])
	if err != nil {
		return nil, account.Notes{}, err
	}
	notes, err := readNotes(a, found[1:])
	return a, notes, err
}

// readNotes picks the notes that count: those of the present owner and of the administrator. Former owners' may be there.
func readNotes(about *account.Account, from []item) (notes account.Notes, err error) {
	for _, one := range from {
		var stored noteItem
		if err := attributevalue.UnmarshalMap(one, &stored); err != nil {
			return notes, err
		}
		switch stored.key() {
		case noteKey(about.ID, about.Owner):
			notes.Owner = stored.Text
		case noteKey(about.ID, account.AdministratorOwner):
			notes.Administrator = stored.Text
		}
	}
	return notes, nil
}

// ReadNotes reads the full notes of some owners about an account. Round trips: 1.
func (s *Store) ReadNotes(ctx context.Context, about account.ID, by []account.ID) (map[account.ID]string, error) {
	keys := make([]key, len(by))
	for i, author := range by {
		keys[i] = noteKey(about, author)
	}
	found, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	notes := map[account.ID]string{}
	for i, author := range by {
		var stored noteItem
		if err := attributevalue.UnmarshalMap(found[keys[i]], &stored); err != nil {
			return nil, err
		}
		if stored.Text != "" {
			notes[author] = stored.Text
		}
	}
	return notes, nil
}

// FindLogin tells whose a login is; "" when it is nobody's. Round trips: 1.
func (s *Store) FindLogin(ctx context.Context, login account.Login) (account.ID, error) {
	return s.readGuard(ctx, loginKey(login))
}

// FindExternalID tells which account of the owner has the external id; "" when none. Round trips: 1.
func (s *Store) FindExternalID(ctx context.Context, owner account.ID, externalID string) (account.ID, error) {
	return s.readGuard(ctx, externalKey(owner, externalID))
}

// guarded is the account that a guard names.
func (s *Store) readGuard(ctx context.Context, guard key) (account.ID, error) {
	found, err := s.get(ctx, consistent, guard)
	return account.ID(textOf(found["account"])), err
}

// ReadAccounts reads accounts by id, eventually consistent; those that do not exist are left out. Round trips: 1 for each
// hundred.
func (s *Store) ReadAccounts(ctx context.Context, ids []account.ID) ([]account.Account, error) {
	return s.accounts(ctx, eventual, ids)
}

// ReadAccountsNow reads accounts by id, consistently; those that do not exist are left out. Round trips: 1 for each hundred.
func (s *Store) ReadAccountsNow(ctx context.Context, ids []account.ID) ([]account.Account, error) {
	return s.accounts(ctx, consistent, ids)
}

func (s *Store) accounts(ctx context.Context, how consistency, ids []account.ID) ([]account.Account, error) {
	found, err := s.getAll(ctx, how, accountKeys(ids)...)
	if err != nil {
		return nil, err
	}
	accounts := make([]account.Account, 0, len(found))
	for _, one := range found {
		a, err := readAccount(one)
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, *a)
	}
	return accounts, nil
}

// CursorKey returns the key that seals cursors. Round trips: 1 the first time, then none: the key never changes.
func (s *Store) CursorKey(ctx context.Context) ([]byte, error) {
	s.secrets.Lock()
	defer s.secrets.Unlock()
	if s.cursorKey != nil {
		return s.cursorKey, nil
	}
	found, err := s.get(ctx, eventual, stackSecretKey())
	if err != nil {
		return nil, err
	}
	key, err := readSecret(found)
	if err != nil {
		return nil, err
	}
	if len(key) == 0 {
		return nil, errors.New("there is no key for cursors: create the first administrator")
	}
	s.cursorKey = key
	return s.cursorKey, nil
}

func readSecret(from item) ([]byte, error) {
	var stored secretItem
	err := attributevalue.UnmarshalMap(from, &stored)
	return stored.Secret, err
}

// IdempotencySecret returns what keys the fingerprints of requests; nil before there is a first administrator. Round trips: 1 the first
// time, then none. It is a batch because every function that proves its caller may read one.
func (s *Store) IdempotencySecret(ctx context.Context) (idempotency.Secret, error) {
	s.secrets.Lock()
	defer s.secrets.Unlock()
	if s.idempotencySecret != nil {
		return s.idempotencySecret, nil
	}
	found, err := s.getAll(ctx, consistent, stackSecretKey())
	if err != nil {
		return nil, err
	}
	key, err := readSecret(found[stackSecretKey()])
	if err != nil || len(key) == 0 {
		return nil, err
	}
	s.idempotencySecret, err = idempotency.NewSecret(key)
	return s.idempotencySecret, err
}
