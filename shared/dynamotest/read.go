package dynamotest

import (
	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/dynamo"
	"tenantry/shared/event"
)

// Events returns all events, the oldest first.
func (s *Store) Events() []event.Event {
	var all []event.Event
	for _, stored := range s.table.All() {
		if kindOf(stored) != Event {
			continue
		}
		happened, err := dynamo.ReadEvent(image(stored))
		if err != nil {
			panic(err) // the store has just written it
		}
		all = append(all, happened)
	}
	return all
}

// image returns an item as the table's stream shows it.
func image(stored map[string]types.AttributeValue) map[string]events.DynamoDBAttributeValue {
	shown := map[string]events.DynamoDBAttributeValue{}
	for name, value := range stored {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			shown[name] = events.NewStringAttribute(v.Value)
		case *types.AttributeValueMemberN:
			shown[name] = events.NewNumberAttribute(v.Value)
		case *types.AttributeValueMemberBOOL:
			shown[name] = events.NewBooleanAttribute(v.Value)
		case *types.AttributeValueMemberM:
			shown[name] = events.NewMapAttribute(image(v.Value))
		default: // an event has nothing else
		}
	}
	return shown
}
