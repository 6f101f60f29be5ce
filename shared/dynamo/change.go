package dynamo

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// ChangeAccount writes what differs in an account, with its event, and all else that comes with the change. Round trips: 1.
func (s *Store) ChangeAccount(ctx context.Context, wanted edit.AccountChange) error {
	before, after := &wanted.Before, &wanted.After
	happened, err := newEventItem(wanted.Event)
	if err != nil {
		return fmt.Errorf("change: %w", err)
	}
	edit, err := difference(newAccountItem(before), newAccountItem(after))
	if err != nil {
		return fmt.Errorf("change: %w", err)
	}
	t := s.begin(cmp.Or(wanted.Token, wanted.Event.ID), happened.key(), happened)
	t.remember(wanted.Record, s.now())
	t.update(accountKey(after.ID), edit.provided(unchangedSince(before)), func(item) error {
		return fault.New(fault.VersionMismatch, "The account has changed since you read it. Read it again and retry.")
	})
	if after.Login != before.Login {
		t.remove(loginKey(before.Login), after.ID)
		t.create(loginItem{keyed: loginKey(after.Login).fields(), Account: after.ID, Parents: parents(after)}, loginTaken)
	}
	if after.Kind == account.Reseller && after.Limits != nil && !reflect.DeepEqual(newResellerLimitsItem(before.Limits), newResellerLimitsItem(after.Limits)) {
		t.give(after.ID, before.Limits, after.Limits)
	}
	if wanted.Closes != nil {
		t.close(after.ID, wanted.Closes)
	}
	if wanted.Note != nil {
		t.note(after.ID, wanted.Note)
	}
	if wanted.Keep != nil {
		t.keepSession(after.ID, wanted.Keep)
	}
	return s.commit(ctx, t)
}

// unchangedSince is the condition that an account is as it was read. Subscriptions take their sequence from the account
// without a change of its version.
func unchangedSince(before *account.Account) (condition string, names map[string]string, values item) {
	condition = "#version = :before AND #holdSequence = :sequence"
	if before.HoldSequence == 0 {
		condition = "#version = :before AND (attribute_not_exists(#holdSequence) OR #holdSequence = :sequence)"
	}
	return condition, map[string]string{"#version": "version", "#holdSequence": "holdSequence"},
		item{":before": number(before.Version), ":sequence": number(before.HoldSequence)}
}

func (t *transaction) note(about account.ID, note *edit.Note) {
	if note.Text == "" {
		t.items = append(t.items, types.TransactWriteItem{Delete: &types.Delete{TableName: &t.table, Key: noteKey(about, note.By).attributes()}})
		t.refusals = append(t.refusals, nil)
		return
	}
	t.replace(noteItem{keyed: noteKey(about, note.By).fields(), Text: note.Text})
}

// keepSession lets a session live on in a new epoch of its account.
func (t *transaction) keepSession(of account.ID, kept *edit.KeptSession) {
	raise := updateExpression{
		expression: "SET #epoch = :epoch",
		names:      map[string]string{"#epoch": "epoch"},
		values:     item{":epoch": number(kept.Epoch)},
	}
	t.update(sessionKey(of, kept.Hash), raise.provided(
		"attribute_exists(#pk)", map[string]string{"#pk": partitionAttribute}, nil,
	), func(item) error {
		return fault.New(fault.Unauthenticated, "You have signed out in the meantime. Sign in to continue.")
	})
}

// difference gives an item's attributes the values that differ, and removes those that are there no more.
func difference(before, after any) (updateExpression, error) {
	old, err := attributevalue.MarshalMap(before)
	if err != nil {
		return updateExpression{}, err
	}
	now, err := attributevalue.MarshalMap(after)
	if err != nil {
		return updateExpression{}, err
	}
	c := updateExpression{names: map[string]string{}, values: item{}}
	var sets, removes []string
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if !reflect.DeepEqual(old[name], now[name]) {
			c.names["#"+name], c.values[":"+name] = name, now[name]
			sets = append(sets, "#"+name+" = :"+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, present := now[name]; !present {
			c.names["#"+name] = name
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
func (t *transaction) remember(record *idempotency.Record, now time.Time) {
	if record == nil {
		return
	}
	t.put(newIdempotencyItem(record), noRecord, noRecordNames, item{":now": number(now.Unix())}, replayed)
}

const noRecord = "attribute_not_exists(#pk) OR #ttl <= :now"

var noRecordNames = map[string]string{"#pk": partitionAttribute, "#ttl": expiryAttribute}

// replayed is what it means that a request has a record.
func replayed(old item) error {
	first, err := readRecord(old, time.Time{})
	if err != nil || first == nil {
		return fmt.Errorf("the record of a request is not told: %w", err)
	}
	return &idempotency.Replayed{First: *first}
}

// Remember writes the record of a request that had nothing to change. Round trips: 1.
func (s *Store) Remember(ctx context.Context, record idempotency.Record) error {
	stored, err := attributevalue.MarshalMap(newIdempotencyItem(&record))
	if err != nil {
		return fmt.Errorf("remember: %w", err)
	}
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: stored, ConditionExpression: aws.String(noRecord), ExpressionAttributeNames: noRecordNames,
		ExpressionAttributeValues:           item{":now": number(s.now().Unix())},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if there, refused := asRefused(err); refused {
		return replayed(there)
	}
	return failed(err, "remember a request")
}

// ReadAccount reads an account. It is a batch because every role that writes allows one (tools/record). Round trips: 1.
func (s *Store) ReadAccount(ctx context.Context, id account.ID) (*account.Account, error) {
	found, err := s.getAll(ctx, consistent, accountKey(id))
	if err != nil {
		return nil, err
	}
	return readAccount(found[accountKey(id)])
}

// ReadRecord reads the record of a request. It is a batch for the same reason. Round trips: 1, none without a key.
func (s *Store) ReadRecord(ctx context.Context, key idempotency.Key) (*idempotency.Record, error) {
	if !key.IsSet() {
		return nil, nil
	}
	found, err := s.getAll(ctx, consistent, idempotencyKey(key.Name))
	if err != nil {
		return nil, err
	}
	return readRecord(found[idempotencyKey(key.Name)], s.now())
}
