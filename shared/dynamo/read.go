package dynamo

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/idempotency"
)

// consistency is the consistency of a read. A consistent read sees all earlier writes, and costs twice as much.
type consistency bool

const (
	consistent consistency = true
	eventual   consistency = false
)

// get returns an item, or nil if it does not exist.
func (s *Store) get(ctx context.Context, c consistency, k key) (item, error) {
	output, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: k.attributes(), ConsistentRead: aws.Bool(bool(c)),
	})
	if err != nil {
		return nil, callError(err, "read an item")
	}
	if len(output.Item) == 0 {
		return nil, nil
	}
	return output.Item, nil
}

// maxBatch is DynamoDB's limit for the keys of a BatchGetItem.
const maxBatch = 100

// getItems returns the items that exist. A key may occur several times.
func (s *Store) getItems(ctx context.Context, c consistency, keys ...key) (map[key]item, error) {
	found := make(map[key]item, len(keys))
	for part := range slices.Chunk(distinct(keys), maxBatch) {
		wanted := make([]item, len(part))
		for i, k := range part {
			wanted[i] = k.attributes()
		}
		if err := s.getBatch(ctx, c, wanted, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// getBatch adds up to maxBatch items to found. It reads items again that DynamoDB left out for lack of capacity.
func (s *Store) getBatch(ctx context.Context, c consistency, keys []item, found map[key]item) error {
	return s.retry(ctx, usual, func() (done bool, err error) {
		output, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{s.table: {Keys: keys, ConsistentRead: aws.Bool(bool(c))}},
		})
		if err != nil {
			return true, callError(err, "read items")
		}
		for _, row := range output.Responses[s.table] {
			found[keyOf(row)] = row
		}
		keys = output.UnprocessedKeys[s.table].Keys
		if len(keys) == 0 {
			return true, nil
		}
		return false, errors.New("read items: the table has no capacity left")
	})
}

// getWithRecord returns the items that exist, and the record of the request.
func (s *Store) getWithRecord(
	ctx context.Context, requestKey idempotency.Key, keys ...key,
) (map[key]item, *idempotency.Record, error) {
	if requestKey.IsSet() {
		keys = append(slices.Clip(keys), idempotencyKey(requestKey.Name))
	}
	found, err := s.getItems(ctx, consistent, keys...)
	if err != nil {
		return nil, nil, err
	}
	record, err := readRecord(found[idempotencyKey(requestKey.Name)], s.now())
	return found, record, err
}

// keysOf returns the keys of the objects with the ids.
func keysOf[ID any](ids []ID, keyOf func(ID) key) []key {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = keyOf(id)
	}
	return keys
}

// distinct returns the keys without repetitions, in the same order.
func distinct(keys []key) []key {
	seen := make(map[key]bool, len(keys))
	var different []key
	for _, k := range keys {
		if !seen[k] {
			seen[k] = true
			different = append(different, k)
		}
	}
	return different
}

// inOrder returns the items that exist in the order of their keys.
func inOrder(found map[key]item, keys []key) []item {
	items := make([]item, 0, len(keys))
	for _, k := range keys {
		if found[k] != nil {
			items = append(items, found[k])
		}
	}
	return items
}

// readAll reads items of one type.
func readAll[T any](items []item, read func(item) (*T, error)) ([]T, error) {
	values := make([]T, len(items))
	for i, row := range items {
		v, err := read(row)
		if err != nil {
			return nil, err
		}
		values[i] = *v
	}
	return values, nil
}

func keyOf(row item) key {
	return key{partition(textOf(row[partitionAttribute])), sortKey(textOf(row[sortAttribute]))}
}

// textOf returns the string in an attribute value, or "" if the attribute is missing or has another type.
func textOf(v types.AttributeValue) string {
	if s, isString := v.(*types.AttributeValueMemberS); isString {
		return s.Value
	}
	return ""
}
