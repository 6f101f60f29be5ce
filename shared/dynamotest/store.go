// Package dynamotest gives tests the real store, on a table in memory. Its calls of the storage can be made to go wrong.
package dynamotest

import (
	"context"
	"testing"
	"time"

	"tenantry/shared/dynamo"
	"tenantry/shared/dynamotest/memtable"
)

// tableName is the name of every table.
const tableName = "tenantry-test"

// Store is the store on a table of its own, and what goes wrong with its calls.
type Store struct {
	*dynamo.Store
	Faults

	table *memtable.Table
	sound *dynamo.Store // whose calls never go wrong
	now   func() time.Time
}

// New returns an empty store that goes by the clock. It does not wait between attempts.
func New(tb testing.TB, now func() time.Time) *Store {
	tb.Helper()
	return on(memtable.New(dynamo.Schema(tableName), now), now)
}

func on(table *memtable.Table, now func() time.Time) *Store {
	s := &Store{table: table, now: now, sound: open(table, now)}
	s.Store = open(client{table, s.around}, now)
	return s
}

func open(client dynamo.Client, now func() time.Time) *dynamo.Store {
	return dynamo.New(client, tableName, now, func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
}

// Clone returns a store on a copy of the table, with a clock of its own. Nothing goes wrong with it.
func (s *Store) Clone(now func() time.Time) *Store { return on(s.table.Clone(now), now) }

// View returns another store on the same table, as another process has it. Its calls go through around, and not through what
// goes wrong with this one.
func (s *Store) View(around Around) *Store {
	view := &Store{table: s.table, now: s.now, sound: s.sound}
	view.Store = open(client{client{s.table, around}, view.around}, s.now)
	return view
}
