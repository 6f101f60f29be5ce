package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// putItem writes an item if the condition holds.
func (s *Store) putItem(ctx context.Context, stored any, c condition) error {
	attributes, err := attributevalue.MarshalMap(stored)
	if err != nil {
		return fmt.Errorf("put an item: %w", err)
	}
	input := &dynamodb.PutItemInput{TableName: &s.table, Item: attributes}
	if c.IsSet() {
		e, err := build(c, update{})
		if err != nil {
			return fmt.Errorf("put an item: %w", err)
		}
		input.ConditionExpression = e.Condition()
		input.ExpressionAttributeNames, input.ExpressionAttributeValues = e.Names(), e.Values()
		input.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	_, err = s.client.PutItem(ctx, input)
	return err
}

// updateItem changes an item if the condition holds. It returns the item after the update.
func (s *Store) updateItem(ctx context.Context, k key, u update, c condition) (item, error) {
	e, err := build(c, u)
	if err != nil {
		return nil, fmt.Errorf("update an item: %w", err)
	}
	output, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: k.attributes(), UpdateExpression: e.Update(), ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if err != nil {
		return nil, err
	}
	return output.Attributes, nil
}

// deleteItem deletes an item if the condition holds.
func (s *Store) deleteItem(ctx context.Context, k key, c condition) error {
	input := &dynamodb.DeleteItemInput{TableName: &s.table, Key: k.attributes()}
	if c.IsSet() {
		e, err := build(c, update{})
		if err != nil {
			return fmt.Errorf("delete an item: %w", err)
		}
		input.ConditionExpression = e.Condition()
		input.ExpressionAttributeNames, input.ExpressionAttributeValues = e.Names(), e.Values()
		input.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	_, err := s.client.DeleteItem(ctx, input)
	return err
}
