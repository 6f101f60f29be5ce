package dynamo

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// consistency is whether a read must see all that was written before it. Such a read costs twice as much.
type consistency bool

const (
	consistent consistency = true
	eventual   consistency = false
)

// get reads one item; nil when there is none.
func (s *Store) get(ctx context.Context, how consistency, of key) (item, error) {
	output, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: of.attributes(), ConsistentRead: aws.Bool(bool(how)),
	})
	if err != nil {
		return nil, failed(err, "read an item")
	}
	if len(output.Item) == 0 {
		return nil, nil
	}
	return output.Item, nil
}

// maxBatch is the most keys that BatchGetItem takes.
const maxBatch = 100

// getAll reads items by their keys, of which the same may come twice. Those that do not exist are left out.
func (s *Store) getAll(ctx context.Context, how consistency, of ...key) (map[key]item, error) {
	found := make(map[key]item, len(of))
	var wanted []key
	for _, k := range of {
		if !slices.Contains(wanted, k) {
			wanted = append(wanted, k)
		}
	}
	for part := range slices.Chunk(wanted, maxBatch) {
		keys := make([]item, len(part))
		for i, k := range part {
			keys[i] = k.attributes()
		}
		if err := s.getBatch(ctx, how, keys, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// getBatch reads up to maxBatch items, and again those that the storage had no capacity for.
func (s *Store) getBatch(ctx context.Context, how consistency, keys []item, found map[key]item) error {
	for try := 1; ; try++ {
		output, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			s.table: {Keys: keys, ConsistentRead: aws.Bool(bool(how))},
		}})
		if err != nil {
			return failed(err, "read items")
		}
		for _, one := range output.Responses[s.table] {
			found[keyOf(one)] = one
		}
		keys = output.UnprocessedKeys[s.table].Keys
		if len(keys) == 0 {
			return nil
		}
		if try == maxTries || s.pause(ctx, try) != nil {
			return unavailable(errors.New("read items: the storage has no capacity for them"))
		}
	}
}

func keyOf(one item) key {
	return key{partition(textOf(one[partitionAttribute])), sortKey(textOf(one[sortAttribute]))}
}

func textOf(value types.AttributeValue) string {
	if s, ok := value.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// collect reads all items that a query selects.
func (s *Store) collect(ctx context.Context, input *dynamodb.QueryInput) ([]item, error) {
	input.TableName = &s.table
	var found []item
	for {
		output, err := s.client.Query(ctx, input)
		if err != nil {
			return nil, failed(err, "query")
		}
		found = append(found, output.Items...)
		if len(output.LastEvaluatedKey) == 0 {
			return found, nil
		}
		input.ExclusiveStartKey = output.LastEvaluatedKey
	}
}
