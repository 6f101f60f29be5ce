package dynamo

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
)

// conditionFailure returns the error for a write whose condition has failed. It gets the item that DynamoDB found, or
// nil if there was none.
type conditionFailure func(found item) error

// transaction is a list of writes that are committed together. If several conditions fail, the first one decides the
// error: add the writes in this order.
type transaction struct {
	table    string
	token    string // the ClientRequestToken: the same in all attempts, and in no other transaction
	marker   key    // an item that only this transaction creates; the zero key if it creates none
	writes   []types.TransactWriteItem
	counts   []*count           // one for each write; nil if it does not only change counters
	counters key                // the item whose counters many transactions change at the same time; may be the zero key
	failures []conditionFailure // one for each write; nil if its condition cannot fail
	err      error              // of an item or an expression that cannot be built
}

// maxTokenLength is DynamoDB's limit for a ClientRequestToken.
const maxTokenLength = 36

// begin starts a transaction with its event.
func (s *Store) begin(e event.Event) *transaction { return s.beginAttempt(e, "") }

// beginAttempt starts a transaction with its event. The token identifies this attempt if several attempts have an event
// of the same id; if it is "", the id of the event is the token.
func (s *Store) beginAttempt(e event.Event, token string) *transaction {
	stored, err := newEventItem(e)
	if token == "" {
		token = e.ID
	}
	t := s.beginWith(stored, token)
	t.err = errors.Join(t.err, err)
	t.oweMail(e)
	return t
}

// createEvent adds an event to a transaction that has another marker.
func (t *transaction) createEvent(e event.Event) {
	stored, err := newEventItem(e)
	t.err = errors.Join(t.err, err)
	t.create(stored, nil)
	t.oweMail(e)
}

// beginWith starts a transaction with the item that marks it as committed. No other transaction may create this item.
func (s *Store) beginWith(marker interface{ key() key }, token string) *transaction {
	t := &transaction{table: s.table, token: token[:min(maxTokenLength, len(token))], marker: marker.key()}
	t.create(marker, nil)
	return t
}

// beginWithoutMarker starts a transaction that creates no marker. If its outcome is unknown, it is sent again with the
// same token, and DynamoDB returns the first result for ten minutes. The caller must expect a failed condition because
// of its own transaction.
func (s *Store) beginWithoutMarker() *transaction {
	return &transaction{table: s.table, token: newToken()}
}

func newToken() string {
	return fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()) //nolint:gosec // the token is no secret
}

func (t *transaction) hasMarker() bool { return t.marker != key{} }

// create adds an item that must not exist.
func (t *transaction) create(stored any, failure conditionFailure) {
	t.putIf(stored, notExists(), failure)
}

// put adds an item, whether it exists or not.
func (t *transaction) put(stored any) { t.putIf(stored, condition{}, nil) }

// putNextVersion adds the version after previous of an item. The item may not exist: there is none before the first
// version, and none after it has expired. It returns fault.VersionMismatch with the detail if the stored version is
// another one.
func (t *transaction) putNextVersion(stored any, previous int64, detail string) {
	t.putIf(stored, notExists().Or(atVersion(previous)), func(item) error {
		return fault.New(fault.VersionMismatch, "%s", detail)
	})
}

// putIf adds an item that replaces the stored one if the condition holds.
func (t *transaction) putIf(stored any, c condition, failure conditionFailure) {
	attributes, isItem := stored.(item)
	if !isItem {
		var err error
		attributes, err = attributevalue.MarshalMap(stored)
		t.err = errors.Join(t.err, err)
	}
	put := &types.Put{TableName: &t.table, Item: attributes}
	if c.IsSet() {
		e := t.build(c, update{})
		put.ConditionExpression = e.Condition()
		put.ExpressionAttributeNames, put.ExpressionAttributeValues = e.Names(), e.Values()
		put.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	t.add(types.TransactWriteItem{Put: put}, failure)
}

// update adds changes to an item. If there are no changes, it only checks the condition: DynamoDB rejects an empty
// update.
func (t *transaction) update(k key, u update, c condition, failure conditionFailure) {
	if !u.nonEmpty {
		t.check(k, c, failure)
		return
	}
	t.add(t.newUpdate(k, u, c), failure)
}

func (t *transaction) newUpdate(k key, u update, c condition) types.TransactWriteItem {
	e := t.build(c, u)
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &t.table, Key: k.attributes(), UpdateExpression: e.Update(), ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// delete deletes an item if the condition holds.
func (t *transaction) delete(k key, c condition, failure conditionFailure) {
	e := t.build(c, update{})
	t.add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: &t.table, Key: k.attributes(), ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, failure)
}

// deleteIfExists deletes an item, whether it exists or not.
func (t *transaction) deleteIfExists(k key) {
	t.add(types.TransactWriteItem{Delete: &types.Delete{TableName: &t.table, Key: k.attributes()}}, nil)
}

// deleteGuard deletes a guard, which must name the account.
func (t *transaction) deleteGuard(guard key, id account.ID) {
	t.delete(guard, equals("account", id), nil)
}

// check adds a condition on an item that the transaction does not change.
func (t *transaction) check(k key, c condition, failure conditionFailure) {
	t.add(t.newCheck(k, c), failure)
}

func (t *transaction) newCheck(k key, c condition) types.TransactWriteItem {
	e := t.build(c, update{})
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &t.table, Key: k.attributes(), ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

func (t *transaction) build(c condition, u update) expression.Expression {
	e, err := build(c, u)
	t.err = errors.Join(t.err, err)
	return e
}

func (t *transaction) add(write types.TransactWriteItem, failure conditionFailure) {
	t.writes = append(t.writes, write)
	t.counts = append(t.counts, nil)
	t.failures = append(t.failures, failure)
}

// hasChanged is the conditionFailure of an object that has changed since it was read.
func hasChanged(item) error {
	return fault.Outdated()
}

// notFound is the conditionFailure of an object that does not exist any more.
func notFound(item) error {
	return fault.NotInView()
}

// describeWrite returns the action of a write, such as "dynamodb:PutItem", and the item or the key that it names.
func describeWrite(write types.TransactWriteItem) (action string, named item) {
	switch {
	case write.Put != nil:
		return "dynamodb:PutItem", write.Put.Item
	case write.Update != nil:
		return "dynamodb:UpdateItem", write.Update.Key
	case write.Delete != nil:
		return "dynamodb:DeleteItem", write.Delete.Key
	default:
		return "dynamodb:ConditionCheckItem", write.ConditionCheck.Key
	}
}
