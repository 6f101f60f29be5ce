// Package dynamotest gives tests the real store, on a table in memory. Its calls of the storage can be made to go
// wrong.
package dynamotest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/dynamo"
	"tenantry/shared/dynamotest/memtable"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/maillimit"
)

// tableName is the name of every table in memory.
const tableName = "tenantry-test"

// Table is a table that the store uses.
type Table interface {
	dynamo.Client
	// All returns all items of the table. Events are in the order in which they were written.
	All() []map[string]types.AttributeValue
}

// Store is the store on a table of its own, and what goes wrong with its calls.
type Store struct {
	*dynamo.Store
	Faults

	table   Table
	name    string        // of the table
	sound   *dynamo.Store // whose calls never go wrong
	now     func() time.Time
	altered atomic.Int64 // the accounts that Alter has changed, which numbers their events
}

// New returns an empty store on a table in memory. It uses the clock, and does not wait between attempts.
func New(now func() time.Time) *Store {
	now = locked(now)
	return On(memtable.New(dynamo.Schema(tableName), now), tableName, now)
}

// On returns the store on a table. It uses the clock, and does not wait between attempts.
func On(table Table, name string, now func() time.Time) *Store {
	s := &Store{table: table, name: name, now: locked(now)}
	s.sound = s.open(table)
	s.Store = s.open(client{table, s.around})
	return s
}

// locked returns a clock that several goroutines of a store may read.
func locked(clock func() time.Time) func() time.Time {
	var mu sync.Mutex
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return clock()
	}
}

func (s *Store) open(client dynamo.Client) *dynamo.Store {
	return dynamo.New(client, s.name, s.now, func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
}

// memory returns the table in memory. It panics if the store is on another table.
func (s *Store) memory() *memtable.Table {
	table, isMemory := s.table.(*memtable.Table)
	if !isMemory {
		panic(fmt.Sprintf("the table is a %T, want a table in memory", s.table))
	}
	return table
}

// Clone returns a store on a copy of the table in memory, with a clock of its own. Nothing goes wrong with it.
func (s *Store) Clone(now func() time.Time) *Store {
	now = locked(now)
	return On(s.memory().Clone(now), s.name, now)
}

// Alter changes an account in a way that no use case does. Nothing goes wrong with it, and its event is in nobody's
// trail.
func (s *Store) Alter(ctx context.Context, id account.ID, change func(*account.Account)) error {
	return s.alter(ctx, id, "", change)
}

func (s *Store) alter(ctx context.Context, id account.ID, passwordHash string, change func(*account.Account)) error {
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
	return s.sound.ChangeAccount(ctx, edit.AccountChange{
		Before: *before, After: after, Event: altered, PasswordHash: passwordHash,
	})
}

// SetPassword sets the hash of an account's password. Nothing goes wrong with it, and its event is in nobody's trail.
func (s *Store) SetPassword(ctx context.Context, id account.ID, hash string) error {
	return s.alter(ctx, id, hash, func(a *account.Account) { a.PasswordVersion++ })
}

// Drop deletes an account's item and nothing else. Nothing goes wrong with it.
func (s *Store) Drop(ctx context.Context, id account.ID) error {
	_, err := s.table.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.name, Key: stored{
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
	view := &Store{table: s.table, name: s.name, now: s.now, sound: s.sound}
	view.Store = view.open(client{client{s.table, around}, view.around})
	return view
}

// Lagging returns another store on the same table in memory, whose lists lag up to the longest time behind. Choose
// returns which of the states that a list had in that time it shows, 0 for the oldest.
func (s *Store) Lagging(longest time.Duration, choose func(states int) int) *Store {
	view := &Store{table: s.table, name: s.name, now: s.now, sound: s.sound}
	view.Store = view.open(client{s.memory().Lagging(longest, s.now, choose), view.around})
	return view
}

// Mails returns a limiter of mails with the default limits.
func (s *Store) Mails() maillimit.Limiter {
	return maillimit.Limiter{Attempts: s, Limits: maillimit.DefaultLimits}
}
