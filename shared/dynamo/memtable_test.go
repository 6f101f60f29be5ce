package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"tenantry/shared/dynamotest/memtable"
)

// single is a client of one table.
type single struct {
	Client

	ctx   context.Context //nolint:containedctx // one test's
	table *string
}

func at(partitionKey, sortKey string) item {
	return item{partitionAttribute: text(partitionKey), sortAttribute: text(sortKey)}
}

// with returns an item with more attributes.
func with(key item, more item) item {
	all := maps.Clone(key)
	maps.Copy(all, more)
	return all
}

func (c single) put(stored item) error {
	_, err := c.PutItem(c.ctx, &dynamodb.PutItemInput{TableName: c.table, Item: stored})
	return err
}

// get returns an item.
func (c single) get(key item) (any, error) {
	output, err := c.GetItem(c.ctx, &dynamodb.GetItemInput{TableName: c.table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return output.Item, nil
}

// update updates the item a/1 and returns it.
func (c single) update(expression string, names map[string]string, values item) (any, error) {
	output, err := c.UpdateItem(c.ctx, &dynamodb.UpdateItemInput{
		TableName: c.table, Key: at("a", "1"), UpdateExpression: &expression, ExpressionAttributeNames: names,
		ExpressionAttributeValues: values, ReturnValues: types.ReturnValueAllNew,
	})
	if err != nil {
		return nil, err
	}
	return output.Attributes, nil
}

// holds reports whether a condition on the item a/1 holds.
func (c single) holds(condition string, names map[string]string, values item) (any, error) {
	_, err := c.TransactWriteItems(c.ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{
		ConditionCheck: &types.ConditionCheck{
			TableName:                 c.table,
			Key:                       at("a", "1"),
			ConditionExpression:       &condition,
			ExpressionAttributeNames:  names,
			ExpressionAttributeValues: values,
		},
	}}})
	if cancelled := new(types.TransactionCanceledException); errors.As(err, &cancelled) {
		return false, nil
	}
	return err == nil, err
}

// query returns the items of a page, its last key and its count.
func (c single) query(input dynamodb.QueryInput) (any, error) {
	input.TableName = c.table
	output, err := c.Query(c.ctx, &input)
	if err != nil {
		return nil, err
	}
	return []any{output.Items, output.LastEvaluatedKey, output.Count}, nil
}

// transact sends a transaction. The name of the table is part of its token, because the emulator knows tokens across all
// tables.
func (c single) transact(token string, items ...types.TransactWriteItem) (any, error) {
	if token != "" {
		token += *c.table
	}
	_, err := c.TransactWriteItems(
		c.ctx,
		&dynamodb.TransactWriteItemsInput{TransactItems: items, ClientRequestToken: &token},
	)
	return nil, err
}

// ofPartition returns the query of a partition of the table.
func ofPartition(condition string, more item) dynamodb.QueryInput {
	names := map[string]string{"#pk": partitionAttribute}
	if strings.Contains(condition, "#sk") {
		names["#sk"] = sortAttribute
	}
	return dynamodb.QueryInput{
		KeyConditionExpression:    &condition,
		ExpressionAttributeNames:  names,
		ExpressionAttributeValues: with(item{":pk": text("a")}, more),
	}
}

// ofParent returns the query of a partition of an index.
func ofParent(parent string) dynamodb.QueryInput {
	return dynamodb.QueryInput{
		IndexName: &objectsByParent.name, KeyConditionExpression: aws.String("#parent = :parent"),
		ExpressionAttributeNames:  map[string]string{"#parent": objectsByParent.partition},
		ExpressionAttributeValues: item{":parent": text(parent)},
	}
}

