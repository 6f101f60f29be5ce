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

// acceptance returns the acceptance of a running operation on one batch of three customers.
func (s *fixture) acceptance(t *testing.T) operation.Acceptance {
	t.Helper()
	originator := account.ID(s.id(t, account.ResellerPrefix))
	due := s.now().UTC()
	o := operation.Operation{
		ID:           s.id(t, operation.IDPrefix),
		Kind:         operation.Suspend,
		State:        operation.Running,
		Originator:   originator,
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
	started := s.newEvent(t, originator)
	started.Name, started.Subject = event.OperationStarted, o.ID
	return operation.Acceptance{
		Operation: o,
		Chunks:    [][]operation.Item{items},
		Event:     started,
		Record: &idempotency.Record{
			Key:       idempotency.Key{Name: o.ID, Fingerprint: "f"},
			Answer:    []byte("1"),
			ExpiresAt: s.now().UTC().Add(time.Hour),
		},
	}
}

// tally has the counts of an operation, and its version, which counts its changes.
type tally struct{ started, finished, succeeded, failed, cancelled, version int64 }

// readTally returns the stored counts of an operation.
func (s *fixture) readTally(t *testing.T, id string) tally {
	t.Helper()
	o, _, err := s.reliable.ReadOperation(t.Context(), id, idempotency.Key{})
	if err != nil || o == nil {
		t.Fatalf("operation = %v, error %v; want an operation", o, err)
	}
	return tally{o.StartedBatches, o.FinishedBatches, o.Succeeded, o.Failed, o.Cancelled, o.Version}
}

// failuresByName are the failures of the calls of a transaction.
var failuresByName = map[string][]failure{
	"response lost":              {responseLost},
	"two responses lost":         {responseLost, responseLost},
	"request lost":               {requestLost},
	"server error after write":   {serverErrorAfterWrite},
	"conflict and lost response": {cancelled(conflict), responseLost},
	"lost response and conflict": {responseLost, cancelled(conflict)},
	"throttled":                  {throttled()},
}

// Failed calls do not repeat or lose the acceptance of an operation, the start and end of a batch, or a change.
func TestOperationChangesAreWrittenOnce(t *testing.T) {
	for name, failures := range failuresByName {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t)
			acceptance := s.acceptance(t)
			o := &acceptance.Operation
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
			changed := s.newEvent(t, o.Originator)
			for _, step := range []struct {
				name string
				do   func() error
				want tally
			}{
				{"accept", func() error { return s.AcceptOperation(t.Context(), acceptance) }, tally{version: 1}},
				{"begin", func() error { return s.BeginBatch(t.Context(), o, batch, s.now()) }, tally{started: 1, version: 2}},
				{"finish", func() error { return s.FinishBatch(t.Context(), o, result, s.now()) }, tally{1, 1, 1, 1, 1, 3}},
				{"change", func() error {
					return s.UpdateOperation(t.Context(), operation.Revision{Before: before, After: ended, Event: &changed})
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
				t.Errorf("%d events, error %v; want 2", len(events), err)
			}
			if _, got, _, err := s.reliable.ReadBatch(t.Context(), o.ID, 0); err != nil || !reflect.DeepEqual(*got, result) {
				t.Errorf("batch %+v, error %v; want %+v", got, err, result)
			}
		})
	}
}

// A worker that never gets a response does not know the outcome. The next worker gets a conflict and reads the batch.
func TestBatchWithUnknownOutcomeIsTakenOver(t *testing.T) {
	s := newFixture(t)
	acceptance := s.acceptance(t)
	o := &acceptance.Operation
	if err := s.reliable.AcceptOperation(t.Context(), acceptance); err != nil {
		t.Fatal(err)
	}
	batch := operation.Batch{Operation: o.ID, StartedAt: s.now().UTC()}
	result := batch
	result.Finished, result.Succeeded = true, 3
	for _, step := range []struct {
		do   func(store *Store) error
		want tally
	}{
		{func(store *Store) error { return store.BeginBatch(t.Context(), o, batch, s.now()) }, tally{started: 1, version: 2}},
		{
			func(store *Store) error { return store.FinishBatch(t.Context(), o, result, s.now()) },
			tally{started: 1, finished: 1, succeeded: 3, version: 3},
		},
	} {
		s.faults.fail(transactWrite, times(usual.attempts, responseLost)...)
		if err := step.do(s.Store); !fault.Is(err, fault.Unavailable) {
			t.Errorf("error = %v, want unavailable", err)
		}
		if err := step.do(s.reliable); !fault.Is(err, fault.Conflict) {
			t.Errorf("error of the next worker = %v, want conflict", err)
		}
		if got := s.readTally(t, o.ID); got != step.want {
			t.Errorf("counts %+v, want %+v", got, step.want)
		}
	}
}

// The longest list of items is accepted in one transaction (AWS limits: 100 items and 4 MB).
func TestLongestListFitsIntoOneTransaction(t *testing.T) {
	s := newFixture(t)
	acceptance := s.acceptance(t)
	acceptance.Operation.Total, acceptance.Chunks = operation.MaxItems, nil
	for chunk := range operation.MaxItems / operation.ChunkSize {
		items := make([]operation.Item, operation.ChunkSize)
		for i := range items {
			items[i] = operation.Item{
				Customer: account.ID(fmt.Sprintf("cus_%026d", chunk*operation.ChunkSize+i)),
				Plan:     fmt.Sprintf("cpl_%026d", i),
			}
		}
		acceptance.Chunks = append(acceptance.Chunks, items)
	}
	size := 0
	s.faults.fail(transactWrite, inspectBody(func(body map[string]any) { size = len(body["TransactItems"].([]any)) }))
	if err := s.AcceptOperation(t.Context(), acceptance); err != nil {
		t.Fatal(err)
	}
	s.faults.expectCalls(t, transactWrite)
	if size > 100 {
		t.Errorf("the transaction has %d items, want at most 100", size)
	}
	for chunk, want := range acceptance.Chunks {
		items, _, err := s.reliable.ReadChunk(t.Context(), acceptance.Operation.ID, int64(chunk))
		if err != nil || !reflect.DeepEqual(items, want) {
			t.Fatalf("chunk %d has %d items, error %v; want %d", chunk, len(items), err, len(want))
		}
	}
}
