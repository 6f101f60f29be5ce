package dynamotest

import (
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/dynamo"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
)

// Events returns all events, or those with one of the names, in the order in which they were written.
func (s *Store) Events(names ...event.Name) []event.Event {
	var all []event.Event
	for _, stored := range s.table.All() {
		if kindOf(stored) != Event || len(names) > 0 && !slices.Contains(names, event.Name(textOf(stored, "name"))) {
			continue
		}
		happened, err := dynamo.ReadEvent(Image(stored))
		if err != nil {
			panic(err) // the store has just written it
		}
		all = append(all, happened)
	}
	return all
}

// Items returns the number of items of a kind.
func (s *Store) Items(kind Kind) int {
	count := 0
	for _, of := range s.table.All() {
		if kindOf(of) == kind {
			count++
		}
	}
	return count
}

// Partitions returns the partition of an index that each account is in, by the attribute that has the partition.
func (s *Store) Partitions(attribute string) map[account.ID]string {
	partitions := map[account.ID]string{}
	for _, of := range s.table.All() {
		if partition := textOf(of, attribute); kindOf(of) == Account && partition != "" {
			partitions[account.ID(owner(of))] = partition
		}
	}
	return partitions
}

// Delivery returns the state of an event's mail, and the results of its letters.
func (s *Store) Delivery(eventID string) (outbox.MailState, []outbox.Delivery) {
	var lease struct {
		State   outbox.MailState `dynamodbav:"state"`
		Letters []struct {
			Recipient string        `dynamodbav:"to"`
			MessageID string        `dynamodbav:"message"`
			Unsent    outbox.Unsent `dynamodbav:"unsent"`
		} `dynamodbav:"letters"`
	}
	for _, of := range s.table.All() {
		if kindOf(of) == Mail && owner(of) == eventID {
			if err := attributevalue.UnmarshalMap(of, &lease); err != nil {
				panic(err) // the store has just written it
			}
		}
	}
	deliveries := make([]outbox.Delivery, 0, len(lease.Letters))
	for _, letter := range lease.Letters {
		deliveries = append(deliveries, outbox.Delivery(letter))
	}
	return lease.State, deliveries
}

// Image returns an item as the table's stream has it. It leaves out attributes of types that events do not use.
func Image(stored map[string]types.AttributeValue) map[string]events.DynamoDBAttributeValue {
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
			shown[name] = events.NewMapAttribute(Image(v.Value))
		default: // an event has nothing else
		}
	}
	return shown
}

// Keys returns the primary keys of all items whose partition key begins with the prefix, sorted.
func (s *Store) Keys(prefix string) []string {
	var keys []string
	for _, of := range s.table.All() {
		if partition := textOf(of, "pk"); strings.HasPrefix(partition, prefix) {
			keys = append(keys, partition+" "+textOf(of, "sk"))
		}
	}
	slices.Sort(keys)
	return keys
}
