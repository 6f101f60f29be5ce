package dynamo

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

func TestReadEvent(t *testing.T) {
	want := event.Event{
		ID: "evt_1", Name: event.ContactChanged, Account: "cus_1", Kind: account.Customer, Owner: "res_1", Actor: "adm_1",
		RequestID: "request", At: time.Date(2026, 11, 24, 9, 0, 0, 5e6, time.UTC), Version: 3, Mail: event.WelcomeMail,
		Changes: []account.FieldChange{{Field: "contact.name", Old: "O'Neil <b>x", New: "李小龍"}}, Private: true,
		Execution: &event.Execution{Operation: "op_1", Kind: "suspend-customers", Attempt: 12},
		SignIn:    &event.SignIn{Address: "192.0.2.1", UserAgent: "curl/8", Provider: "res_1"},
		ExpiresAt: time.Date(2027, 2, 22, 9, 0, 0, 0, time.UTC), Website: "web_1",
	}
	stored, err := newEventItem(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadEvent(streamImage(t, stored))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("event = %+v, error %v\nwant %+v", got, err, want)
	}
	if _, err := ReadEvent(streamImage(t, noteItem{keyed: noteKey("cus_1", "res_1").fields(), Text: "x"})); err == nil {
		t.Error("ReadEvent accepts a note, want an error")
	}
}

// The event in the stream does not name the login of a forgotten password.
func TestReadEventOfForgottenPassword(t *testing.T) {
	s := newFixture(t)
	want := event.Event{
		ID:        s.id(t, event.IDPrefix),
		Name:      event.PasswordForgotten,
		RequestID: "request",
		At:        s.now().UTC(),
		Mail:      event.ForgottenMail,
	}
	ends := s.now().Add(time.Hour).Truncate(time.Second).UTC()
	request := reset.ForgottenRequest{Event: want, Login: "ada", Email: "a@example.com", Ends: ends}
	if err := s.WriteForgotten(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	stored := s.readItem(t, forgottenKey(want.ID))
	isEvent := strings.HasPrefix(textOf(stored[sortAttribute]), eventSortPrefix)
	if !isEvent || !reflect.DeepEqual(stored[expiryAttribute], number(ends.Unix())) {
		t.Errorf("stored item %v, want an event that expires at %v", stored, ends)
	}
	want.ExpiresAt = ends
	got, err := ReadEvent(imageOfItem(t, stored))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("event = %+v, error %v\nwant %+v", got, err, want)
	}
}

// streamImage returns an item as the stream passes it to a function.
func streamImage(t *testing.T, stored any) map[string]events.DynamoDBAttributeValue {
	t.Helper()
	attributes, err := attributevalue.MarshalMap(stored)
	if err != nil {
		t.Fatal(err)
	}
	return imageOfItem(t, attributes)
}

// imageOfItem returns the attributes of an item as the stream passes them to a function.
func imageOfItem(t *testing.T, attributes item) map[string]events.DynamoDBAttributeValue {
	t.Helper()
	image := map[string]events.DynamoDBAttributeValue{}
	for name, value := range attributes {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			image[name] = events.NewStringAttribute(v.Value)
		case *types.AttributeValueMemberN:
			image[name] = events.NewNumberAttribute(v.Value)
		case *types.AttributeValueMemberBOOL:
			image[name] = events.NewBooleanAttribute(v.Value)
		case *types.AttributeValueMemberM:
			image[name] = events.NewMapAttribute(imageOfItem(t, v.Value))
		default:
			t.Fatalf("attribute %s has the unknown type %T", name, value)
		}
	}
	return image
}

// A change keeps attributes that this version does not know, such as those of later versions.
func TestChangeKeepsUnknownAttributes(t *testing.T) {
	s := newFixture(t)
	c := s.creation(t, "ada")
	if err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	_, err := s.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName:                 &s.table,
		Key:                       accountKey(c.Account.ID).attributes(),
		UpdateExpression:          aws.String("SET fromTheFuture = :x, #row.fromTheFuture = :x"),
		ExpressionAttributeNames:  map[string]string{"#row": projectedAttribute},
		ExpressionAttributeValues: item{":x": text("kept")},
	})
	if err != nil {
		t.Fatal(err)
	}
	before := s.readItem(t, accountKey(c.Account.ID))
	after := c.Account
	after.Contact.Name, after.Version = "Zoe", 2
	err = s.ChangeAccount(t.Context(), edit.AccountChange{Before: c.Account, After: after, Event: event.Event{
		ID: s.id(t, event.IDPrefix), Account: after.ID, At: s.now(), Version: 2,
	}})
	if err != nil {
		t.Fatal(err)
	}
	changed := s.readItem(t, accountKey(c.Account.ID))
	expectChanges(t, before, changed, projectedAttribute, "listName")
	expectChanges(t, rowOf(before), rowOf(changed), "contact", "version")
}

