package counts

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
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
	record.Change.NewImage = image(found.Items[0])
	record.Change.SequenceNumber = "1"
	return events.DynamoDBEvent{Records: []events.DynamoDBEventRecord{record}}
}

// image returns an item as the stream delivers it. It leaves out attributes of types that events do not use.
func image(item map[string]types.AttributeValue) map[string]events.DynamoDBAttributeValue {
	result := make(map[string]events.DynamoDBAttributeValue, len(item))
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			result[name] = events.NewStringAttribute(v.Value)
		case *types.AttributeValueMemberN:
			result[name] = events.NewNumberAttribute(v.Value)
		case *types.AttributeValueMemberBOOL:
			result[name] = events.NewBooleanAttribute(v.Value)
		case *types.AttributeValueMemberM:
			result[name] = events.NewMapAttribute(image(v.Value))
		}
	}
	return result
}
