package dynamo

import (
	"context"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
)

// eraseBatch is the number of rows that are deleted concurrently.
const eraseBatch = 25

// EraseRemains deletes rows of the collection of a removed account, about limit at most. It reports whether no rows are
// left. If the account exists, it deletes nothing. Round trips: 2 for each eraseBatch rows, or 1 if there are none.
func (s *Store) EraseRemains(ctx context.Context, id account.ID, limit int) (isEmpty bool, err error) {
	for erased := 0; erased < limit; {
		rows, lastKey, err := s.query(ctx, query{
			partition: accountPartition(id), limit: min(eraseBatch, limit-erased), keysOnly: true, consistency: consistent,
		})
		if err != nil {
			return false, err
		}
		if len(rows) > 0 && keyOf(rows[0]) == accountKey(id) { // the account sorts before all other items
			return true, nil
		}
		if err := s.deleteItems(ctx, rows); err != nil {
			return false, err
		}
		if len(lastKey) == 0 {
			return true, nil
		}
		erased += len(rows)
	}
	return false, nil
}

// EraseTrail deletes rows of the collection of an account, about limit at most, except the account, its usage and one
// event. It reports whether no other rows are left. Round trips: 2 for each eraseBatch rows, or 1 if there are none.
func (s *Store) EraseTrail(ctx context.Context, id account.ID, keptEvent string, limit int) (isEmpty bool, err error) {
	var last item
	for erased := 0; erased < limit; {
		rows, lastKey, err := s.query(ctx, query{
			partition: accountPartition(id), sort: greaterThan(accountSort), limit: eraseBatch, after: last, keysOnly: true,
			consistency: consistent,
		})
		if err != nil {
			return false, err
		}
		var erasable []item
		for _, row := range rows {
			if k := keyOf(row); k != usageKey(id) && k != eventKey(id, keptEvent) { // RemoveAccount deletes the usage
				erasable = append(erasable, row)
			}
		}
		if err := s.deleteItems(ctx, erasable); err != nil {
			return false, err
		}
		if len(lastKey) == 0 {
			return true, nil
		}
		last = lastKey
		erased += len(rows)
	}
	return false, nil
}

// deleteItems deletes items concurrently. It ignores items that do not exist.
func (s *Store) deleteItems(ctx context.Context, items []item) error {
	var deletes errgroup.Group
	for _, row := range items {
		deletes.Go(func() error { return callError(s.deleteItem(ctx, keyOf(row), condition{}), "delete an item") })
	}
	return deletes.Wait()
}
