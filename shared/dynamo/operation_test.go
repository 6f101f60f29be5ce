package dynamo

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
)

// accepting is a running operation on one batch of customers.
func (s *fixture) acceptance(t *testing.T) operation.Acceptance {
	t.Helper()
	by := account.ID(s.id(t, account.ResellerPrefix))
	due := s.now().UTC()
	o := operation.Operation{
		ID: s.id(
			t,
			operation.IDPrefix,
		),
		Kind:         operation.Suspend,
		State:        operation.Running,
		Originator:   by,
		ListComplete: true,
		Attempt:      1,
		Total:        3,
		CreatedAt:    s.now().UTC(),
		DueAt:        &due,
		Version:      1,
	}
	items := make([]operation.Item, 3)
	for i := range items {
		items[i].Customer = account.ID(s.id(t, account.CustomerPrefix))
	}
	happened := s.newEvent(t, by)
	happened.Name, happened.Subject = event.OperationStarted, o.ID
	return operation.Acceptance{
		Operation: o,
		Chunks:    [][]operation.Item{items},
		Event:     happened,
		Record: &idempotency.Record{
			Key:       idempotency.Key{Name: o.ID, Fingerprint: "f"},
			Answer:    []byte("1"),
			ExpiresAt: s.now().UTC().Add(time.Hour),
		},
	}
}

// tally is what must be exact in an operation, with its version, which counts its changes.
type tally struct{ begun, finished, succeeded, failed, cancelled, version int64 }

func (s *fixture) readTally(t *testing.T, id string) tally {
	t.Helper()
	o, _, err := s.reliable.ReadOperation(t.Context(), id, idempotency.Key{})
	if err != nil || o == nil {
		t.Fatalf("operation = %v, %v", o, err)
	}
	return tally{o.StartedBatches, o.FinishedBatches, o.Succeeded, o.Failed, o.Cancelled, o.Version}
}

// troubles are what may become of the calls of a transaction.
var failuresByName = map[string][]failure{
	"an answer that is lost":       {responseLost},
	"two answers that are lost":    {responseLost, responseLost},
	"a call that is lost":          {requestLost},
	"a failure afterwards":         {serverErrorAfterWrite},
	"a conflict and a lost answer": {cancelled(conflict), responseLost},
	"a lost answer and a conflict": {responseLost, cancelled(conflict)},
	"throttling":                   {throttled()},
}

// An operation is accepted once, its batches begin and finish once, and it changes once, whatever becomes of the calls.
func TestOperationChangesAreWrittenOnce(t *testing.T) {
	for failing, failures := range failuresByName {
		t.Run(failing, func(t *testing.T) {
			s := newFixture(t)
			accepting := s.acceptance(t)
			o := &accepting.Operation
			batch := operation.Batch{Operation: o.ID, StartedAt: s.now().UTC()}
			result := batch
			result.Finished, result.Succeeded = true, 1
			result.Unsuccessful = []operation.ItemResult{
				{Index: 1, State: operation.Failed},
				{Index: 2, State: operation.Cancelled},
			}
			ended := *o
			ended.State, ended.Version = operation.PartiallyFailed, 4
			ended.StartedBatches, ended.FinishedBatches, ended.Succeeded, ended.Failed, ended.Cancelled = 1, 1, 1, 1, 1
			before := ended
			before.State, before.Version = operation.Running, 3
			happened := s.newEvent(t, o.Originator)
			for _, step := range []struct {
				name string
				do   func() error
				want tally
			}{
				{"accept", func() error { return s.AcceptOperation(t.Context(), accepting) }, tally{version: 1}},
				{"begin", func() error { return s.BeginBatch(t.Context(), o, batch, s.now()) }, tally{begun: 1, version: 2}},
				{"finish", func() error { return s.FinishBatch(t.Context(), o, result, s.now()) }, tally{1, 1, 1, 1, 1, 3}},
				{"change", func() error {
					return s.UpdateOperation(t.Context(), operation.Revision{Before: before, After: ended, Event: &happened})
				}, tally{1, 1, 1, 1, 1, 4}},
			} {
				s.faults.fail(transactWrite, failures...)
				if err := step.do(); err != nil {
					t.Errorf("%s: %v", step.name, err)
				}
				if got := s.readTally(t, o.ID); got != step.want {
					t.Errorf("after %s: %+v, want %+v", step.name, got, step.want)
				}
			}
			if events, _, err := s.reliable.ListEvents(t.Context(), o.Originator, "", 100); err != nil || len(events) != 2 {
				t.Errorf("%d events, %v", len(events), err)
			}
			if _, got, _, err := s.reliable.ReadBatch(t.Context(), o.ID, 0); err != nil || !reflect.DeepEqual(*got, result) {
				t.Errorf("batch %+v, %v, want %+v", got, err, result)
			}
		})
	}
}

