package dynamo

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// protectedPrefixes begin the partitions that the roles deny to all functions that were not recorded to use them
// (ADR 41). Package templatecheck has the same list.
var protectedPrefixes = []string{passwordPrefix, secretPrefix}

// protectedCallsOf returns the actions of a request on protected partitions, such as
// "dynamodb:GetItem table/PASSWORD#*".
func protectedCallsOf(input any) []string {
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		return protectedCall("dynamodb:GetItem", in.Key)
	case *dynamodb.BatchGetItemInput:
		var keys []item
		for _, table := range in.RequestItems {
			keys = append(keys, table.Keys...)
		}
		return protectedCall("dynamodb:BatchGetItem", keys...)
	case *dynamodb.QueryInput: // a value of a query may be the key of the partition
		return protectedCall("dynamodb:Query", partitionsOf(in.ExpressionAttributeValues)...)
	case *dynamodb.PutItemInput:
		return protectedCall("dynamodb:PutItem", in.Item)
	case *dynamodb.UpdateItemInput:
		return protectedCall("dynamodb:UpdateItem", in.Key)
	case *dynamodb.DeleteItemInput:
		return protectedCall("dynamodb:DeleteItem", in.Key)
	case *dynamodb.BatchWriteItemInput:
		return protectedCall("dynamodb:BatchWriteItem", keysOfBatch(in)...)
	case *dynamodb.TransactWriteItemsInput:
		return protectedCallsOfTransaction(in)
	}
	return nil
}

// keysOfBatch returns the items and keys of a batch of writes.
func keysOfBatch(in *dynamodb.BatchWriteItemInput) (keys []item) {
	for _, table := range in.RequestItems {
		for _, write := range table {
			if write.PutRequest != nil {
				keys = append(keys, write.PutRequest.Item)
			} else {
				keys = append(keys, write.DeleteRequest.Key)
			}
		}
	}
	return keys
}

func protectedCallsOfTransaction(in *dynamodb.TransactWriteItemsInput) (calls []string) {
	for _, write := range in.TransactItems {
		action, named := describeWrite(write)
		calls = append(calls, protectedCall(action, named)...)
	}
	return calls
}

// protectedCall returns an action on each protected partition that the keys name.
func protectedCall(action string, keys ...item) (calls []string) {
	for _, prefix := range protectedPrefixes {
		isNamed := slices.ContainsFunc(keys, func(key item) bool {
			return strings.HasPrefix(textOf(key[partitionAttribute]), prefix)
		})
		if isNamed {
			calls = append(calls, action+" table/"+prefix+"*")
		}
	}
	return calls
}

// partitionsOf returns a key for each value of an expression.
func partitionsOf(values map[string]types.AttributeValue) []item {
	keys := make([]item, 0, len(values))
	for _, value := range values {
		keys = append(keys, item{partitionAttribute: value})
	}
	return keys
}