// response returns the output of a request, or the code of its error with the reasons of a cancelled transaction.
func response(output any, err error) any {
	if cancelled := new(types.TransactionCanceledException); errors.As(err, &cancelled) {
		reasons := make([]any, len(cancelled.CancellationReasons))
		for i, reason := range cancelled.CancellationReasons {
			reasons[i] = []any{aws.ToString(reason.Code), readable(reason.Item)}
		}
		return reasons
	}
	if condition := new(types.ConditionalCheckFailedException); errors.As(err, &condition) {
		return []any{condition.ErrorCode(), readable(condition.Item)}
	}
	if api := smithy.APIError(nil); errors.As(err, &api) {
		return api.ErrorCode()
	}
	if err != nil {
		return err
	}
	return readable(output)
}

// readable turns items into values that can be compared and printed.
func readable(value any) any {
	switch v := value.(type) {
	case item:
		var plain map[string]any
		if err := attributevalue.UnmarshalMap(v, &plain); err != nil {
			return err
		}
		return plain
	case []item:
		all := make([]any, len(v))
		for i := range v {
			all[i] = readable(v[i])
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = readable(v[i])
		}
		return all
	default:
		return value
	}
}

// A table in memory responds as the emulator does. If the emulator accepts a request that DynamoDB rejects, the table
// rejects it.
func TestMemtableBehavesAsEmulator(t *testing.T) {
	for name, c := range requests {
		t.Run(name, func(t *testing.T) {
			table, memory := newTable(t), "memory"
			emulated := single{openOn(t, table, nil, http.DefaultClient).client, t.Context(), &table}
			inMemory := single{memtable.New(Schema(memory), time.Now), t.Context(), &memory}
			for _, client := range []single{emulated, inMemory} {
				for _, stored := range seed {
					if err := client.put(stored); err != nil {
						t.Fatal(err)
					}
				}
			}
			got, want := response(c.send(inMemory)), response(c.send(emulated))
			if c.rejected {
				want = "ValidationException"
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("in memory: %v\nemulator:  %v", got, want)
			}
		})
	}
}

// DynamoDB remembers the token of a transaction for ten minutes. The emulator has no clock that tests can set.
func TestMemtableForgetsTokensAfterTenMinutes(t *testing.T) {
	now, table := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), "memory"
	c := single{memtable.New(Schema(table), func() time.Time { return now }), t.Context(), &table}
	for _, step := range []struct {
		wait time.Duration
		want int // the number of times that the transaction has been committed
	}{{0, 1}, {10 * time.Minute, 1}, {time.Millisecond, 2}, {10 * time.Minute, 2}, {time.Second, 3}} {
		now = now.Add(step.wait)
		if _, err := c.transact("t", addOf(c, at("a", "1"), nil)); err != nil {
			t.Fatal(err)
		}
		got, err := c.get(at("a", "1"))
		if err != nil || !reflect.DeepEqual(got.(item)["n"], number(int64(step.want))) {
			t.Errorf("%v later the item is %v, error %v; want n = %d", step.wait, got, err, step.want)
		}
	}
}

// seed has the items of each table before the request.
var seed = []item{
	with(
		at("a", "1"),
		item{"n": number(5), "s": text("x"), objectsByParent.partition: text("p"), objectsByParent.sort: text("2")},
	),
	with(at("a", "2"), item{"n": number(10)}),
	with(at("a", "3"), item{objectsByParent.partition: text("p"), objectsByParent.sort: text("1")}),
	with(at("b", "1"), item{
		byOwnerName.partition: text("owner"), byOwnerName.sort: text("name"), "login": text("ada"),
		"passwordHash": text("secret"),
	}),
}

// putOf returns the write that stores an item.
func putOf(c single, stored item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{TableName: c.table, Item: stored}}
}

// addOf returns the write that adds one to the attribute n of an item.
func addOf(c single, key item, condition *string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: c.table, Key: key, UpdateExpression: aws.String("ADD #n :one"), ConditionExpression: condition,
		ExpressionAttributeNames: map[string]string{"#n": "n"}, ExpressionAttributeValues: item{":one": number(1)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// many returns the writes of n items.
func many(c single, n int) (items []types.TransactWriteItem) {
	for i := range n {
		items = append(items, putOf(c, at("many", fmt.Sprint(i))))
	}
	return items
}
