package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/operation"
)

// eventItem is an event: an entry in the audit trail of an account.
type eventItem struct {
	keyed
	Name      event.Name     `dynamodbav:"name"`
	Kind      account.Kind   `dynamodbav:"kind"`
	Owner     account.ID     `dynamodbav:"owner"`
	Actor     account.ID     `dynamodbav:"actor"`
	RequestID string         `dynamodbav:"requestId,omitempty"`
	At        time.Time      `dynamodbav:"at"`
	Version   int64          `dynamodbav:"version"`
	Changes   string         `dynamodbav:"changes,omitempty"` // JSON, because the fields have different types
	Mail      event.MailKind `dynamodbav:"mail,omitempty"`
	Execution *executionItem `dynamodbav:"execution,omitempty"`
	Private   bool           `dynamodbav:"private,omitempty"`
	Subject   string         `dynamodbav:"subject,omitempty"`
	SignIn    *signInItem    `dynamodbav:"signIn,omitempty"`
	Website   string         `dynamodbav:"website,omitempty"`
	TTL       int64          `dynamodbav:"ttl,omitempty"`
}

// signInItem is where a sign-in came from.
type signInItem struct {
	Address   string     `dynamodbav:"address"`
	UserAgent string     `dynamodbav:"userAgent,omitempty"`
	Provider  account.ID `dynamodbav:"provider,omitempty"`
}

// executionItem is the execution that an event starts.
type executionItem struct {
	Operation string `dynamodbav:"operation"`
	Kind      string `dynamodbav:"kind"`
	Attempt   int    `dynamodbav:"attempt"`
}

func newEventItem(e event.Event) (eventItem, error) {
	k := eventKey(e.Account, e.ID)
	if e.Account == "" {
		k = forgottenKey(e.ID)
	}
	stored := eventItem{
		keyed: k.fields(), Name: e.Name, Kind: e.Kind, Owner: e.Owner, Actor: e.Actor, RequestID: e.RequestID,
		At: e.At.UTC(), Version: e.Version, Mail: e.Mail, Execution: (*executionItem)(e.Execution),
		Private: e.Private, Subject: e.Subject, SignIn: (*signInItem)(e.SignIn),
		Website: e.Website,
	}
	if !e.ExpiresAt.IsZero() {
		stored.TTL = e.ExpiresAt.Unix()
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
		Kind: s.Kind, Owner: s.Owner, Actor: s.Actor, RequestID: s.RequestID, At: s.At, Version: s.Version,
		Mail: s.Mail, Execution: (*event.Execution)(s.Execution), Private: s.Private, Subject: s.Subject,
		SignIn: (*event.SignIn)(s.SignIn), Website: s.Website,
	}
	if s.TTL != 0 {
		e.ExpiresAt = time.Unix(s.TTL, 0).UTC()
	}
	if id, hasAccount := strings.CutPrefix(string(s.PK), accountPrefix); hasAccount {
		e.Account = account.ID(id)
	}
	if s.Changes == "" {
		return e, nil
	}
	return e, json.Unmarshal([]byte(s.Changes), &e.Changes)
}

// ReadEvent returns the event in an image of the table's stream. It returns an error if the image is another kind of
// item.
func ReadEvent(image map[string]events.DynamoDBAttributeValue) (event.Event, error) {
	var stored eventItem
	if err := attributevalue.UnmarshalMap(readImage(image), &stored); err != nil {
		return event.Event{}, fmt.Errorf("event: %w", err)
	}
	if !strings.HasPrefix(string(stored.SK), eventSortPrefix) {
		return event.Event{}, errors.New("the image is not an event")
	}
	return stored.event()
}

// readImage returns the item in an image of the stream. It leaves out attributes of types that events do not use.
func readImage(image map[string]events.DynamoDBAttributeValue) item {
	attributes := make(item, len(image))
	for name, v := range image {
		switch v.DataType() {
		case events.DataTypeString:
			attributes[name] = text(v.String())
		case events.DataTypeNumber:
			attributes[name] = &types.AttributeValueMemberN{Value: v.Number()}
		case events.DataTypeBoolean:
			attributes[name] = &types.AttributeValueMemberBOOL{Value: v.Boolean()}
		case events.DataTypeMap:
			attributes[name] = &types.AttributeValueMemberM{Value: readImage(v.Map())}
		default:
		}
	}
	return attributes
}

const afterEventsSort = eventSortPrefix + "~"

// ListEvents returns the events of an account before an event, newest first, and whether there are more. If before is
// "", it begins with the newest event. Round trips: 1.
func (s *Store) ListEvents(
	ctx context.Context, id account.ID, before string, limit int,
) (page []event.Event, hasMore bool, err error) {
	return s.listEvents(ctx, eventual, id, before, limit)
}

// ListEventsNow returns the events of ListEvents. The read is strongly consistent. Round trips: 1.
func (s *Store) ListEventsNow(
	ctx context.Context, id account.ID, before string, limit int,
) (page []event.Event, hasMore bool, err error) {
	return s.listEvents(ctx, consistent, id, before, limit)
}

func (s *Store) listEvents(
	ctx context.Context, c consistency, id account.ID, before string, limit int,
) (page []event.Event, hasMore bool, err error) {
	q := query{
		consistency: c,
		partition:   accountPartition(id),
		sort:        between(eventSortPrefix, afterEventsSort),
		descending:  true,
		limit:       limit + 1,
	}
	if before != "" {
		q.after = eventKey(id, before).attributes()
	}
	found, lastKey, err := s.query(ctx, q)
	if err != nil {
		return nil, false, err
	}
	page, err = readAll(found[:min(limit, len(found))], readEvent)
	return page, len(found) > limit || len(lastKey) > 0, err
}

func readEvent(found item) (*event.Event, error) {
	var stored eventItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, err
	}
	e, err := stored.event()
	return &e, err
}

// FindEvents returns the keys of the events that exist. Round trips: 1 for each hundred.
func (s *Store) FindEvents(ctx context.Context, events []operation.EventKey) (map[operation.EventKey]bool, error) {
	keys := keysOf(events, func(e operation.EventKey) key { return eventKey(e.Account, e.ID) })
	found, err := s.getItems(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	exist := make(map[operation.EventKey]bool, len(events))
	for i, e := range events {
		exist[e] = found[keys[i]] != nil
	}
	return exist, nil
}
