package dynamo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
)

// AcceptOperation writes an operation with its item list and event. Round trips: 1.
func (s *Store) AcceptOperation(ctx context.Context, accepting operation.Acceptance) error {
	t, err := s.beginWith(accepting.Event)
	if err != nil {
		return fmt.Errorf("operation: %w", err)
	}
	t.remember(accepting.Record, s.now())
	t.create(newOperationItem(&accepting.Operation), nil)
	for i, items := range accepting.Chunks {
		t.create(newChunkItem(accepting.Operation.ID, operation.Chunk{Number: int64(i), Items: items}), nil)
	}
	return s.commit(ctx, t)
}

// ReadOperation reads an operation and the record of the request. Round trips: 1.
func (s *Store) ReadOperation(ctx context.Context, id string, requestKey idempotency.Key) (*operation.Operation, *idempotency.Record, error) {
	keys := []key{operationKey(id)}
	if requestKey.IsSet() {
		keys = append(keys, idempotencyKey(requestKey.Name))
	}
	found, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, nil, err
	}
	o, err := readOperation(found[operationKey(id)])
	if err != nil {
		return nil, nil, err
	}
	record, err := readRecord(found[idempotencyKey(requestKey.Name)], s.now())
	return o, record, err
}

// ReadWithOriginator reads an operation and an account. Round trips: 1.
func (s *Store) ReadWithOriginator(ctx context.Context, id string, originator account.ID) (*operation.Operation, *account.Account, error) {
	found, err := s.getAll(ctx, consistent, operationKey(id), accountKey(originator))
	if err != nil {
		return nil, nil, err
	}
	o, err := readOperation(found[operationKey(id)])
	if err != nil {
		return nil, nil, err
	}
	a, err := readAccount(found[accountKey(originator)])
	return o, a, err
}

// UpdateOperation writes what differs in an operation. Round trips: 1.
func (s *Store) UpdateOperation(ctx context.Context, change operation.Revision) (err error) {
	t := s.beginUnproven()
	if change.Event != nil {
		if t, err = s.beginWith(*change.Event); err != nil {
			return fmt.Errorf("operation: %w", err)
		}
	}
	t.remember(change.Record, s.now())
	edit, err := difference(newOperationItem(&change.Before), newOperationItem(&change.After))
	if err != nil {
		return fmt.Errorf("operation: %w", err)
	}
	t.update(operationKey(change.After.ID), edit.provided(atVersion(change.Before.Version)), func(item) error {
		return fault.New(fault.VersionMismatch, "The operation has changed in the meantime. Read it again and retry.")
	})
	if change.Chunk != nil {
		t.create(newChunkItem(change.After.ID, *change.Chunk), func(item) error {
			return fault.New(fault.VersionMismatch, "The operation has changed in the meantime. Read it again and retry.")
		})
	}
	return s.commit(ctx, t)
}

// beginUnproven starts a transaction that writes nothing by which it is recognised. After an unknown outcome it is sent again
// under the same token, which has the storage answer as it did the first time. Who asks for it must bear to be refused by what
// the transaction itself has written.
func (s *Store) beginUnproven() *transaction {
	return &transaction{table: s.table, token: fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64())} //nolint:gosec // nobody gains by guessing it
}

// ReadBatch reads an operation, a batch of it, and the batch's items. Round trips: 1.
func (s *Store) ReadBatch(ctx context.Context, id string, number int64) (*operation.Operation, *operation.Batch, []operation.Item, error) {
	chunk, at := operation.LocateBatch(number)
	found, err := s.getAll(ctx, consistent, operationKey(id), batchKey(id, number), chunkKey(id, chunk))
	if err != nil {
		return nil, nil, nil, err
	}
	o, err := readOperation(found[operationKey(id)])
	if err != nil {
		return nil, nil, nil, err
	}
	batch, err := readBatch(found[batchKey(id, number)])
	if err != nil {
		return nil, nil, nil, err
	}
	items, err := readChunk(found[chunkKey(id, chunk)])
	return o, batch, items[min(at, len(items)):min(at+operation.BatchSize, len(items))], err
}

// BeginBatch writes a batch that begins. Round trips: 1.
func (s *Store) BeginBatch(ctx context.Context, of *operation.Operation, batch operation.Batch, until time.Time) error {
	stored, err := newBatchItem(&batch)
	if err != nil {
		return fmt.Errorf("operation: %w", err)
	}
	t := s.beginUnproven()
	t.create(stored, batchRefused)
	t.progress(of, until, map[string]int64{"begun": 1}, " AND attribute_not_exists(#cancelledAt)", map[string]string{"#cancelledAt": "cancelledAt"})
	return s.commit(ctx, t)
}

// FinishBatch writes the outcome of a batch. Round trips: 1.
func (s *Store) FinishBatch(ctx context.Context, of *operation.Operation, batch operation.Batch, until time.Time) error {
	stored, err := newBatchItem(&batch)
	if err != nil {
		return fmt.Errorf("operation: %w", err)
	}
	counts := map[string]int64{"finished": 1, "succeeded": batch.Succeeded}
	for _, other := range batch.Unsuccessful {
		counts[string(other.State)]++
	}
	t := s.beginUnproven()
	t.put(stored, "#finished = :no", map[string]string{"#finished": "finished"}, item{":no": boolean(false)}, batchRefused)
	t.progress(of, until, counts, "", nil)
	return s.commit(ctx, t)
}

func batchRefused(item) error {
	return fault.New(fault.Conflict, "Another worker holds this batch, or the operation has ended.")
}

// progress adds to the counts of a running operation, and has the sweep wait.
func (t *transaction) progress(of *operation.Operation, until time.Time, counts map[string]int64, condition string, names map[string]string) {
	change := updateExpression{
		expression: "SET #dueAt = :dueAt ADD #version :one",
		names:      map[string]string{"#dueAt": "dueAt", "#version": "version"},
		values:     item{":dueAt": text(until.UTC().Format(dueLayout)), ":one": number(1)},
	}
	for name, by := range counts {
		change.expression += ", #" + name + " :" + name
		change.names["#"+name], change.values[":"+name] = name, number(by)
	}
	change = change.provided("#state = :running AND #attempt = :attempt"+condition, map[string]string{"#state": "state", "#attempt": "attempt"},
		item{":running": text(string(operation.Running)), ":attempt": number(of.Attempt)})
	t.update(operationKey(of.ID), change.provided(*change.condition, names, nil), batchRefused)
}

// FindEvents tells which events there are. Round trips: 1 for a hundred.
func (s *Store) FindEvents(ctx context.Context, events []operation.EventKey) (map[operation.EventKey]bool, error) {
	keys := make([]key, len(events))
	for i, name := range events {
		keys[i] = eventKey(name.Account, name.ID)
	}
	found, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	happened := make(map[operation.EventKey]bool, len(found))
	for i, name := range events {
		happened[name] = found[keys[i]] != nil
	}
	return happened, nil
}
