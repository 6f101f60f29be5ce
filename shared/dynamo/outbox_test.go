package dynamo

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// A link in another's place whose answer was lost is made anew: nobody knows its secret.
func TestReplacedLinksWithLostResponse(t *testing.T) {
	s := newFixture(t)
	of := account.ID(s.id(t, account.CustomerPrefix))
	if err := s.reliable.MakeLink(
		t.Context(),
		reset.LinksChange{Links: &reset.Links{Account: of, Version: 1}, Event: s.newEvent(t, of)},
	); err != nil {
		t.Fatal(err)
	}
	s.faults.fail("PutItem", responseLost)
	if err := s.MakeLink(
		t.Context(),
		reset.LinksChange{Links: &reset.Links{Account: of, Version: 2}},
	); !fault.Is(
		err,
		fault.VersionMismatch,
	) {
		t.Errorf("error = %v", err)
	}
	s.faults.fail("PutItem", times(maxCallAttempts, throttled())...)
	if err := s.MakeLink(
		t.Context(),
		reset.LinksChange{Links: &reset.Links{Account: of, Version: 3}},
	); !fault.Is(
		err,
		fault.Unavailable,
	) {
		t.Errorf("error = %v", err)
	}
}

// What an older version noted as sent stays so.
func TestMailSentByOlderVersionIsNotDue(t *testing.T) {
	s := newFixture(t)
	order := outbox.Message{Event: s.id(t, event.IDPrefix)}
	stored := leaseKey(order.Event).attributes()
	stored["state"], stored["until"] = text("sent"), number(0)
	stored["messages"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{text("message")}}
	if _, err := s.reliable.client.PutItem(
		t.Context(),
		&dynamodb.PutItemInput{TableName: &s.table, Item: stored},
	); err != nil {
		t.Fatal(err)
	}
	if _, due, err := s.LeaseMail(t.Context(), order, s.now().Add(time.Hour)); due || err != nil {
		t.Errorf("due %v, %v", due, err)
	}
}
