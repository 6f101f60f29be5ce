package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// query selects items of one partition of the table or of an index, in the order of their sort keys.
type query struct {
	index       index // the zero value for the table
	partition   partition
	sort        sortCondition // nil for all items of the partition
	descending  bool
	limit       int
	after       item // the key of the last item of the previous page; nil for the first page
	keysOnly    bool
	consistency consistency
}

// sortCondition selects items by their sort keys.
type sortCondition func(expression.KeyBuilder) expression.KeyConditionBuilder

// between selects the sort keys from first to last, including both.
func between[K ~string](first, last K) sortCondition {
	return func(sort expression.KeyBuilder) expression.KeyConditionBuilder {
		return sort.Between(value(first), value(last))
	}
}

func greaterThan[K ~string](bound K) sortCondition {
	return func(sort expression.KeyBuilder) expression.KeyConditionBuilder { return sort.GreaterThan(value(bound)) }
}

func lessThan[K ~string](bound K) sortCondition {
	return func(sort expression.KeyBuilder) expression.KeyConditionBuilder { return sort.LessThan(value(bound)) }
}

func lessThanEqual[K ~string](bound K) sortCondition {
	return func(sort expression.KeyBuilder) expression.KeyConditionBuilder {
		return sort.LessThanEqual(value(bound))
	}
}

// query returns one page of items, and the key of its last item if there may be more. A page ends at the limit or after
// 1 MB.
func (s *Store) query(ctx context.Context, q query) (found []item, lastKey item, err error) {
	input, err := s.queryInput(q)
	if err != nil {
		return nil, nil, fmt.Errorf("query: %w", err)
	}
	output, err := s.client.Query(ctx, input)
	if err != nil {
		return nil, nil, callError(err, "query")
	}
	return output.Items, output.LastEvaluatedKey, nil
}

// queryAll returns all items that the query selects. Its limit is the size of a page.
func (s *Store) queryAll(ctx context.Context, q query) (all []item, err error) {
	for {
		found, lastKey, err := s.query(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
		if len(lastKey) == 0 {
			return all, nil
		}
		q.after = lastKey
	}
}

func (s *Store) queryInput(q query) (*dynamodb.QueryInput, error) {
	input := &dynamodb.QueryInput{TableName: &s.table, ExclusiveStartKey: q.after}
	keys := index{partition: partitionAttribute, sort: sortAttribute}
	if q.index.name != "" {
		keys, input.IndexName = q.index, &q.index.name
	}
	selected := expression.Key(keys.partition).Equal(value(q.partition))
	if q.sort != nil {
		selected = selected.And(q.sort(expression.Key(keys.sort)))
	}
	builder := expression.NewBuilder().WithKeyCondition(selected)
	if q.keysOnly {
		builder = builder.WithProjection(expression.NamesList(attribute(partitionAttribute), attribute(sortAttribute)))
	}
	built, err := builder.Build()
	if err != nil {
		return nil, err
	}
	input.KeyConditionExpression, input.ProjectionExpression = built.KeyCondition(), built.Projection()
	input.ExpressionAttributeNames, input.ExpressionAttributeValues = built.Names(), built.Values()
	if q.limit > 0 {
		input.Limit = aws.Int32(int32(q.limit)) //nolint:gosec // pages are small
	}
	if q.descending {
		input.ScanIndexForward = aws.Bool(false)
	}
	if q.consistency == consistent {
		input.ConsistentRead = aws.Bool(true)
	}
	return input, nil
}
