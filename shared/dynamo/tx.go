package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// refusal says what it means that an item's condition did not hold; old is the item as it was found, nil when there was
// none.
type refusal func(old item) error

// transaction collects what is to be written together. Items are added in the order in which their refusals count.
type transaction struct {
	table    string
	token    string // the same for every try of this transaction, and of no other
	proof    key    // of an item that is there only if this transaction took place
	items    []types.TransactWriteItem
	refusals []refusal
	err      error
}

const maxToken = 36

// begin starts a transaction with an item that no other transaction writes: its key is fresh. When a try was answered
// with silence, the item tells whether it took place.
func (s *Store) begin(freshID string, proof key, fresh any) *transaction {
	t := &transaction{table: s.table, token: freshID[:min(maxToken, len(freshID))], proof: proof}
	t.create(fresh, nil)
	return t
}

// create adds an item that must not be there yet.
func (t *transaction) create(stored any, refused refusal) {
	t.put(stored, "attribute_not_exists(#pk)", map[string]string{"#pk": partitionAttribute}, nil, refused)
}

// next adds the next version of an item that has one. There is none before the first, and when it has expired.
func (t *transaction) next(stored any, before int64, mismatch string) {
	t.put(stored, "attribute_not_exists(#pk) OR #version = :before",
		map[string]string{"#pk": partitionAttribute, "#version": "version"}, item{":before": number(before)},
		func(item) error { return fault.New(fault.VersionMismatch, "%s", mismatch) })
}

// replace adds an item whatever is there.
func (t *transaction) replace(stored any) { t.put(stored, "", nil, nil, nil) }

func (t *transaction) put(stored any, condition string, names map[string]string, values item, refused refusal) {
	attributes, marshalled := stored.(item)
	if !marshalled {
		var err error
		attributes, err = attributevalue.MarshalMap(stored)
		t.err = errors.Join(t.err, err)
	}
	put := &types.Put{TableName: &t.table, Item: attributes}
	if condition != "" {
		put.ConditionExpression, put.ExpressionAttributeNames, put.ExpressionAttributeValues = &condition, names, values
		put.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	t.items = append(t.items, types.TransactWriteItem{Put: put})
	t.refusals = append(t.refusals, refused)
}

// update adds a change of an item. A change of nothing is a condition only: DynamoDB rejects an empty update.
func (t *transaction) update(of key, edit updateExpression, refused refusal) {
	if edit.expression == "" && edit.condition != nil {
		t.demand(of, *edit.condition, edit.names, edit.values, refused)
		return
	}
	t.items = append(t.items, types.TransactWriteItem{Update: &types.Update{
		TableName: &t.table, Key: of.attributes(), UpdateExpression: &edit.expression, ConditionExpression: edit.condition,
		ExpressionAttributeNames: edit.names, ExpressionAttributeValues: unlessEmpty(edit.values),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}})
	t.refusals = append(t.refusals, refused)
}

// remove takes away a guard, which must be of the account.
func (t *transaction) remove(guard key, of account.ID) {
	t.take(guard, "#account = :account", map[string]string{"#account": "account"}, item{":account": text(string(of))}, nil)
}

// take takes an item away, which must be there as the condition says.
func (t *transaction) take(of key, condition string, names map[string]string, values item, refused refusal) {
	t.items = append(t.items, types.TransactWriteItem{Delete: &types.Delete{
		TableName: &t.table, Key: of.attributes(), ConditionExpression: &condition, ExpressionAttributeNames: names,
		ExpressionAttributeValues: unlessEmpty(values), ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}})
	t.refusals = append(t.refusals, refused)
}

// demand adds a condition on an item that stays as it is.
func (t *transaction) demand(of key, condition string, names map[string]string, values item, refused refusal) {
	t.items = append(t.items, types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &t.table, Key: of.attributes(), ConditionExpression: &condition, ExpressionAttributeNames: names,
		ExpressionAttributeValues: unlessEmpty(values), ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}})
	t.refusals = append(t.refusals, refused)
}

// unlessEmpty returns the values of an expression, or nil if there are none: DynamoDB rejects an empty map.
func unlessEmpty(values item) item {
	if len(values) == 0 {
		return nil
	}
	return values
}

// exists is the condition that an item is there.
const exists = "attribute_exists(#pk)"

var pkName = map[string]string{"#pk": partitionAttribute}

// edit is an update expression with what it needs.
type updateExpression struct {
	expression string
	condition  *string
	names      map[string]string
	values     item
}

// provided returns the edit with a condition and its names and values.
func (c updateExpression) provided(condition string, names map[string]string, values item) updateExpression {
	c.condition = &condition
	c.names, c.values = maps.Clone(c.names), maps.Clone(c.values)
	maps.Copy(c.names, names)
	maps.Copy(c.values, values)
	return c
}

// commit writes the transaction: 1 round trip, and more only after a conflict or an unknown outcome. It returns the refusal
// of the first item whose condition does not hold. After an unknown outcome it looks for the proof instead of assuming, and
// tries again under the same token when there is none.
func (s *Store) commit(ctx context.Context, t *transaction) error {
	if t.err != nil {
		return fmt.Errorf("write: %w", t.err)
	}
	inDoubt := false
	for try := 1; ; try++ {
		err := s.send(ctx, t)
		switch outcomeOf(err) {
		case done:
			return nil
		case wrong:
			return fmt.Errorf("write: %w", err)
		case refused:
			return s.refuse(ctx, t, err, inDoubt)
		case unknown:
			inDoubt = true
			if committed, lookErr := s.tookPlace(ctx, t); committed && lookErr == nil {
				return nil
			}
		case contended:
		}
		if try == maxTries || s.pause(ctx, try) != nil {
			return unavailable(fmt.Errorf("write: %w", err))
		}
	}
}

func (s *Store) send(ctx context.Context, t *transaction) error {
	_, err := s.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: t.items, ClientRequestToken: &t.token,
	}, unrepeated) // commit must know of every try
	return err
}

// refuse finds the meaning of a cancelled transaction. When an earlier try of the same transaction may have taken place, the
// condition may have failed on what it wrote itself.
func (s *Store) refuse(ctx context.Context, t *transaction, err error, inDoubt bool) error {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return fmt.Errorf("write: %w", err)
	}
	at, _ := firstReason(cancelled)
	if at == 0 && t.proven() {
		return nil // the proof is there
	}
	if inDoubt {
		committed, lookErr := s.tookPlace(ctx, t)
		switch {
		case lookErr != nil:
			return unavailable(errors.Join(err, lookErr))
		case committed:
			return nil
		}
	}
	if at >= len(t.refusals) || t.refusals[at] == nil {
		return fmt.Errorf("write: item %d: %w", at, err)
	}
	return t.refusals[at](cancelled.CancellationReasons[at].Item)
}

// LookTimeout is for finding out how a write ended although its request has run out of time. Whoever ends a request leaves
// the store as long as this after its end (httpapi.Reserve).
const LookTimeout = 2 * time.Second

// proven tells whether the transaction writes an item by which it is recognised.
func (t *transaction) proven() bool { return t.proof != key{} }

// tookPlace looks for the proof. It asks by BatchGetItem, which roles need anyway before they write: whoever may send a
// transaction may look for it (tools/record).
func (s *Store) tookPlace(ctx context.Context, t *transaction) (bool, error) {
	if !t.proven() {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), LookTimeout)
	defer cancel()
	found, err := s.getAll(ctx, consistent, t.proof)
	return found[t.proof] != nil, err
}
