package dynamo

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/fault"
	"tenantry/shared/operation"
)

// batchItem is a batch with the results of its items.
type batchItem struct {
	keyed
	Number       int64     `dynamodbav:"number"`
	StartedAt    time.Time `dynamodbav:"begunAt"`
	Finished     bool      `dynamodbav:"finished"`
	Succeeded    int64     `dynamodbav:"succeeded"`
	Unsuccessful string    `dynamodbav:"others,omitempty"`    // JSON
	Forecasts    []byte    `dynamodbav:"forecasts,omitempty"` // compressed JSON: forecasts resemble each other
}

func newBatchItem(b *operation.Batch) (stored batchItem, err error) {
	stored = batchItem{
		keyed: batchKey(b.Operation, b.Number).fields(), Number: b.Number, StartedAt: b.StartedAt,
		Finished: b.Finished, Succeeded: b.Succeeded,
	}
	if len(b.Forecasts) > 0 {
		if stored.Forecasts, err = compress(b.Forecasts); err != nil {
			return stored, err
		}
	}
	if len(b.Unsuccessful) > 0 {
		var unsuccessful []byte
		unsuccessful, err = json.Marshal(b.Unsuccessful)
		stored.Unsuccessful = string(unsuccessful)
	}
	return stored, err
}

func readBatch(found item) (*operation.Batch, error) {
	if found == nil {
		return nil, nil
	}
	var stored batchItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, err
	}
	b := &operation.Batch{
		Operation: strings.TrimPrefix(string(stored.PK), operationPrefix), Number: stored.Number, StartedAt: stored.StartedAt,
		Finished: stored.Finished, Succeeded: stored.Succeeded,
	}
	if stored.Forecasts != nil {
		if err := decompress(stored.Forecasts, &b.Forecasts); err != nil {
			return nil, err
		}
	}
	if stored.Unsuccessful == "" {
		return b, nil
	}
	return b, json.Unmarshal([]byte(stored.Unsuccessful), &b.Unsuccessful)
}

// compress returns a value as compressed JSON.
func compress(v any) ([]byte, error) {
	var compressed bytes.Buffer
	writer := gzip.NewWriter(&compressed)
	if err := json.NewEncoder(writer).Encode(v); err != nil {
		return nil, err
	}
	err := writer.Close()
	return compressed.Bytes(), err
}

// decompress reads a value from compressed JSON.
func decompress(compressed []byte, v any) error {
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return err
	}
	return json.NewDecoder(reader).Decode(v)
}

// ReadBatch returns an operation, a batch of it, and the items of the batch. Operation and batch are nil if they do not
// exist. Round trips: 1.
func (s *Store) ReadBatch(
	ctx context.Context, id string, number int64,
) (*operation.Operation, *operation.Batch, []operation.Item, error) {
	chunk, first := operation.LocateBatch(number)
	found, err := s.getItems(ctx, consistent, operationKey(id), batchKey(id, number), chunkKey(id, chunk))
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
	return o, batch, items[min(first, len(items)):min(first+operation.BatchSize, len(items))], err
}

// BeginBatch writes a batch that starts, and when the operation was heard of. It returns fault.Conflict if the batch
// exists, or the operation is cancelled or has another attempt. Round trips: 1.
func (s *Store) BeginBatch(
	ctx context.Context, o *operation.Operation, batch operation.Batch, heardAt time.Time,
) error {
	stored, err := newBatchItem(&batch)
	t := s.beginWithoutMarker()
	t.err = errors.Join(t.err, err)
	t.create(stored, batchConflict)
	isNotCancelled := attribute("cancelledAt").AttributeNotExists()
	t.changeProgress(o, heardAt, map[string]int64{"begun": 1}, isRunning(o).And(isNotCancelled))
	return s.commit(ctx, t)
}

// FinishBatch writes the results of a batch, and when the operation was heard of. It returns fault.Conflict if the batch
// is not running, or the operation has another attempt. Round trips: 1.
func (s *Store) FinishBatch(
	ctx context.Context, o *operation.Operation, batch operation.Batch, heardAt time.Time,
) error {
	stored, err := newBatchItem(&batch)
	counters := map[string]int64{"finished": 1, "succeeded": batch.Succeeded}
	for _, result := range batch.Unsuccessful {
		counters[string(result.State)]++
	}
	t := s.beginWithoutMarker()
	t.err = errors.Join(t.err, err)
	t.putIf(stored, equals("finished", false), batchConflict)
	t.changeProgress(o, heardAt, counters, isRunning(o))
	return s.commit(ctx, t)
}

func batchConflict(item) error {
	return fault.New(fault.Conflict, "Another worker holds this batch, or the operation has ended.")
}

// isRunning is the condition that an operation still runs the same attempt.
func isRunning(o *operation.Operation) condition {
	return equals("state", operation.Running).And(equals("attempt", o.Attempt))
}

// changeProgress adds to the counters of an operation that was heard of, and makes it due at its next check.
func (t *transaction) changeProgress(
	o *operation.Operation, heardAt time.Time, counters map[string]int64, c condition,
) {
	due := operation.NextCheck(heardAt).UTC().Format(dueLayout)
	changes := update{}.set("heardAt", heardAt.UTC()).set("dueAt", due).add("version", 1).addAll(counters)
	t.update(operationKey(o.ID), changes, c, batchConflict)
}

// ReadChunk returns the items of a chunk and the batches of the chunk that have started. Round trips: 1.
func (s *Store) ReadChunk(
	ctx context.Context, id string, chunk int64,
) (items []operation.Item, started []operation.Batch, err error) {
	var keys []key
	for number := chunk * operation.ChunkBatches; number < (chunk+1)*operation.ChunkBatches; number++ {
		keys = append(keys, batchKey(id, number))
	}
	found, err := s.getItems(ctx, consistent, append(keys, chunkKey(id, chunk))...)
	if err != nil {
		return nil, nil, err
	}
	items, err = readChunk(found[chunkKey(id, chunk)])
	if err != nil {
		return nil, nil, err
	}
	for _, row := range inOrder(found, keys) {
		b, err := readBatch(row)
		if err != nil {
			return nil, nil, err
		}
		started = append(started, *b)
	}
	return items, started, nil
}

// ListBatches returns the batches of an operation that have started, from a number on, and whether there may be more.
// Round trips: 1.
func (s *Store) ListBatches(
	ctx context.Context, id string, from int64, limit int,
) ([]operation.Batch, bool, error) {
	found, lastKey, err := s.query(ctx, query{
		partition: operationPartition(id), sort: between(batchKey(id, from).sort, batchSortPrefix+"~"),
		limit: limit, consistency: consistent,
	})
	if err != nil {
		return nil, false, err
	}
	batches, err := readAll(found, readBatch)
	return batches, len(lastKey) > 0 && len(found) > 0, err
}
