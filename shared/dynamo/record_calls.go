package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"tenantry/shared/meter"
)

// recordCalls adds middleware to the SDK's stack that counts each call in the meter of its context: the IAM actions
// that it needs, each with the table or the index, and the capacity that it consumed.
func recordCalls(stack *middleware.Stack) error {
	record := func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		requestCapacity(in.Parameters)
		out, metadata, err := next.HandleInitialize(ctx, in)
		read, written := capacityOf(out.Result)
		meter.From(ctx).AddTrip(read, written, append(callsOf(in.Parameters), protectedCallsOf(in.Parameters)...)...)
		meter.From(ctx).AddRows(rowsOf(out.Result))
		return out, metadata, err
	}
	recorder := middleware.InitializeMiddlewareFunc("RecordCalls", record)
	return stack.Initialize.Add(recorder, middleware.After) //nolint:misspell // the SDK's spelling
}

func requestCapacity(input any) {
	const total = types.ReturnConsumedCapacityTotal
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.BatchGetItemInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.QueryInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.PutItemInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.UpdateItemInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.DeleteItemInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.BatchWriteItemInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.TransactWriteItemsInput:
		in.ReturnConsumedCapacity = total
	}
}

// callsOf returns the permissions that a call needs, such as "dynamodb:Query index/accounts-by-owner-name". A
// transaction needs the permissions of its writes, and BatchGetItem to read its marker: tools/record reads
// dynamodb:TransactWriteItems as this permission.
func callsOf(input any) []string {
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		return []string{"dynamodb:GetItem table"}
	case *dynamodb.BatchGetItemInput:
		return []string{"dynamodb:BatchGetItem table"}
	case *dynamodb.QueryInput:
		if in.IndexName != nil {
			return []string{"dynamodb:Query index/" + *in.IndexName}
		}
		return []string{"dynamodb:Query table"}
	case *dynamodb.PutItemInput:
		return []string{"dynamodb:PutItem table"}
	case *dynamodb.UpdateItemInput:
		return []string{"dynamodb:UpdateItem table"}
	case *dynamodb.DeleteItemInput:
		return []string{"dynamodb:DeleteItem table"}
	case *dynamodb.BatchWriteItemInput:
		return []string{"dynamodb:BatchWriteItem table"}
	case *dynamodb.TransactWriteItemsInput:
		return callsOfTransaction(in)
	}
	return []string{"dynamodb:unknown"} // no role allows this action, so the check of roles reports it
}

func callsOfTransaction(in *dynamodb.TransactWriteItemsInput) []string {
	calls := []string{"dynamodb:TransactWriteItems table"}
	for _, write := range in.TransactItems {
		action, _ := describeWrite(write)
		calls = append(calls, action+" table")
	}
	return calls
}

func capacityOf(output any) (read, written float64) {
	switch out := output.(type) {
	case *dynamodb.GetItemOutput:
		return units(out.ConsumedCapacity), 0
	case *dynamodb.QueryOutput:
		return units(out.ConsumedCapacity), 0
	case *dynamodb.BatchGetItemOutput:
		return allUnits(out.ConsumedCapacity), 0
	case *dynamodb.PutItemOutput:
		return 0, units(out.ConsumedCapacity)
	case *dynamodb.UpdateItemOutput:
		return 0, units(out.ConsumedCapacity)
	case *dynamodb.DeleteItemOutput:
		return 0, units(out.ConsumedCapacity)
	case *dynamodb.BatchWriteItemOutput:
		return 0, allUnits(out.ConsumedCapacity)
	case *dynamodb.TransactWriteItemsOutput:
		return 0, allUnits(out.ConsumedCapacity)
	}
	return 0, 0
}

// rowsOf returns the number of items that a read examined.
func rowsOf(output any) (rows int) {
	switch out := output.(type) {
	case *dynamodb.GetItemOutput:
		return min(1, len(out.Item))
	case *dynamodb.BatchGetItemOutput:
		for _, items := range out.Responses {
			rows += len(items)
		}
	case *dynamodb.QueryOutput:
		return int(out.ScannedCount)
	}
	return rows
}

func units(consumed *types.ConsumedCapacity) float64 {
	if consumed == nil {
		return 0
	}
	return aws.ToFloat64(consumed.CapacityUnits)
}

func allUnits(consumed []types.ConsumedCapacity) (sum float64) {
	for i := range consumed {
		sum += units(&consumed[i])
	}
	return sum
}
