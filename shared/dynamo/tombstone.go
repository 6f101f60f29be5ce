package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/backup"
)

// tombstoneItem remains of a deleted backup until the storage of the backup is erased for the last time.
type tombstoneItem struct {
	keyed
	dueKeys
	Customer account.ID `dynamodbav:"customer"`
	Sweeps   int        `dynamodbav:"sweeps"`
}

func newTombstoneItem(t *backup.Tombstone) tombstoneItem {
	return tombstoneItem{
		keyed: tombstoneKey(t.Backup).fields(), dueKeys: newDueKeys(t.Backup, &t.DueAt),
		Customer: t.Customer, Sweeps: t.Sweeps,
	}
}

// ReadTombstone returns the tombstone of a backup, or nil if it does not exist. Round trips: 1.
func (s *Store) ReadTombstone(ctx context.Context, id string) (*backup.Tombstone, error) {
	found, err := s.get(ctx, consistent, tombstoneKey(id))
	if err != nil || found == nil {
		return nil, err
	}
	var stored tombstoneItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, fmt.Errorf("tombstone: %w", err)
	}
	dueAt := stored.time()
	if dueAt == nil {
		return nil, fmt.Errorf("tombstone: %q is not a time", stored.DueAt)
	}
	return &backup.Tombstone{Backup: id, Customer: stored.Customer, Sweeps: stored.Sweeps, DueAt: *dueAt}, nil
}

// WriteTombstone replaces a tombstone, or deletes it if after is nil. If the tombstone has changed, it does nothing.
// Round trips: 1.
func (s *Store) WriteTombstone(ctx context.Context, before backup.Tombstone, after *backup.Tombstone) error {
	unchanged := equals("sweeps", before.Sweeps)
	var err error
	if after == nil {
		err = s.deleteItem(ctx, tombstoneKey(before.Backup), unchanged)
	} else {
		err = s.putItem(ctx, newTombstoneItem(after), unchanged)
	}
	if _, failed := asConditionFailure(err); failed {
		return nil
	}
	return callError(err, "write a tombstone")
}
