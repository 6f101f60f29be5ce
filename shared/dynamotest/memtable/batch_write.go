package memtable

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxBatchWrites is the most writes that BatchWriteItem accepts.
const maxBatchWrites = 25

// BatchWriteItem implements dynamo.Client.
func (t *Table) BatchWriteItem(
	ctx context.Context, input *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.BatchWriteItemOutput, error) {
	if len(input.RequestItems) != 1 {
		unsupported("BatchWriteItem of several tables")
	}
	for table, requests := range input.RequestItems {
		if err := t.begin(ctx, &table); err != nil {
			return nil, err
		}
		err := t.writeBatch(table, requests)
		t.mu.Unlock()
		if err != nil {
			return nil, err
		}
	}
	return &dynamodb.BatchWriteItemOutput{}, nil
}

// writeBatch makes all writes, or none if one is not valid.
func (t *Table) writeBatch(table string, requests []types.WriteRequest) error {
	if len(requests) == 0 || len(requests) > maxBatchWrites {
		return invalid("BatchWriteItem has between 1 and %d writes, not %d", maxBatchWrites, len(requests))
	}
	writes, seen := make([]*write, len(requests)), map[primaryKey]bool{}
	for i, request := range requests {
		wanted := types.TransactWriteItem{}
		if request.PutRequest != nil {
			wanted.Put = &types.Put{TableName: &table, Item: request.PutRequest.Item}
		} else {
			wanted.Delete = &types.Delete{TableName: &table, Key: request.DeleteRequest.Key}
		}
		w, err := t.prepare(wanted)
		if err != nil {
			return err
		}
		if w.put != nil {
			if err := t.checkItem(w.put); err != nil {
				return err
			}
		}
		if seen[w.key] {
			return invalid("Provided list of item keys contains duplicates")
		}
		seen[w.key], writes[i] = true, w
	}
	for _, w := range writes {
		t.replace(w.key, w.before, w.put)
	}
	return nil
}
