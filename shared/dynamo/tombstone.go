package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/account"
	"tenantry/shared/backup"
)

// tombstoneItem is what remains of a deleted backup until its storage is erased for the last time.
type tombstoneItem struct {
	keyed
	dueKeys
	Customer account.ID `dynamodbav:"customer"`
	Sweeps   int        `dynamodbav:"sweeps"`
}

func newTombstoneItem(t *backup.Tombstone) tombstoneItem {
	return tombstoneItem{
		keyed: tombstoneKey(t.Backup).fields(), dueKeys: newDueKeys(t.Backup, &t.DueAt), Customer: t.Customer, Sweeps: t.Sweeps,
	}
}

// ReadTombstone returns the tombstone of a backup. Round trips: 1.
func (s *Store) ReadTombstone(ctx context.Context, id string) (*backup.Tombstone, error) {
	found, err := s.get(ctx, consistent, tombstoneKey(id))
	if err != nil || found == nil {
		return nil, err
	}
	var stored tombstoneItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, fmt.Errorf("tombstone: %w", err)
	}
	at := stored.time()
	if at == nil {
		return nil, fmt.Errorf("tombstone: %q is no time", stored.DueAt)
	}
	return &backup.Tombstone{Backup: id, Customer: stored.Customer, Sweeps: stored.Sweeps, DueAt: *at}, nil
}

// WriteTombstone replaces a tombstone, or deletes it if after is nil. Round trips: 1.
func (s *Store) WriteTombstone(ctx context.Context, before backup.Tombstone, after *backup.Tombstone) error {
	unchanged, names := aws.String("#sweeps = :sweeps"), map[string]string{"#sweeps": "sweeps"}
	values := item{":sweeps": number(before.Sweeps)}
	var err error
	if after == nil {
		_, err = s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &s.table, Key: tombstoneKey(before.Backup).attributes(),
			ConditionExpression: unchanged, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		})
	} else {
		var stored item
		if stored, err = attributevalue.MarshalMap(newTombstoneItem(after)); err != nil {
			return fmt.Errorf("tombstone: %w", err)
		}
		_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &s.table, Item: stored, ConditionExpression: unchanged, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		})
	}
	if _, changed := asRefused(err); changed {
		return nil
	}
	return failed(err, "write a tombstone")
}
