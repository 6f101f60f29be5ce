package memtable

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxKeys is the most keys that BatchGetItem accepts.
const maxKeys = 100

// GetItem implements dynamo.Client.
func (t *Table) GetItem(
	ctx context.Context,
	input *dynamodb.GetItemInput,
	_ ...func(*dynamodb.Options),
) (*dynamodb.GetItemOutput, error) {
	if input.ProjectionExpression != nil || input.ExpressionAttributeNames != nil {
		unsupported("projection in GetItem")
	}
	if err := t.begin(ctx, input.TableName); err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	key, err := t.onlyKey(input.Key)
	if err != nil {
		return nil, err
	}
	return &dynamodb.GetItemOutput{Item: maps.Clone(t.find(key))}, nil
}

// BatchGetItem implements dynamo.Client.
func (t *Table) BatchGetItem(
	ctx context.Context, input *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.BatchGetItemOutput, error) {
	if len(input.RequestItems) != 1 {
		unsupported("BatchGetItem of several tables")
	}
	output := &dynamodb.BatchGetItemOutput{Responses: map[string][]item{}}
	for table, asked := range input.RequestItems {
		if err := t.begin(ctx, &table); err != nil {
			return nil, err
		}
		found, err := t.findAll(asked.Keys)
		t.mu.Unlock()
		if err != nil {
			return nil, err
		}
		output.Responses[table] = found
	}
	return output, nil
}

func (t *Table) findAll(keys []item) ([]item, error) {
	if len(keys) == 0 || len(keys) > maxKeys {
		return nil, invalid("Too many items requested for the BatchGetItem call, or none")
	}
	seen := make(map[primaryKey]bool, len(keys))
	var found []item
	for _, attributes := range keys {
		key, err := t.onlyKey(attributes)
		if err != nil {
			return nil, err
		}
		if seen[key] {
			return nil, invalid("Provided list of item keys contains duplicates")
		}
		seen[key] = true
		if stored := t.find(key); stored != nil {
			found = append(found, maps.Clone(stored))
		}
	}
	return found, nil
}

// PutItem implements dynamo.Client.
func (t *Table) PutItem(
	ctx context.Context,
	input *dynamodb.PutItemInput,
	_ ...func(*dynamodb.Options),
) (*dynamodb.PutItemOutput, error) {
	if input.ReturnValues != "" {
		unsupported("ReturnValues in PutItem")
	}
	put := types.Put{
		TableName: input.TableName, Item: input.Item, ConditionExpression: input.ConditionExpression,
		ExpressionAttributeNames: input.ExpressionAttributeNames, ExpressionAttributeValues: input.ExpressionAttributeValues,
		ReturnValuesOnConditionCheckFailure: input.ReturnValuesOnConditionCheckFailure,
	}
	_, err := t.write(ctx, input.TableName, types.TransactWriteItem{Put: &put})
	return &dynamodb.PutItemOutput{}, err
}

// UpdateItem implements dynamo.Client.
func (t *Table) UpdateItem(
	ctx context.Context, input *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.UpdateItemOutput, error) {
	if input.ReturnValues != "" && input.ReturnValues != types.ReturnValueAllNew {
		unsupported("ReturnValues %s in UpdateItem", input.ReturnValues)
	}
	change := types.Update{
		TableName:                           input.TableName,
		Key:                                 input.Key,
		UpdateExpression:                    input.UpdateExpression,
		ConditionExpression:                 input.ConditionExpression,
		ExpressionAttributeNames:            input.ExpressionAttributeNames,
		ExpressionAttributeValues:           input.ExpressionAttributeValues,
		ReturnValuesOnConditionCheckFailure: input.ReturnValuesOnConditionCheckFailure,
	}
	after, err := t.write(ctx, input.TableName, types.TransactWriteItem{Update: &change})
	output := &dynamodb.UpdateItemOutput{}
	if input.ReturnValues == types.ReturnValueAllNew {
		output.Attributes = maps.Clone(after)
	}
	return output, err
}

// DeleteItem implements dynamo.Client.
func (t *Table) DeleteItem(
	ctx context.Context, input *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.DeleteItemOutput, error) {
	if input.ReturnValues != "" {
		unsupported("ReturnValues in DeleteItem")
	}
	removal := types.Delete{
		TableName: input.TableName, Key: input.Key, ConditionExpression: input.ConditionExpression,
		ExpressionAttributeNames: input.ExpressionAttributeNames, ExpressionAttributeValues: input.ExpressionAttributeValues,
		ReturnValuesOnConditionCheckFailure: input.ReturnValuesOnConditionCheckFailure,
	}
	_, err := t.write(ctx, input.TableName, types.TransactWriteItem{Delete: &removal})
	return &dynamodb.DeleteItemOutput{}, err
}

// write makes a single write and returns the item after it.
func (t *Table) write(ctx context.Context, table *string, wanted types.TransactWriteItem) (item, error) {
	if err := t.begin(ctx, table); err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	w, err := t.prepare(wanted)
	if err != nil {
		return nil, err
	}
	if !w.holds() {
		return nil, &types.ConditionalCheckFailedException{Message: aws.String(conditionFailed), Item: w.shown()}
	}
	after, err := w.after()
	if err == nil && after != nil {
		err = t.checkItem(after)
	}
	if err != nil {
		return nil, err
	}
	t.replace(w.key, w.before, after)
	return after, nil
}

// begin locks the table for a call, unless the caller has gone or the table does not exist.
func (t *Table) begin(ctx context.Context, table *string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := t.checkTable(table); err != nil {
		return err
	}
	t.mu.Lock()
	return nil
}
