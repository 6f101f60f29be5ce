package dynamo

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
)

type backupItem struct {
	keyed
	child
	CreatorList  partition          `dynamodbav:"creator"` // for the index backups-by-creator
	CreatorOrder sortKey            `dynamodbav:"creatorOrder"`
	Subscription string             `dynamodbav:"subscription"`
	Customer     account.ID         `dynamodbav:"customer"`
	Size         int64              `dynamodbav:"size"`
	State        backup.UploadState `dynamodbav:"state"`
	CreatedAt    time.Time          `dynamodbav:"createdAt"`
	Version      int64              `dynamodbav:"version"`
}

func newBackupItem(b *backup.Backup) backupItem {
	return backupItem{
		keyed:       backupKey(b.ID).fields(),
		child:       child{backupListPartition(b.Subscription), sortKey(b.ID)},
		CreatorList: partition(b.Creator), CreatorOrder: sortKey(b.ID),
		Subscription: b.Subscription, Customer: b.Customer, Size: b.Size, State: b.State,
		CreatedAt: b.CreatedAt.UTC(), Version: b.Version,
	}
}

func readBackup(found item) (*backup.Backup, error) {
	if found == nil {
		return nil, nil
	}
	var stored backupItem
	err := attributevalue.UnmarshalMap(found, &stored)
	return &backup.Backup{
		ID:           strings.TrimPrefix(string(stored.PK), backupPrefix),
		Subscription: stored.Subscription, Customer: stored.Customer, Creator: account.ID(stored.CreatorList),
		Size: stored.Size, State: stored.State, CreatedAt: stored.CreatedAt, Version: stored.Version,
	}, err
}

// ReadBackup returns the record of the request if there is one. Otherwise it returns a backup, its customer and the
// accounts above. What does not exist is nil. Round trips: 2, and 1 more for a customer of a reseller.
func (s *Store) ReadBackup(
	ctx context.Context,
	id string,
	requestKey idempotency.Key,
) (found backup.BackupContext, err error) {
	items, record, err := s.getWithRecord(ctx, requestKey, backupKey(id))
	if err != nil || record != nil {
		return backup.BackupContext{First: record}, err
	}
	if found.Backup, err = readBackup(items[backupKey(id)]); err != nil || found.Backup == nil {
		return found, err
	}
	found.Chain, err = s.ReadChain(ctx, []account.ID{found.Backup.Customer})
	return found, err
}

// WriteBackup creates, changes or deletes a backup. Round trips: 1.
func (s *Store) WriteBackup(ctx context.Context, change backup.BackupChange) error {
	before, after := change.Before, change.After
	t := s.begin(change.Event)
	t.putRecord(change.Record, s.now())
	switch {
	case before == nil:
		t.check(subscriptionKey(after.Subscription), exists().And(attribute("removing").AttributeNotExists()), notFound)
		t.changeCustomer(&hosting.CustomerChange{ID: after.Customer, Expected: change.ExpectedCustomer, Ready: true})
		t.create(newBackupItem(after), nil)
	case after == nil:
		t.delete(backupKey(before.ID), atVersion(before.Version), hasChanged)
		if change.Tombstone != nil {
			t.put(newTombstoneItem(change.Tombstone))
		}
	default:
		t.putIf(newBackupItem(after), atVersion(before.Version), hasChanged)
	}
	return s.commit(ctx, t)
}

// ListBackups returns a subscription's backups in the order of their creation, and whether there may be more. If after
// is not "", it continues after this backup. Round trips: 1.
func (s *Store) ListBackups(
	ctx context.Context, subscription, after string, limit int,
) ([]backup.Backup, bool, error) {
	return listChildren(ctx, s, backupListPartition(subscription), after, limit, readBackup)
}

// ListCreated returns the backups that an account created, newest first, and whether there are more. If before is not
// "", it continues with the backups before this one. Round trips: 1.
func (s *Store) ListCreated(
	ctx context.Context, creator account.ID, before string, limit int,
) ([]backup.Backup, bool, error) {
	found, err := s.newest(ctx, backupsByCreator, partition(creator), before, limit+1)
	if err != nil {
		return nil, false, err
	}
	backups, err := readAll(found[:min(limit, len(found))], readBackup)
	return backups, len(found) > limit, err
}
