package dynamo

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
)

// noteItem has the full text of a note. The account's item has the beginning.
type noteItem struct {
	keyed
	Text string `dynamodbav:"text"`
}

// loginItem is the guard of a login.
type loginItem struct {
	keyed
	Account account.ID   `dynamodbav:"account"`
	Parents []account.ID `dynamodbav:"parents,omitempty"` // the accounts above, from below; hints
}

// externalItem is the guard of an external id.
type externalItem struct {
	keyed
	Account account.ID `dynamodbav:"account"`
}

// singletonItem is the guard of the first administrator.
type singletonItem struct {
	keyed
	Account account.ID `dynamodbav:"account"`
}

// secretItem is a random key of this stack.
type secretItem struct {
	keyed
	Secret []byte `dynamodbav:"secret"`
}

// expiring has the attributes of items that DynamoDB deletes some time after their expiry.
type expiring struct {
	ExpiresAt time.Time `dynamodbav:"expiresAt"`
	TTL       int64     `dynamodbav:"ttl"`
}

func expiringAt(at time.Time) expiring { return expiring{ExpiresAt: at.UTC(), TTL: at.Unix()} }

func (e expiring) expired(now time.Time) bool { return now.Unix() >= e.TTL }

// sessionItem is a session.
type sessionItem struct {
	keyed
	expiring
	Epoch     int64     `dynamodbav:"epoch"`
	CreatedAt time.Time `dynamodbav:"createdAt"`
}

func newSessionItem(s access.Session) sessionItem {
	return sessionItem{
		keyed: sessionKey(s.Account, s.Hash).fields(), expiring: expiringAt(s.ExpiresAt),
		Epoch: s.Epoch, CreatedAt: s.CreatedAt.UTC(),
	}
}

func (s *sessionItem) session() *access.Session {
	return &access.Session{
		Account: account.ID(strings.TrimPrefix(string(s.PK), accountPrefix)),
		Hash:    strings.TrimPrefix(string(s.SK), sessionSortPrefix),
		Epoch:   s.Epoch, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt,
	}
}

// knownAddressItem is an address from which a login has signed in.
type knownAddressItem struct {
	keyed
	expiring
}

// idempotencyItem is the record of a request. It has no answer if the answer contained a secret.
type idempotencyItem struct {
	keyed
	expiring
	Fingerprint string `dynamodbav:"fingerprint"`
	Answer      []byte `dynamodbav:"answer,omitempty"`
}

func newIdempotencyItem(r *idempotency.Record) idempotencyItem {
	return idempotencyItem{
		keyed: idempotencyKey(r.Key.Name).fields(), expiring: expiringAt(r.ExpiresAt),
		Fingerprint: r.Key.Fingerprint, Answer: r.Answer,
	}
}

// readRecord returns the record of a request, or nil if the item is nil or has expired.
func readRecord(found item, now time.Time) (*idempotency.Record, error) {
	if found == nil {
		return nil, nil
	}
	var stored idempotencyItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil || stored.expired(now) {
		return nil, err
	}
	name := strings.TrimPrefix(string(stored.PK), string(idempotencyKey("").partition))
	return &idempotency.Record{
		Key:    idempotency.Key{Name: name, Fingerprint: stored.Fingerprint},
		Answer: stored.Answer, ExpiresAt: stored.ExpiresAt,
	}, nil
}

// eventItem is an entry in an account's trail.
type eventItem struct {
	keyed
	Name      event.Name     `dynamodbav:"name"`
	Kind      account.Kind   `dynamodbav:"kind"`
	Owner     account.ID     `dynamodbav:"owner"`
	Actor     account.ID     `dynamodbav:"actor"`
	RequestID string         `dynamodbav:"requestId,omitempty"`
	At        time.Time      `dynamodbav:"at"`
	Version   int64          `dynamodbav:"version"`
	Changes   string         `dynamodbav:"changes,omitempty"` // JSON: the values have the types of the fields that changed
	Mail      event.MailKind `dynamodbav:"mail,omitempty"`
	Execution *executionItem `dynamodbav:"execution,omitempty"`
	Private   bool           `dynamodbav:"private,omitempty"`
	Subject   string         `dynamodbav:"subject,omitempty"`
}

// executionItem is the execution that an event starts.
type executionItem struct {
	Operation string `dynamodbav:"operation"`
	Kind      string `dynamodbav:"kind"`
	Attempt   int    `dynamodbav:"attempt"`
}

func newEventItem(e event.Event) (eventItem, error) {
	at := eventKey(e.Account, e.ID)
	if e.Account == "" {
		at = forgottenKey(e.ID)
	}
	stored := eventItem{
		keyed: at.fields(), Name: e.Name, Kind: e.Kind, Owner: e.Owner, Actor: e.Actor, RequestID: e.RequestID,
		At: e.At.UTC(), Version: e.Version, Mail: e.Mail, Execution: (*executionItem)(e.Execution), Private: e.Private,
		Subject: e.Subject,
	}
	if len(e.Changes) == 0 {
		return stored, nil
	}
	changes, err := json.Marshal(e.Changes)
	stored.Changes = string(changes)
	return stored, err
}

func (s *eventItem) event() (event.Event, error) {
	e := event.Event{
		ID: strings.TrimPrefix(string(s.SK), eventSortPrefix), Name: s.Name,
		Kind: s.Kind, Owner: s.Owner, Actor: s.Actor,
		RequestID: s.RequestID, At: s.At, Version: s.Version, Mail: s.Mail,
		Execution: (*event.Execution)(s.Execution), Private: s.Private, Subject: s.Subject,
	}
	if of, found := strings.CutPrefix(string(s.PK), accountPrefix); found {
		e.Account = account.ID(of)
	}
	if s.Changes == "" {
		return e, nil
	}
	return e, json.Unmarshal([]byte(s.Changes), &e.Changes)
}

// ReadEvent returns the event in an image of the table's stream. It returns an error if the image is of another kind of item.
func ReadEvent(image map[string]events.DynamoDBAttributeValue) (event.Event, error) {
	var stored eventItem
	if err := attributevalue.UnmarshalMap(readImage(image), &stored); err != nil {
		return event.Event{}, fmt.Errorf("event: %w", err)
	}
	if !strings.HasPrefix(string(stored.SK), eventSortPrefix) {
		return event.Event{}, errors.New("the image is not of an event")
	}
	return stored.event()
}

// readImage returns the item in an image of the stream, with the types of attributes that events have.
func readImage(image map[string]events.DynamoDBAttributeValue) item {
	read := make(item, len(image))
	for name, value := range image {
		switch value.DataType() {
		case events.DataTypeString:
			read[name] = text(value.String())
		case events.DataTypeNumber:
			read[name] = &types.AttributeValueMemberN{Value: value.Number()}
		case events.DataTypeBoolean:
			read[name] = &types.AttributeValueMemberBOOL{Value: value.Boolean()}
		case events.DataTypeMap:
			read[name] = &types.AttributeValueMemberM{Value: readImage(value.Map())}
		default: // an event has no others
		}
	}
	return read
}
