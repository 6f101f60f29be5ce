package operation_test

import (
	"fmt"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/flowtest"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/request"
	"tenantry/shared/search"
)

// indexedScene is a scene whose customers are indexed. Every tenth customer is suspended.
func indexedScene(t *testing.T, customers int) *flowtest.Scene {
	var events []event.Event
	s := flowtest.NewOn(t, func(now func() time.Time) *dynamotest.Store {
		return dynamotest.NewRecording(now, func(written event.Event) { events = append(events, written) })
	}, 1, customers)
	for i := 0; i < customers; i += 10 {
		_, err := s.AccountChanger().Suspend(
			t.Context(), s.Caller(s.North), request.Metadata{}, string(s.Customers[i]), account.HoldInput{})
		if err != nil {
			t.Fatal(err)
		}
	}
	indexer := search.Indexer{Store: s.Store, Now: s.Now}
	if handled, err := indexer.Handle(t.Context(), events); err != nil || handled < len(events) {
		t.Fatalf("the index has followed %d of %d events, error %v", handled, len(events), err)
	}
	return s
}

// TestPlanFillsChunkFromShortPages plans an operation whose filter is a search with many short pages. Each call adds to
// the same chunk.
func TestPlanFillsChunkFromShortPages(t *testing.T) {
	const customers = 1300
	s := indexedScene(t, customers)
	acceptor := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
	filter := &operation.Filter{Search: "CUSTOMER", Status: account.Suspended}
	accepted, err := acceptor.Accept(
		t.Context(), s.Caller(s.North), request.Metadata{}, operation.Activate, operation.NewOperation{Filter: filter})
	if err != nil {
		t.Fatal(err)
	}
	planner := operation.Planner{Store: s.Store, Now: s.Now, MaxPages: 1}
	planned, err := planner.Plan(t.Context(), operation.ExecutionInput{Operation: accepted.ID, Attempt: 1})
	if err != nil || planned.More || len(planned.Groups) != 1 {
		t.Fatalf("planned %+v, error %v, want one group", planned, err)
	}
	o, _, err := s.Store.ReadOperation(t.Context(), accepted.ID, idempotency.Key{})
	if err != nil || o.Total != customers/10 || o.Version < 4 {
		t.Fatalf("got %+v, error %v, want %d items from several pages", o, err, customers/10)
	}
	items, _, err := s.Store.ReadChunk(t.Context(), accepted.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[account.ID]bool{}
	for _, item := range items {
		seen[item.Customer] = true
	}
	if len(items) != customers/10 || len(seen) != len(items) {
		t.Errorf("the chunk has %d items, %d of them different, want %d", len(items), len(seen), customers/10)
	}
}

// A blank search must not select all customers.
func TestBlankSearchIsRejected(t *testing.T) {
	s := flowtest.New(t, 1, 1)
	acceptor := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
	for _, text := range []string{" ", "\u00ad", "\u0301"} {
		_, err := acceptor.Accept(t.Context(), s.Caller(s.North), request.Metadata{}, operation.Suspend,
			operation.NewOperation{Filter: &operation.Filter{Search: text}})
		if err == nil {
			t.Errorf("the search %s is accepted, want an error", fmt.Sprintf("%+q", text))
		}
	}
}
