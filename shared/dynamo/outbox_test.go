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

// If the response to replaced links is lost, nobody knows the secret of the new link, so MakeLink fails.
func TestReplacedLinksWithLostResponse(t *testing.T) {
	s := newFixture(t)
	id := account.ID(s.id(t, account.CustomerPrefix))
	change := reset.LinksChange{Links: &reset.Links{Account: id, Version: 1}, Event: s.newEvent(t, id)}
	if err := s.reliable.MakeLink(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	s.faults.fail("PutItem", responseLost)
	change = reset.LinksChange{Links: &reset.Links{Account: id, Version: 2}}
	if err := s.MakeLink(t.Context(), change); !fault.Is(err, fault.VersionMismatch) {
		t.Errorf("error = %v, want version-mismatch", err)
	}
	s.faults.fail("PutItem", times(maxCallAttempts, throttled())...)
	change = reset.LinksChange{Links: &reset.Links{Account: id, Version: 3}}
	if err := s.MakeLink(t.Context(), change); !fault.Is(err, fault.Unavailable) {
		t.Errorf("error = %v, want unavailable", err)
	}
}

// An older version stored the ids of the messages instead of letters.
func TestMailSentByOlderVersionIsNotDue(t *testing.T) {
	s := newFixture(t)
	message := outbox.Message{Event: s.id(t, event.IDPrefix)}
	stored := leaseKey(message.Event).attributes()
	stored["state"], stored["until"] = text("sent"), number(0)
	stored["messages"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{text("message")}}
	put := &dynamodb.PutItemInput{TableName: &s.table, Item: stored}
	if _, err := s.reliable.client.PutItem(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	if _, due, err := s.LeaseMail(t.Context(), message, s.now().Add(time.Hour)); due || err != nil {
		t.Errorf("due %v, error %v; want a mail that is not due", due, err)
	}
}
