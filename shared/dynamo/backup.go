package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
)

// backupItem is a backup.
type backupItem struct {
	keyed
	child
	CreatorList  partition    `dynamodbav:"creator"` // who made it, for the index of what somebody made
	CreatorOrder sortKey      `dynamodbav:"creatorOrder"`
	Subscription string       `dynamodbav:"subscription"`
	Customer     account.ID   `dynamodbav:"customer"`
	Size         int64        `dynamodbav:"size"`
	State        backup.State `dynamodbav:"state"`
	CreatedAt    time.Time    `dynamodbav:"createdAt"`
	Version      int64        `dynamodbav:"version"`
}

func newBackupItem(b *backup.Backup) backupItem {
	return backupItem{
		keyed: backupKey(b.ID).fields(), child: child{backupListPartition(b.Subscription), sortKey(b.ID)}, CreatorList: partition(b.Creator),
		CreatorOrder: sortKey(b.ID), Subscription: b.Subscription, Customer: b.Customer, Size: b.Size, State: b.State,
		CreatedAt: b.CreatedAt.UTC(), Version: b.Version,
	}
}

func readBackup(from item) (*backup.Backup, error) {
	if from == nil {
		return nil, nil
	}
	var stored backupItem
	err := attributevalue.UnmarshalMap(from, &stored)
	return &backup.Backup{
		ID: strings.TrimPrefix(string(stored.PK), backupPrefix), Subscription: stored.Subscription, Customer: stored.Customer,
		Creator: account.ID(stored.CreatorList), Size: stored.Size, State: stored.State, CreatedAt: stored.CreatedAt, Version: stored.Version,
	}, err
}

// ReadBackup reads a backup, the chain of its customer, and the record of the request. Round trips: 2, and 1 more for a customer
// of a reseller.
func (s *Store) ReadBackup(ctx context.Context, id string, requestKey idempotency.Key) (found backup.Found, err error) {
	keys := []key{backupKey(id)}
	if requestKey.IsSet() {
		keys = append(keys, idempotencyKey(requestKey.Name))
	}
	items, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return found, err
	}
	if found.First, err = readRecord(items[idempotencyKey(requestKey.Name)], s.now()); err != nil || found.First != nil {
		return found, err
	}
	if found.Backup, err = readBackup(items[backupKey(id)]); err != nil || found.Backup == nil {
		return found, err
	}
	found.Chain, err = s.ReadChain(ctx, []account.ID{found.Backup.Customer})
	return found, err
}

// WriteBackup creates, changes or removes a backup. Round trips: 1.
func (s *Store) WriteBackup(ctx context.Context, w backup.BackupChange) error {
	t, err := s.beginWith(w.Event)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	t.remember(w.Record, s.now())
	switch {
	case w.Before == nil:
		t.demand(subscriptionKey(w.After.Subscription), exists+" AND attribute_not_exists(#removing)",
			map[string]string{"#pk": partitionAttribute, "#removing": "removing"}, nil, gone)
		t.customer(&hosting.CustomerChange{ID: w.After.Customer, Expected: w.ExpectedCustomer, Ready: true})
		t.create(newBackupItem(w.After), nil)
	case w.After == nil:
		condition, names, values := atVersion(w.Before.Version)
		t.take(backupKey(w.Before.ID), condition, names, values, changedMeanwhile)
		if w.Tombstone != nil {
			t.replace(newTombstoneItem(w.Tombstone))
		}
	default:
		condition, names, values := atVersion(w.Before.Version)
		t.put(newBackupItem(w.After), condition, names, values, changedMeanwhile)
	}
	return s.commit(ctx, t)
}

// ListBackups returns a subscription's backups in order of creation. Round trips: 1.
func (s *Store) ListBackups(ctx context.Context, subscription, after string, limit int) ([]backup.Backup, bool, error) {
	return readBackups(s.children(ctx, objectsByParent, backupListPartition(subscription), after, limit))
}

// ListCreated returns what somebody made, newest first. Round trips: 1.
func (s *Store) ListCreated(ctx context.Context, creator account.ID, before string, limit int) ([]backup.Backup, bool, error) {
	found, err := s.newest(ctx, backupsByCreator, partition(creator), before, limit+1)
	if len(found) > limit {
		return readBackups(found[:limit], true, err)
	}
	return readBackups(found, false, err)
}

func readBackups(found []item, more bool, err error) ([]backup.Backup, bool, error) {
	if err != nil {
		return nil, false, err
	}
	rows := make([]backup.Backup, len(found))
	for i := range found {
		b, err := readBackup(found[i])
		if err != nil {
			return nil, false, err
		}
		rows[i] = *b
	}
	return rows, more, nil
}
