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
	t.remember(forgotten.Once, s.now())
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

// leaseItem tells how far the mail of an event is: being sent until a time, or sent.
type leaseItem struct {
	keyed
	State    string   `dynamodbav:"state"`
	Until    int64    `dynamodbav:"until"`
	Messages []string `dynamodbav:"messages,omitempty"`
	TTL      int64    `dynamodbav:"ttl"`
}

const (
	sending = "sending"
	sent    = "sent"
)

// keptLease is how long it is remembered that a mail was sent.
const keptLease = 30 * 24 * time.Hour

// Lease begins a try of sending a mail, unless it has been sent. Round trips: 1.
func (s *Store) Lease(ctx context.Context, order outbox.Order, until time.Time) (bool, error) {
	stored, err := attributevalue.MarshalMap(leaseItem{
		keyed: leaseKey(order.Event).fields(), State: sending, Until: until.UnixMilli(), TTL: until.Add(keptLease).Unix(),
	})
	if err != nil {
		return false, fmt.Errorf("lease: %w", err)
	}
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: stored,
		ConditionExpression:      aws.String("attribute_not_exists(#pk) OR (#state = :sending AND #until <= :now)"),
		ExpressionAttributeNames: map[string]string{"#pk": partitionAttribute, "#state": "state", "#until": "until"},
		ExpressionAttributeValues: item{
			":sending": text(sending), ":now": number(s.now().UnixMilli()),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	there, refused := asRefused(err)
	switch {
	case !refused:
		return err == nil, failed(err, "lease a mail")
	case textOf(there["state"]) == sent:
		return false, nil
	}
	return false, outbox.ErrLeased
}

// Sent notes that a mail was sent. Round trips: 1.
func (s *Store) Sent(ctx context.Context, order outbox.Order, messages []string) error {
	stored, err := attributevalue.MarshalMap(leaseItem{
		keyed: leaseKey(order.Event).fields(), State: sent, Messages: messages, TTL: s.now().Add(keptLease).Unix(),
	})
	if err != nil {
		return fmt.Errorf("sent: %w", err)
	}
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: stored})
	return failed(err, "note a sent mail")
}
