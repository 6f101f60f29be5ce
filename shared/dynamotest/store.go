// Package dynamotest gives tests the real store, on a table in memory. Its calls of the storage can be made to go
// wrong.
package dynamotest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/dynamo"
	"tenantry/shared/dynamotest/memtable"
	"tenantry/shared/edit"
	"tenantry/shared/event"
)

// tableName is the name of every table.
const tableName = "tenantry-test"

// Store is the store on a table of its own, and what goes wrong with its calls.
type Store struct {
	*dynamo.Store
	Faults

	table   *memtable.Table
	sound   *dynamo.Store // whose calls never go wrong
	now     func() time.Time
	altered atomic.Int64 // the accounts that Alter has changed, which numbers their events
}

// New returns an empty store that goes by the clock. It does not wait between attempts.
func New(now func() time.Time) *Store {
	return on(memtable.New(dynamo.Schema(tableName)), now)
}

func on(table *memtable.Table, clock func() time.Time) *Store {
	var mu sync.Mutex
	now := func() time.Time { // the store reads the clock in several goroutines
		mu.Lock()
		defer mu.Unlock()
		return clock()
	}
	s := &Store{table: table, now: now, sound: open(table, now)}
	s.Store = open(client{table, s.around}, now)
	return s
}

func open(client dynamo.Client, now func() time.Time) *dynamo.Store {
	return dynamo.New(client, tableName, now, func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
}

// Clone returns a store on a copy of the table, with a clock of its own. Nothing goes wrong with it.
func (s *Store) Clone(now func() time.Time) *Store { return on(s.table.Clone(), now) }

// Alter changes an account in a way that no use case does. Nothing goes wrong with it, and its event is in nobody's
// trail.
func (s *Store) Alter(ctx context.Context, id account.ID, change func(*account.Account)) error {
	before, err := s.sound.ReadAccount(ctx, id)
	if err != nil {
		return err
	}
	after := before.Clone()
	change(&after)
	after.Version++
	altered := event.Event{
		ID:      fmt.Sprintf("evt_altered%d", s.altered.Add(1)),
		Account: "altered",
		At:      s.now(),
		Version: after.Version,
	}
	return s.sound.ChangeAccount(ctx, edit.AccountChange{Before: *before, After: after, Event: altered})
}

// Drop deletes an account's item and nothing else. Nothing goes wrong with it.
func (s *Store) Drop(ctx context.Context, id account.ID) error {
	_, err := s.table.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String(tableName), Key: stored{
		"pk": &types.AttributeValueMemberS{
			Value: "ACCOUNT#" + string(id),
		},
		"sk": &types.AttributeValueMemberS{Value: string(Account)},
	}})
	return err
}

// View returns another store on the same table, as another process has it. Its calls go through around, and not through
// what goes wrong with this one.
func (s *Store) View(around Around) *Store {
	view := &Store{table: s.table, now: s.now, sound: s.sound}
	view.Store = open(client{client{s.table, around}, view.around}, s.now)
	return view
}

// Lagging returns another store on the same table, whose lists lag up to the longest time behind. Choose returns which
// of the states that a list had in that time it shows, 0 for the oldest.
func (s *Store) Lagging(longest time.Duration, choose func(states int) int) *Store {
	view := &Store{table: s.table, now: s.now, sound: s.sound}
	view.Store = open(client{s.table.Lagging(longest, s.now, choose), view.around}, s.now)
	return view
}
