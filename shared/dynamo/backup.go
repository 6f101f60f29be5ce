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
	"tenantry/shared/resource"
)

type backupItem struct {
	keyed
	child
	CreatorList  partition          `dynamodbav:"creator"` // for the index backups-by-creator
	CreatorOrder sortKey            `dynamodbav:"creatorOrder"`
	Subscription string             `dynamodbav:"subscription"`
	Customer     account.ID         `dynamodbav:"customer"`
	Size         int64              `dynamodbav:"size"`
	FileName     string             `dynamodbav:"fileName,omitempty"`
	State        backup.UploadState `dynamodbav:"state"`
	CreatedAt    time.Time          `dynamodbav:"createdAt"`
	Version      int64              `dynamodbav:"version"`
}

func newBackupItem(b *backup.Backup) backupItem {
	return backupItem{
		keyed:       backupKey(b.ID).fields(),
		child:       child{backupListPartition(b.Subscription), sortKey(b.ID)},
		CreatorList: partition(b.Creator), CreatorOrder: sortKey(b.ID),
		Subscription: b.Subscription, Customer: b.Customer, Size: b.Size, FileName: b.FileName, State: b.State,
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
		Subscription: stored.Subscription,
		Customer:     stored.Customer,
		Creator:      account.ID(stored.CreatorList),
		Size:         stored.Size,
		FileName:     stored.FileName,
		State:        stored.State,
		CreatedAt:    stored.CreatedAt,
		Version:      stored.Version,
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
	subscription, customer := subscriptionKey(found.Backup.Subscription), found.Backup.Customer
	creator := accountKey(found.Backup.Creator)
	items, err = s.getItems(ctx, consistent, accountKey(customer), creator, subscription)
	if err != nil {
		return found, err
	}
	found.HasSubscription, found.HasCreator = items[subscription] != nil, items[creator] != nil
	found.Domain = textOf(items[subscription]["domain"])
	found.Chain, err = s.chain(ctx, customer, items)
	return found, err
}

// WriteBackup creates, changes or deletes a backup. Round trips: 1.
func (s *Store) WriteBackup(ctx context.Context, change backup.BackupChange) error {
	before, after := change.Before, change.After
	t := s.begin(change.Event)
	t.putRecord(change.Record, s.now())
	switch {
	case before == nil:
		t.countBackup(after, change.Limits)
		customer := hosting.CustomerChange{ID: after.Customer, Expected: change.ExpectedCustomer, Ready: true}
		if after.Creator == after.Customer {
			customer.Children.CreatedBackups = 1
		} else {
			t.countCreatedBackup(after.Creator, 1)
		}
		t.changeCustomer(&customer)
		t.create(newBackupItem(after), nil)
	case after == nil:
		t.delete(backupKey(before.ID), atVersion(before.Version), hasChanged)
		if change.Tombstone != nil {
			t.put(newTombstoneItem(change.Tombstone))
		}
		if change.HasSubscription {
			fewer := update{}.add("backups", -1).add("backupSize", -before.Size)
			t.update(subscriptionKey(before.Subscription), fewer, exists(), hasChanged)
		}
	default:
		t.putIf(newBackupItem(after), atVersion(before.Version), hasChanged)
	}
	isGivenUp := before != nil && (after == nil || after.Creator != before.Creator)
	if isGivenUp && change.HasCreator {
		t.countCreatedBackup(before.Creator, -1)
	}
	return s.commit(ctx, t)
}

// countCreatedBackup adds to the number of backups that an account has created. The account must exist.
func (t *transaction) countCreatedBackup(creator account.ID, n int64) {
	t.update(accountKey(creator), update{}.add(createdBackupCounter, n), exists(), hasChanged)
}

// countBackup counts a new backup on its subscription, within the limits that hold for the subscription's version.
func (t *transaction) countBackup(created *backup.Backup, limits backup.Allowance) {
	c := atVersion(limits.SubscriptionVersion).And(attribute("removing").AttributeNotExists())
	for _, limit := range []struct {
		attribute string
		max       int64
		added     int64
	}{{"backups", limits.Number, 1}, {"backupSize", limits.Size, created.Size}} {
		if limit.max == resource.Unlimited {
			continue
		}
		fits := attribute(limit.attribute).LessThanEqual(value(limit.max - limit.added))
		if limit.added <= limit.max {
			fits = fits.Or(attribute(limit.attribute).AttributeNotExists())
		}
		c = c.And(fits)
	}
	more := update{}.add("backups", 1).add("backupSize", created.Size)
	t.update(subscriptionKey(created.Subscription), more, c, func(found item) error {
		if len(found) == 0 || found["removing"] != nil {
			return notFound(found)
		}
		subscription, err := readSubscription(found)
		if err != nil || subscription.Version != limits.SubscriptionVersion {
			return hasChanged(found)
		}
		return limits.Check(subscription, created.Size)
	})
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
