package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// forgottenItem is a request for a forgotten password: an event about no account, with what was asked with.
type forgottenItem struct {
	eventItem
	Login account.Login `dynamodbav:"login"`
	Email string        `dynamodbav:"email"`
	TTL   int64         `dynamodbav:"ttl"`
}

// WriteForgotten writes down that somebody has asked for a link. Round trips: 1.
func (s *Store) WriteForgotten(ctx context.Context, forgotten reset.Forgotten) error {
	happened, err := newEventItem(forgotten.Event)
	if err != nil {
		return fmt.Errorf("forgotten: %w", err)
	}
	stored := forgottenItem{eventItem: happened, Login: forgotten.Login, Email: forgotten.Email, TTL: forgotten.Ends.Unix()}
	t := s.begin(forgotten.Event.ID, happened.key(), stored)
	t.remember(forgotten.Record, s.now())
	return s.commit(ctx, t)
}

// ReadOrder reads the event of an order. Round trips: 1.
func (s *Store) ReadOrder(ctx context.Context, order outbox.Order) (*event.Event, *reset.Forgotten, error) {
	at := eventKey(order.Account, order.Event)
	if order.Account == "" {
		at = forgottenKey(order.Event)
	}
	found, err := s.get(ctx, consistent, at)
	if err != nil || found == nil {
		return nil, nil, err
	}
	var stored forgottenItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, nil, err
	}
	happened, err := stored.event()
	if stored.TTL != 0 && s.now().Unix() >= stored.TTL {
		return nil, nil, err
	}
	if err != nil || order.Account != "" {
		return &happened, nil, err
	}
	return &happened, &reset.Forgotten{Event: happened, Login: stored.Login, Email: stored.Email, Ends: time.Unix(stored.TTL, 0).UTC()}, nil
}

// leaseItem tells how far the mail of an event is: being sent until a time, or done with.
type leaseItem struct {
	keyed
	State   outbox.State   `dynamodbav:"state"`
	Until   int64          `dynamodbav:"until"`
	Letters []deliveryItem `dynamodbav:"letters,omitempty"`
	TTL     int64          `dynamodbav:"ttl"`
}

type deliveryItem struct {
	To      string        `dynamodbav:"to"`
	Message string        `dynamodbav:"message,omitempty"`
	Unsent  outbox.Unsent `dynamodbav:"unsent,omitempty"`
}

// keptLease is how long it is remembered what became of a mail.
const keptLease = 30 * 24 * time.Hour

// Lease begins a try of sending a mail, unless it is done with. Round trips: 1.
func (s *Store) Lease(ctx context.Context, order outbox.Order, until time.Time) ([]outbox.Delivery, bool, error) {
	output, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: leaseKey(order.Event).attributes(),
		UpdateExpression:         aws.String("SET #state = :sending, #until = :until, #ttl = :ttl"),
		ConditionExpression:      aws.String("attribute_not_exists(#pk) OR (#state = :sending AND #until <= :now)"),
		ExpressionAttributeNames: map[string]string{"#pk": partitionAttribute, "#state": "state", "#until": "until", "#ttl": expiryAttribute},
		ExpressionAttributeValues: item{
			":sending": text(string(outbox.Sending)), ":now": number(s.now().UnixMilli()),
			":until": number(until.UnixMilli()), ":ttl": number(until.Add(keptLease).Unix()),
		},
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	there, refused := asRefused(err)
	switch {
	case refused && textOf(there["state"]) != string(outbox.Sending):
		return nil, false, nil
	case refused:
		return nil, false, outbox.ErrLeased
	case err != nil:
		return nil, false, failed(err, "lease a mail")
	}
	var stored leaseItem
	if err := attributevalue.UnmarshalMap(output.Attributes, &stored); err != nil {
		return nil, false, fmt.Errorf("lease: %w", err)
	}
	var before []outbox.Delivery
	for _, letter := range stored.Letters {
		before = append(before, outbox.Delivery(letter))
	}
	return before, true, nil
}

// Note notes how far a mail is. Round trips: 1.
func (s *Store) Note(ctx context.Context, order outbox.Order, state outbox.State, letters []outbox.Delivery) error {
	stored := make([]deliveryItem, 0, len(letters))
	for _, letter := range letters {
		stored = append(stored, deliveryItem(letter))
	}
	list, err := attributevalue.Marshal(stored)
	if err != nil {
		return fmt.Errorf("note: %w", err)
	}
	_, err = s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: leaseKey(order.Event).attributes(),
		UpdateExpression:         aws.String("SET #state = :state, #letters = :letters, #ttl = :ttl"),
		ExpressionAttributeNames: map[string]string{"#state": "state", "#letters": "letters", "#ttl": expiryAttribute},
		ExpressionAttributeValues: item{
			":state": text(string(state)), ":letters": list, ":ttl": number(s.now().Add(keptLease).Unix()),
		},
	})
	return failed(err, "note a mail")
}
