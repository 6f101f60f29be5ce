package memtable

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Limits of a transaction.
const (
	maxWrites      = 100
	maxTransaction = 4 << 20 // bytes
	maxToken       = 36
)

const conditionFailed = "The conditional request failed"

// TransactWriteItems implements dynamo.Client.
func (t *Table) TransactWriteItems(
	ctx context.Context, input *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options),
) (*dynamodb.TransactWriteItemsOutput, error) {
	if err := t.begin(ctx, &t.name); err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	writes, err := t.prepareAll(input.TransactItems)
	if err != nil {
		return nil, err
	}
	repeated, err := t.repeated(input)
	if repeated || err != nil {
		return &dynamodb.TransactWriteItemsOutput{}, err
	}
	if err := t.commit(writes); err != nil {
		return nil, err
	}
	if token := input.ClientRequestToken; token != nil {
		t.requests[*token] = request{input.TransactItems, t.now()}
	}
	return &dynamodb.TransactWriteItemsOutput{}, nil
}

// tokenLifetime is the time for which DynamoDB remembers the token of a transaction.
const tokenLifetime = 10 * time.Minute

// request is a committed transaction and the time of its commit.
type request struct {
	items       []types.TransactWriteItem
	committedAt time.Time
}

// repeated reports whether a transaction was committed in the last ten minutes under the same token.
func (t *Table) repeated(input *dynamodb.TransactWriteItemsInput) (bool, error) {
	if input.ClientRequestToken == nil {
		return false, nil
	}
	token := *input.ClientRequestToken
	if token == "" || len(token) > maxToken {
		return false, invalid("ClientRequestToken has between 1 and %d characters", maxToken)
	}
	first, known := t.requests[token]
	if !known || t.now().Sub(first.committedAt) > tokenLifetime {
		return false, nil
	}
	if !reflect.DeepEqual(first.items, input.TransactItems) {
		return false, &types.IdempotentParameterMismatchException{
			Message: aws.String("The token was used with other parameters"),
		}
	}
	return true, nil
}

func (t *Table) prepareAll(wanted []types.TransactWriteItem) ([]*write, error) {
	if len(wanted) == 0 || len(wanted) > maxWrites {
		return nil, invalid("A transaction has between 1 and %d items, not %d", maxWrites, len(wanted))
	}
	writes, size := make([]*write, len(wanted)), 0
	seen := make(map[primaryKey]bool, len(wanted))
	for i, one := range wanted {
		w, err := t.prepare(one)
		if err != nil {
			return nil, err
		}
		if seen[w.key] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		}
		seen[w.key], writes[i] = true, w
		size += sizeOf(w.put) + sizeOf(w.with.values)
	}
	if size > maxTransaction {
		return nil, invalid("The transaction has more than %d bytes", maxTransaction)
	}
	return writes, nil
}

// commit makes all writes, or none if a condition does not hold.
func (t *Table) commit(writes []*write) error {
	reasons, cancelled := make([]types.CancellationReason, len(writes)), false
	after := make([]item, len(writes))
	for i, w := range writes {
		reasons[i].Code = aws.String("None")
		if !w.holds() {
			cancelled = true
			reasons[i] = types.CancellationReason{
				Code: aws.String("ConditionalCheckFailed"), Message: aws.String(conditionFailed), Item: w.shown(),
			}
			continue
		}
		var err error
		if after[i], err = w.after(); err == nil && after[i] != nil {
			err = t.checkItem(after[i])
		}
		if err != nil {
			cancelled = true
			reasons[i] = types.CancellationReason{Code: aws.String("ValidationError"), Message: aws.String(err.Error())}
		}
	}
	if cancelled {
		return &types.TransactionCanceledException{Message: aws.String("Transaction cancelled"), CancellationReasons: reasons}
	}
	for i, w := range writes {
		if !w.onlyCheck {
			t.replace(w.key, w.before, after[i])
		}
	}
	return nil
}

// write is one write, or one condition, on an item.
type write struct {
	key       primaryKey
	before    item
	condition *condition // nil for none
	with      placeholders
	showOld   bool

	put       item    // or
	update    *update // with
	keyItem   item    // or
	onlyCheck bool    // or a deletion
}

// prepare reads a write and the item that it is about.
func (t *Table) prepare(wanted types.TransactWriteItem) (*write, error) {
	var (
		w          write
		table      *string
		expression *string
		old        types.ReturnValuesOnConditionCheckFailure
	)
	switch {
	case wanted.Put != nil:
		p := wanted.Put
		w.put, w.with = maps.Clone(p.Item), placeholders{p.ExpressionAttributeNames, p.ExpressionAttributeValues}
		table, expression, old = p.TableName, p.ConditionExpression, p.ReturnValuesOnConditionCheckFailure
	case wanted.Update != nil:
		u := wanted.Update
		w.keyItem, w.with = u.Key, placeholders{u.ExpressionAttributeNames, u.ExpressionAttributeValues}
		w.update = parseUpdate(aws.ToString(u.UpdateExpression))
		table, expression, old = u.TableName, u.ConditionExpression, u.ReturnValuesOnConditionCheckFailure
	case wanted.Delete != nil:
		d := wanted.Delete
		w.keyItem, w.with = d.Key, placeholders{d.ExpressionAttributeNames, d.ExpressionAttributeValues}
		table, expression, old = d.TableName, d.ConditionExpression, d.ReturnValuesOnConditionCheckFailure
	case wanted.ConditionCheck != nil:
		c := wanted.ConditionCheck
		w.keyItem, w.with, w.onlyCheck = c.Key, placeholders{c.ExpressionAttributeNames, c.ExpressionAttributeValues}, true
		table, expression, old = c.TableName, c.ConditionExpression, c.ReturnValuesOnConditionCheckFailure
	}
	w.showOld = old == types.ReturnValuesOnConditionCheckFailureAllOld
	if err := t.checkTable(table); err != nil {
		return nil, err
	}
	return &w, t.read(&w, expression)
}

// read reads what a write is about, and checks its expressions.
func (t *Table) read(w *write, expression *string) (err error) {
	if w.put != nil {
		w.key, err = t.keyOf(w.put)
	} else {
		w.key, err = t.onlyKey(w.keyItem)
	}
	if err != nil {
		return err
	}
	w.before = t.find(w.key)
	var used []string
	if expression != nil {
		if *expression == "" {
			return invalid("Invalid ConditionExpression: The expression can not be empty;")
		}
		w.condition = parseCondition(*expression)
		used = w.condition.used
	}
	if w.update != nil {
		used = append(slices.Clip(used), w.update.used...)
	}
	if err := w.with.check(used...); err != nil {
		return err
	}
	if w.update != nil {
		return w.update.check(t.items, w.with)
	}
	return nil
}

func (w *write) holds() bool {
	return w.condition == nil || w.condition.root.holds(w.before, w.with)
}

// shown is the item that a refused write shows.
func (w *write) shown() item {
	if !w.showOld {
		return nil
	}
	return maps.Clone(w.before)
}

// after is the item after the write; nil for none.
func (w *write) after() (item, error) {
	switch {
	case w.onlyCheck:
		return w.before, nil
	case w.update != nil:
		return w.update.apply(w.before, w.keyItem, w.with)
	}
	return w.put, nil
}
