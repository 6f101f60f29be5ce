package dynamotest

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/reconcile"
)

// Reconcile compares the counts of an owner with what exists. It changes nothing.
func (s *Store) Reconcile(ctx context.Context, owner account.ID) (reconcile.Result, error) {
	wait := func(context.Context, time.Duration) error { return nil }
	return reconcile.Reconciler{Store: s.sound, Now: s.now, Wait: wait}.Run(ctx, "", reconcile.Request{Owner: owner})
}

// Miscount adds n to a stored count, as a defect does. The attribute is its name in the table.
func (s *Store) Miscount(ctx context.Context, counter reconcile.Counter, attribute string, n int64) error {
	partition, sort := "USAGE#ALL", "SHARD#"+strconv.Itoa(counter.Shard)
	if counter.Reseller != "" {
		partition, sort = "ACCOUNT#"+string(counter.Reseller), string(Usage)
	}
	key := stored{
		"pk": &types.AttributeValueMemberS{Value: partition}, "sk": &types.AttributeValueMemberS{Value: sort},
	}
	_, err := s.table.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name, Key: key, UpdateExpression: aws.String("ADD #name :n"),
		ExpressionAttributeNames: map[string]string{"#name": attribute},
		ExpressionAttributeValues: stored{
			":n": &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)},
		},
	})
	return err
}
