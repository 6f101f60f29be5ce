package dynamo

import (
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
)

func TestEventFromStream(t *testing.T) {
	want := event.Event{
		ID: "evt_1", Name: event.ContactChanged, Account: "cus_1", Kind: account.Customer, Owner: "res_1", Actor: "adm_1",
		RequestID: "request", At: time.Date(2026, 11, 24, 9, 0, 0, 5e6, time.UTC), Version: 3, Mail: event.WelcomeMail,
		Changes: []account.FieldChange{{Field: "contact.name", Old: "O'Neil <b>x", New: "李小龍"}},
	}
	stored, err := newEventItem(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadEvent(image(t, stored))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("event = %+v, %v\nwant %+v", got, err, want)
	}
	if _, err := ReadEvent(image(t, noteItem{keyed: noteKey("cus_1", "res_1").fields(), Text: "x"})); err == nil {
		t.Error("a note was read as an event")
	}
}

// image is an item as the stream shows it to a function.
func image(t *testing.T, stored any) map[string]events.DynamoDBAttributeValue {
	t.Helper()
	attributes, err := attributevalue.MarshalMap(stored)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]events.DynamoDBAttributeValue{}
	for name, value := range attributes {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			shown[name] = events.NewStringAttribute(v.Value)
		case *types.AttributeValueMemberN:
			shown[name] = events.NewNumberAttribute(v.Value)
		default:
			t.Fatalf("%s is a %T", name, value)
		}
	}
	return shown
}

// A change must leave alone what it does not know: attributes of other operations, of versions to come.
func TestChangeKeepsForeignAttributes(t *testing.T) {
	s := newScene(t)
	c := s.creation(t, "ada")
	if err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	_, err := s.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: accountKey(c.Account.ID).attributes(), UpdateExpression: aws.String("SET fromTheFuture = :x"),
		ExpressionAttributeValues: item{":x": text("kept")},
	})
	if err != nil {
		t.Fatal(err)
	}
	before := s.raw(t, accountKey(c.Account.ID))
	after := c.Account
	after.Contact.Name, after.Version = "Zoe", 2
	err = s.ChangeAccount(t.Context(), change.Change{Before: c.Account, After: after, Event: event.Event{
		ID: s.id(t, event.IDPrefix), Account: after.ID, At: s.now(), Version: 2,
	}})
	if err != nil {
		t.Fatal(err)
	}
	changed := s.raw(t, accountKey(c.Account.ID))
	for name, value := range before {
		same := reflect.DeepEqual(changed[name], value)
		if mayDiffer := name == "contact" || name == "version" || name == "listName"; same == mayDiffer {
			t.Errorf("%s: %v became %v", name, value, changed[name])
		}
	}
}

// Expiry is in seconds, else the storage ignores it.
func TestExpiryInSeconds(t *testing.T) {
	s := newScene(t)
	ends := s.now().Add(time.Hour)
	c := s.creation(t, "ada")
	c.Once.ExpiresAt = ends
	session := access.Session{Account: c.Account.ID, Hash: s.id(t, "hash-"), CreatedAt: s.now(), ExpiresAt: ends}
	attempt := access.Attempt{Key: "k", Limit: 1, Ends: ends}
	if err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := s.Begin(t.Context(), access.Beginning{Session: session, Known: "here", KnownEnd: ends}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.TakeAttempt(t.Context(), attempt); err != nil {
		t.Fatal(err)
	}
	for _, k := range []key{onceKey("ada"), sessionKey(session.Account, session.Hash), knownKey("here"), attemptKey(attempt)} {
		if got := s.raw(t, k)[expiryAttribute]; !reflect.DeepEqual(got, number(ends.Unix())) {
			t.Errorf("%v: %s = %v, want %d", k, expiryAttribute, got, ends.Unix())
		}
	}
}
