package dynamo

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/operation"
)

// ReadChunk reads a part of an item list with its batches. Round trips: 1.
func (s *Store) ReadChunk(ctx context.Context, id string, chunk int64) ([]operation.Item, []operation.Batch, error) {
	keys := []key{chunkKey(id, chunk)}
	for number := chunk * operation.ChunkBatches; number < (chunk+1)*operation.ChunkBatches; number++ {
		keys = append(keys, batchKey(id, number))
	}
	found, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, nil, err
	}
	var batches []operation.Batch
	for _, of := range keys[1:] {
		b, err := readBatch(found[of])
		if err != nil {
			return nil, nil, err
		}
		if b != nil {
			batches = append(batches, *b)
		}
	}
	items, err := readChunk(found[keys[0]])
	return items, batches, err
}

// ListBatches returns the batches of an operation that have begun. Round trips: 1.
func (s *Store) ListBatches(ctx context.Context, id string, from int64, limit int) ([]operation.Batch, bool, error) {
	output, err := s.client.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true), Limit: aws.Int32(int32(limit)), //nolint:gosec // a page is short
		KeyConditionExpression:   aws.String("#pk = :operation AND #sk BETWEEN :first AND :last"),
		ExpressionAttributeNames: map[string]string{"#pk": partitionAttribute, "#sk": sortAttribute},
		ExpressionAttributeValues: item{
			":operation": text(string(operationPartition(id))), ":first": text(string(batchKey(id, from).sort)), ":last": text(batchSortPrefix + "~"),
		},
	})
	if err != nil {
		return nil, false, failed(err, "list batches")
	}
	batches := make([]operation.Batch, len(output.Items))
	for i := range output.Items {
		b, err := readBatch(output.Items[i])
		if err != nil {
			return nil, false, err
		}
		batches[i] = *b
	}
	return batches, len(output.LastEvaluatedKey) > 0 && len(batches) > 0, nil
}

// ListOperations returns the newest operations of an originator, or all. Round trips: 1, with the shards of all read side by
// side.
func (s *Store) ListOperations(ctx context.Context, originator account.ID, before string, limit int) ([]operation.Operation, bool, error) {
	in, partitions := objectsByParent, []partition{operationListPartition(originator)}
	if originator == "" {
		in, partitions = operationsByShard, make([]partition, operationShards)
		for shard := range partitions {
			partitions[shard] = globalOperationListPartition(shard)
		}
	}
	var reads errgroup.Group
	found := make([][]item, len(partitions))
	for i, of := range partitions {
		reads.Go(func() (err error) {
			found[i], err = s.newest(ctx, in, of, before, limit+1)
			return err
		})
	}
	if err := reads.Wait(); err != nil {
		return nil, false, err
	}
	var all []operation.Operation
	for i := range partitions {
		for _, stored := range found[i] {
			o, err := readOperation(stored)
			if err != nil {
				return nil, false, err
			}
			all = append(all, *o)
		}
	}
	slices.SortFunc(all, func(a, b operation.Operation) int { return strings.Compare(b.ID, a.ID) })
	return all[:min(limit, len(all))], len(all) > limit, nil
}

// newest returns the last items of an index partition, the last one first.
func (s *Store) newest(ctx context.Context, in index, of partition, before string, limit int) ([]item, error) {
	input := &dynamodb.QueryInput{
		TableName: &s.table, IndexName: &in.name, ScanIndexForward: aws.Bool(false), Limit: aws.Int32(int32(limit)), //nolint:gosec // a page is short
		KeyConditionExpression:    aws.String("#partition = :partition"),
		ExpressionAttributeNames:  map[string]string{"#partition": in.partition},
		ExpressionAttributeValues: item{":partition": text(string(of))},
	}
	if before != "" {
		*input.KeyConditionExpression += " AND #order < :before"
		input.ExpressionAttributeNames["#order"], input.ExpressionAttributeValues[":before"] = in.sort, text(before)
	}
	output, err := s.client.Query(ctx, input)
	if err != nil {
		return nil, failed(err, "list")
	}
	return output.Items, nil
}
