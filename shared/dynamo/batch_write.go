package dynamo

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"
)

const (
	maxBatchWrites       = 25 // AWS limit of BatchWriteItem
	maxConcurrentBatches = 4
)

// writeBatches puts and deletes items that need no condition, in any order. A key may occur only once. Round trips: 1
// for each hundred, with concurrent calls.
func (s *Store) writeBatches(ctx context.Context, puts []any, deletes []key) error {
	requests := make([]types.WriteRequest, 0, len(puts)+len(deletes))
	for _, stored := range puts {
		attributes, err := attributevalue.MarshalMap(stored)
		if err != nil {
			return err
		}
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: attributes}})
	}
	for _, k := range deletes {
		requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: k.attributes()}})
	}
	var batches errgroup.Group
	batches.SetLimit(maxConcurrentBatches)
	for batch := range slices.Chunk(requests, maxBatchWrites) {
		batches.Go(func() error { return s.writeBatch(ctx, batch) })
	}
	return batches.Wait()
}

// writeBatch writes up to maxBatchWrites items. It writes items again that DynamoDB left out for lack of capacity.
func (s *Store) writeBatch(ctx context.Context, requests []types.WriteRequest) error {
	return s.retry(ctx, usual, func() (done bool, err error) {
		output, err := s.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]types.WriteRequest{s.table: requests},
		})
		if err != nil {
			return true, callError(err, "write items")
		}
		if requests = output.UnprocessedItems[s.table]; len(requests) == 0 {
			return true, nil
		}
		return false, errors.New("write items: the table has no capacity left")
	})
}
