package dynamotest

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/dynamo"
)

// The longest times of calls on AWS. DynamoDB publishes single-digit milliseconds for a call; a transaction holds its
// items while it lasts. The shortest times are a quarter of them.
const (
	Latency = 5 * time.Millisecond
	Hold    = 20 * time.Millisecond
)

func wait(longest time.Duration) {
	if longest > 0 {
		time.Sleep(longest/4 + rand.N(longest*3/4)) //nolint:gosec // a pause is no secret
	}
}

// Contention cancels transactions as DynamoDB does: a transaction holds its items for some milliseconds, and another
// transaction that meets a held item is cancelled. The table in memory alone is serial.
type Contention struct {
	latency, hold time.Duration

	mu        sync.Mutex
	held      map[string]bool // by key
	sent      map[Kind]int    // transactions that were committed, by the kinds of items that they write
	conflicts int
}

// NewContention returns a contention without held items, with the longest time of a call that is no transaction and
// the longest time for which a transaction holds its items.
func NewContention(latency, hold time.Duration) *Contention {
	return &Contention{latency: latency, hold: hold, held: map[string]bool{}, sent: map[Kind]int{}}
}

// Conflicts returns the number of cancelled transactions.
func (c *Contention) Conflicts() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conflicts
}

// Transactions returns the number of committed transactions that write an item of the kind.
func (c *Contention) Transactions(kind Kind) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent[kind]
}

// Contend makes the store, and others on its table that share the contention, compete for items. Between attempts the
// store waits as in production. It groups writes, as the functions do that process batches.
func (s *Store) Contend(c *Contention) *Store {
	contended := &Store{table: s.table, name: s.name, sound: s.sound, now: s.now}
	around := func(call Call, send func() error) error {
		if call.Operation != "TransactWriteItems" {
			wait(c.latency)
		}
		return contended.around(call, send)
	}
	contended.Store = dynamo.New(client{contendedClient{s.table, c}, around}, s.name, s.now, dynamo.WaitJittered)
	contended.GroupWrites()
	return contended
}

type contendedClient struct {
	Table

	contention *Contention
}

// TransactWriteItems implements dynamo.Client.
func (c contendedClient) TransactWriteItems(
	ctx context.Context, input *dynamodb.TransactWriteItemsInput, options ...func(*dynamodb.Options),
) (*dynamodb.TransactWriteItemsOutput, error) {
	release, err := c.contention.take(input.TransactItems)
	if err != nil {
		return nil, err
	}
	defer release()
	wait(c.contention.hold)
	output, err := c.Table.TransactWriteItems(ctx, input, options...)
	if err == nil {
		c.contention.count(input.TransactItems)
	}
	return output, err
}

// take holds the items of a transaction until release is called. It returns DynamoDB's error if another transaction
// holds one of them.
func (c *Contention) take(writes []types.TransactWriteItem) (release func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	reasons, isHeld := make([]types.CancellationReason, len(writes)), false
	for i, write := range writes {
		reasons[i].Code = aws.String("None")
		if c.held[keyText(write)] {
			reasons[i].Code, isHeld = aws.String("TransactionConflict"), true
		}
	}
	if isHeld {
		c.conflicts++
		return nil, &types.TransactionCanceledException{CancellationReasons: reasons}
	}
	for _, write := range writes {
		c.held[keyText(write)] = true
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, write := range writes {
			delete(c.held, keyText(write))
		}
	}, nil
}

func (c *Contention) count(writes []types.TransactWriteItem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kinds := map[Kind]bool{}
	for _, kind := range describeTransaction(writes).Writes {
		kinds[kind] = true
	}
	for kind := range kinds {
		c.sent[kind]++
	}
}

// keyText returns the key of the item that a write names.
func keyText(write types.TransactWriteItem) string {
	var named stored
	switch {
	case write.Put != nil:
		named = write.Put.Item
	case write.Update != nil:
		named = write.Update.Key
	case write.Delete != nil:
		named = write.Delete.Key
	case write.ConditionCheck != nil:
		named = write.ConditionCheck.Key
	}
	return textOf(named, "pk") + "\n" + textOf(named, "sk")
}
