package dynamo

import (
	"cmp"
	"context"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/idempotency"
)

// ReadAccount returns an account, or nil if it does not exist. It uses BatchGetItem because every role that writes may
// call it (tools/record). Round trips: 1.
func (s *Store) ReadAccount(ctx context.Context, id account.ID) (*account.Account, error) {
	found, err := s.getItems(ctx, consistent, accountKey(id))
	if err != nil {
		return nil, err
	}
	return readAccount(found[accountKey(id)])
}

// ReadAccounts returns the accounts that exist, in any order. The read is eventually consistent. Round trips: 1 for
// each hundred.
func (s *Store) ReadAccounts(ctx context.Context, ids []account.ID) ([]account.Account, error) {
	return s.accounts(ctx, eventual, ids)
}

// ReadAccountsNow returns the accounts that exist, in any order. The read is strongly consistent. Round trips: 1 for
// each hundred.
func (s *Store) ReadAccountsNow(ctx context.Context, ids []account.ID) ([]account.Account, error) {
	return s.accounts(ctx, consistent, ids)
}

func (s *Store) accounts(ctx context.Context, c consistency, ids []account.ID) ([]account.Account, error) {
	keys := keysOf(ids, accountKey)
	found, err := s.getItems(ctx, c, keys...)
	if err != nil {
		return nil, err
	}
	return readAll(inOrder(found, distinct(keys)), readAccount)
}

// ReadOwner returns the account that will own another one, or nil if it does not exist or is the administrator. It also
// returns the record of the request. Round trips: 1, or none if there is nothing to read.
func (s *Store) ReadOwner(
	ctx context.Context, owner account.ID, requestKey idempotency.Key,
) (*account.Account, *idempotency.Record, error) {
	var keys []key
	if owner != account.AdministratorOwner {
		keys = append(keys, accountKey(owner))
	}
	found, record, err := s.getWithRecord(ctx, requestKey, keys...)
	if err != nil {
		return nil, nil, err
	}
	a, err := readAccount(found[accountKey(owner)])
	return a, record, err
}

// ReadForChange returns an account, its full notes, and the record of the request. Round trips: 1, with two concurrent
// reads.
func (s *Store) ReadForChange(
	ctx context.Context, id account.ID, requestKey idempotency.Key,
) (a *account.Account, notes account.Notes, record *idempotency.Record, err error) {
	if !requestKey.IsSet() {
		a, notes, err = s.ReadWithNotes(ctx, id)
		return a, notes, nil, err
	}
	var recordRead errgroup.Group
	recordRead.Go(func() (err error) {
		record, err = s.ReadRecord(ctx, requestKey)
		return err
	})
	a, notes, err = s.ReadWithNotes(ctx, id)
	return a, notes, record, cmp.Or(recordRead.Wait(), err)
}