// expectChanges expects that the attributes with the names have changed, and all others are the same.
func expectChanges(t *testing.T, before, after item, names ...string) {
	t.Helper()
	for name, value := range before {
		isSame := reflect.DeepEqual(after[name], value)
		if isChanged := slices.Contains(names, name); isSame == isChanged {
			t.Errorf("%s: %v became %v, want it changed: %v", name, value, after[name], isChanged)
		}
	}
}

// DynamoDB ignores an expiry that is not in seconds.
func TestExpiryIsInSeconds(t *testing.T) {
	s := newFixture(t)
	ends := s.now().Add(time.Hour)
	c := s.creation(t, "ada")
	c.Record.ExpiresAt = ends
	session := access.Session{Account: c.Account.ID, Hash: s.id(t, "hash-"), CreatedAt: s.now(), ExpiresAt: ends}
	attempt := access.Attempt{Key: "k", Limit: 1, WindowEnd: ends}
	if err := s.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	creation := access.SessionCreation{Session: session, Known: "here", KnownUntil: ends}
	if err := s.CreateSession(t.Context(), creation); err != nil {
		t.Fatal(err)
	}
	if _, err := s.TakeAttempt(t.Context(), attempt); err != nil {
		t.Fatal(err)
	}
	token, created := s.newToken(t, c.Account.ID), s.newEvent(t, c.Account.ID)
	token.ExpiresAt = ends
	if err := s.CreateToken(t.Context(), token, 0, created, nil); err != nil {
		t.Fatal(err)
	}
	links := reset.Links{
		Account: c.Account.ID,
		Version: 1,
		Links:   []reset.Link{{ExpiresAt: ends}, {ExpiresAt: ends.Add(-time.Hour)}},
	}
	if err := s.MakeLink(t.Context(), reset.LinksChange{Links: &links, Event: s.newEvent(t, c.Account.ID)}); err != nil {
		t.Fatal(err)
	}
	known, err := s.knownAddressKey(t.Context(), "here")
	if err != nil {
		t.Fatal(err)
	}
	counter, err := s.attemptKey(t.Context(), attempt)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []key{
		idempotencyKey("ada"), sessionKey(session.Account, session.Hash), known, counter,
		tokenKey(token.Account, token.Hash), linksKey(c.Account.ID),
	} {
		if got := s.readItem(t, k)[expiryAttribute]; !reflect.DeepEqual(got, number(ends.Unix())) {
			t.Errorf("%v: %s = %v, want %d", k, expiryAttribute, got, ends.Unix())
		}
	}
}

// The lease of a mail expires after 30 days, whether or not the mail was sent.
func TestLeasesExpire(t *testing.T) {
	s := newFixture(t)
	message := outbox.Message{Event: s.id(t, event.IDPrefix)}
	if _, due, err := s.LeaseMail(t.Context(), message, s.now()); err != nil || !due {
		t.Fatal(due, err)
	}
	for range 2 {
		expires, ok := s.readItem(t, leaseKey(message.Event))[expiryAttribute].(*types.AttributeValueMemberN)
		if !ok {
			t.Fatal("the lease does not expire")
		}
		at, err := strconv.ParseInt(expires.Value, 10, 64)
		if lifetime := time.Unix(at, 0).Sub(s.now()); err != nil || lifetime.Round(time.Minute) != 30*24*time.Hour {
			t.Errorf("the lease expires in %v, error %v; want 30 days", lifetime, err)
		}
		deliveries := []outbox.Delivery{{Recipient: "a", MessageID: "message"}}
		if err := s.RecordDeliveries(t.Context(), message, outbox.Sent, deliveries); err != nil {
			t.Fatal(err)
		}
	}
}
