package counts

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/dynamotest"
)

// lastRecord returns the record in the table's stream with the last event of an account.
func (s *scene) lastRecord(ctx context.Context, account string) events.DynamoDBEvent {
	s.t.Helper()
	name := tableName
	found, err := s.client.Query(ctx, &dynamodb.QueryInput{
		TableName: &name, KeyConditionExpression: aws.String("pk = :account AND begins_with(sk, :event)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":account": &types.AttributeValueMemberS{Value: "ACCOUNT#" + account},
			":event":   &types.AttributeValueMemberS{Value: "EVENT#"},
		},
		ScanIndexForward: aws.Bool(false), Limit: aws.Int32(1), ConsistentRead: aws.Bool(true),
	})
	if err != nil || len(found.Items) != 1 {
		s.t.Fatalf("want an event of %s, got %v, %v", account, found, err)
	}
	record := events.DynamoDBEventRecord{EventID: "1", EventName: "INSERT"}
	record.Change.NewImage = dynamotest.Image(found.Items[0])
	record.Change.SequenceNumber = "1"
	return events.DynamoDBEvent{Records: []events.DynamoDBEventRecord{record}}
}