// A worker that gets no answer to the end does not know, and the next one takes up the batch as it finds it.
func TestBatchWithUnknownOutcomeIsTakenOver(t *testing.T) {
	s := newFixture(t)
	accepting := s.acceptance(t)
	o := &accepting.Operation
	if err := s.reliable.AcceptOperation(t.Context(), accepting); err != nil {
		t.Fatal(err)
	}
	batch := operation.Batch{Operation: o.ID, StartedAt: s.now().UTC()}
	result := batch
	result.Finished, result.Succeeded = true, 3
	for _, step := range []struct {
		do   func(store *Store) error
		want tally
	}{
		{func(store *Store) error { return store.BeginBatch(t.Context(), o, batch, s.now()) }, tally{begun: 1, version: 2}},
		{func(store *Store) error { return store.FinishBatch(t.Context(), o, result, s.now()) }, tally{begun: 1, finished: 1, succeeded: 3, version: 3}},
	} {
		s.faults.fail(transactWrite, times(maxAttempts, responseLost)...)
		if err := step.do(s.Store); !fault.Is(err, fault.Unavailable) {
			t.Errorf("error = %v", err)
		}
		if err := step.do(s.reliable); !fault.Is(err, fault.Conflict) {
			t.Errorf("the next one: %v", err)
		}
		if got := s.readTally(t, o.ID); got != step.want {
			t.Errorf("%+v, want %+v", got, step.want)
		}
	}
}

// The longest item list is accepted in one transaction, within what the storage takes: 100 items and 4 MB.
func TestLongestListFitsIntoOneTransaction(t *testing.T) {
	s := newFixture(t)
	accepting := s.acceptance(t)
	accepting.Operation.Total, accepting.Chunks = operation.MaxItems, nil
	for chunk := range operation.MaxItems / operation.ChunkSize {
		items := make([]operation.Item, operation.ChunkSize)
		for i := range items {
			items[i] = operation.Item{
				Customer: account.ID(fmt.Sprintf("cus_%026d", chunk*operation.ChunkSize+i)),
				Plan:     fmt.Sprintf("cpl_%026d", i),
			}
		}
		accepting.Chunks = append(accepting.Chunks, items)
	}
	size := 0
	s.faults.fail(transactWrite, inspectBody(func(body map[string]any) { size = len(body["TransactItems"].([]any)) }))
	if err := s.AcceptOperation(t.Context(), accepting); err != nil {
		t.Fatal(err)
	}
	s.faults.expectCalls(t, transactWrite)
	if size > 100 {
		t.Errorf("%d items in the transaction", size)
	}
	for chunk, want := range accepting.Chunks {
		if items, _, err := s.reliable.ReadChunk(
			t.Context(),
			accepting.Operation.ID,
			int64(chunk),
		); err != nil ||
			!reflect.DeepEqual(items, want) {
			t.Fatalf("chunk %d: %d items, %v", chunk, len(items), err)
		}
	}
}
