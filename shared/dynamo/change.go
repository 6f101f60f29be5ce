package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/once"
)

// changeable are the attributes that ChangeAccount writes. Logins, external ids and owners have guards, and counts are
// counted: each has a way of its own to change. Attributes that are not named here stay as they are.
var changeable = []string{
	"contact", "holds", "holdSequence", "liftMarks", "lifecycle", "passwordHash", "sessionEpoch", "linkEpoch", "mailTrouble",
	"version", "listName", "listCreated",
}

// ChangeAccount writes a change of an account with its event and, if one is kept, its session. Round trips: 1.
func (s *Store) ChangeAccount(ctx context.Context, wanted access.Change) error {
	after := &wanted.Account
	happened, err := newEventItem(wanted.Event)
	if err != nil {
		return fmt.Errorf("change: %w", err)
	}
	change, err := set(newAccountItem(after), changeable)
	if err != nil {
		return fmt.Errorf("change: %w", err)
	}
	t := s.begin(wanted.Event.ID, happened.key(), happened)
	t.remember(wanted.Once, s.now())
	t.update(accountKey(after.ID), change.provided("#version = :before", nil, item{":before": number(after.Version - 1)}),
		func(item) error {
			return fault.New(fault.VersionMismatch, "The account has changed since you read it; read it again.")
		})
	if wanted.Session != nil {
		t.keepSession(wanted.Session)
	}
	return s.commit(ctx, t)
}

// keepSession lets a session live on in a new epoch of its account.
func (t *transaction) keepSession(kept *access.Session) {
	raise := change{
		expression: "SET #epoch = :epoch",
		names:      map[string]string{"#epoch": "epoch"},
		values:     item{":epoch": number(kept.Epoch)},
	}
	t.update(sessionKey(kept.Account, kept.Hash), raise.provided(
		"attribute_exists(#pk)", map[string]string{"#pk": partitionAttribute}, nil,
	), func(item) error {
		return fault.New(fault.Unauthenticated, "You have signed out meanwhile; sign in to go on.")
	})
}

// set gives attributes of an item their new values, and removes those that have none any more.
func set(stored any, attributes []string) (change, error) {
	now, err := attributevalue.MarshalMap(stored)
	if err != nil {
		return change{}, err
	}
	c := change{names: map[string]string{}, values: item{}}
	var sets, removes []string
	for _, name := range attributes {
		c.names["#"+name] = name
		if value, present := now[name]; present {
			c.values[":"+name] = value
			sets = append(sets, "#"+name+" = :"+name)
		} else {
			removes = append(removes, "#"+name)
		}
	}
	if len(sets) > 0 {
		c.expression = "SET " + strings.Join(sets, ", ")
	}
	if len(removes) > 0 {
		c.expression += " REMOVE " + strings.Join(removes, ", ")
	}
	return c, nil
}

// remember adds the record of a request, if it has one. An expired record of the same key gives way.
func (t *transaction) remember(record *once.Record, now time.Time) {
	if record == nil {
		return
	}
	t.put(newOnceItem(record), "attribute_not_exists(#pk) OR #ttl <= :now",
		map[string]string{"#pk": partitionAttribute, "#ttl": expiryAttribute}, item{":now": number(now.Unix())},
		func(old item) error {
			first, err := readRecord(old, time.Time{})
			if err != nil {
				return err
			}
			return &once.Replayed{First: *first}
		})
}

// ReadAccount reads an account; nil when there is none. Round trips: 1.
func (s *Store) ReadAccount(ctx context.Context, id account.ID) (*account.Account, error) {
	found, err := s.get(ctx, consistent, accountKey(id))
	if err != nil {
		return nil, err
	}
	return readAccount(found)
}

// ReadRecord reads the record of a request; nil when it has not taken effect. Round trips: 1, none for a request without a
// key.
func (s *Store) ReadRecord(ctx context.Context, request once.Request) (*once.Record, error) {
	if !request.Given() {
		return nil, nil
	}
	found, err := s.get(ctx, consistent, onceKey(request.Key))
	if err != nil {
		return nil, err
	}
	return readRecord(found, s.now())
}
