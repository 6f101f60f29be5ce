package dynamo

import (
	"context"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
)

const maxConcurrentMoves = 16

// MoveRows moves a page of the accounts of an owner, or of all owners, to their new shards. Nothing but the key in the
// indexes changes. Rows only move from an old shard to a new one: readers read the new shards after the old ones. It
// returns fault.VersionMismatch if the accounts of the owner must not move. Round trips: 1 more than List, and 1 for each
// row that moves, with concurrent calls.
func (s *Store) MoveRows(
	ctx context.Context, owner account.ID, kind account.Kind, after string, limit int,
) (directory.MovedRows, error) {
	selection := directory.Selection{Kind: kind, Owner: owner, Sort: directory.ByCreated, Limit: limit, After: after}
	shards, err := s.ReadListShards(ctx, owner)
	if err != nil {
		return directory.MovedRows{}, err
	}
	if !shards.IsMoving {
		return directory.MovedRows{}, fault.Outdated()
	}
	ix := listIndex(owner, true)
	rows, err := s.ownerRows(ctx, selection, owner, ix)
	if err != nil {
		return directory.MovedRows{}, err
	}
	rows, next := cutPage(rows, limit)
	result := directory.MovedRows{Read: len(rows), Next: next}
	old := map[partition]bool{}
	for shard := range shards.Shards {
		old[accountListPartition(owner, kind, shard)] = true
	}
	moves := make([]bool, len(rows))
	var writes errgroup.Group
	writes.SetLimit(maxConcurrentMoves)
	for i, row := range rows {
		k := keyOf(row.item)
		from := partition(textOf(row.item[ix.partition]))
		target := accountListPartition(owner, kind, shardOf(accountIDOf(k), shards.Target))
		if old[from] && !old[target] {
			writes.Go(func() (err error) {
				moves[i], err = s.moveRow(ctx, k, ix.partition, from, target)
				return err
			})
		}
	}
	err = writes.Wait()
	for _, hasMoved := range moves {
		if hasMoved {
			result.Moved++
		}
	}
	return result, err
}

// moveRow moves an account from one partition of the indexes to another by changing the attribute that has the partition.
// It reports false if the account is not in this partition any more: it was removed, or has another owner or kind.
func (s *Store) moveRow(
	ctx context.Context, k key, attribute string, from, target partition,
) (hasMoved bool, err error) {
	err = s.retry(ctx, usual, func() (done bool, err error) {
		_, err = s.updateItem(ctx, k, update{}.set(attribute, target), equals(attribute, from))
		if _, hasFailed := asConditionFailure(err); hasFailed {
			return true, nil
		}
		hasMoved = err == nil
		return outcomeOf(err) != retryable, callError(err, "move a row")
	})
	return hasMoved, err
}
