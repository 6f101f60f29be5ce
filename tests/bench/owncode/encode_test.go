package owncode

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/dynamo"
)

type item = map[string]types.AttributeValue

// consumed is the capacity in every response.
var consumed = map[string]any{"TableName": tableName, "CapacityUnits": 1}

// call answers a call of the SDK from the table. It returns the body of the response.
func call(ctx context.Context, table dynamo.Client, input any) ([]byte, error) {
	body := map[string]any{"ConsumedCapacity": consumed}
	var err error
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		var out *dynamodb.GetItemOutput
		if out, err = table.GetItem(ctx, in); err == nil && len(out.Item) > 0 {
			body["Item"] = encodeItem(out.Item)
		}
	case *dynamodb.BatchGetItemInput:
		var out *dynamodb.BatchGetItemOutput
		if out, err = table.BatchGetItem(ctx, in); err == nil {
			body["Responses"] = map[string]any{tableName: encodeItems(out.Responses[tableName])}
			body["UnprocessedKeys"], body["ConsumedCapacity"] = item{}, []any{consumed}
		}
	case *dynamodb.QueryInput:
		var out *dynamodb.QueryOutput
		if out, err = table.Query(ctx, in); err == nil {
			body["Items"], body["Count"], body["ScannedCount"] = encodeItems(out.Items), out.Count, out.ScannedCount
			if len(out.LastEvaluatedKey) > 0 {
				body["LastEvaluatedKey"] = encodeItem(out.LastEvaluatedKey)
			}
		}
	case *dynamodb.PutItemInput:
		_, err = table.PutItem(ctx, in)
	case *dynamodb.DeleteItemInput:
		_, err = table.DeleteItem(ctx, in)
	case *dynamodb.UpdateItemInput:
		var out *dynamodb.UpdateItemOutput
		if out, err = table.UpdateItem(ctx, in); err == nil && len(out.Attributes) > 0 {
			body["Attributes"] = encodeItem(out.Attributes)
		}
	case *dynamodb.TransactWriteItemsInput:
		_, err = table.TransactWriteItems(ctx, in)
		body["ConsumedCapacity"] = []any{consumed}
	default:
		return nil, errUnknownCall
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(body)
}

func encodeItems(items []item) []any {
	encoded := make([]any, len(items))
	for i, each := range items {
		encoded[i] = encodeItem(each)
	}
	return encoded
}

func encodeItem(attributes item) map[string]any {
	encoded := make(map[string]any, len(attributes))
	for name, value := range attributes {
		encoded[name] = encodeValue(value)
	}
	return encoded
}

// encodeValue returns a value in the form of DynamoDB's JSON.
func encodeValue(value types.AttributeValue) map[string]any {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}
	case *types.AttributeValueMemberM:
		return map[string]any{"M": encodeItem(v.Value)}
	case *types.AttributeValueMemberL:
		elements := make([]any, len(v.Value))
		for i, element := range v.Value {
			elements[i] = encodeValue(element)
		}
		return map[string]any{"L": elements}
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}
	default:
		return map[string]any{"NULL": true}
	}
}
