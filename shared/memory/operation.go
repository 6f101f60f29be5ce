package memory

import (
	"context"
	"slices"
	"strings"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
)

// work is one operation with its list and its batches.
type work struct {
	operation operation.Operation
	chunks    map[int64][]operation.Item
	batches   map[int64]operation.Batch
}

func batchRefused() error {
	return fault.New(fault.Conflict, "Another worker holds this batch, or the operation has ended.")
}

// AcceptOperation implements operation.AcceptStore.
func (s *Store) AcceptOperation(_ context.Context, accepting operation.Acceptance) error {
	return s.do("AcceptOperation", func() error {
		if err := s.replayed(accepting.Record); err != nil {
			return err
		}
		w := &work{operation: accepting.Operation, chunks: map[int64][]operation.Item{}, batches: map[int64]operation.Batch{}}
		for i, items := range accepting.Chunks {
			w.chunks[int64(i)] = slices.Clone(items)
		}
		s.operations[w.operation.ID] = w
		s.happen(accepting.Event)
		s.remember(accepting.Record)
		return nil
	})
}

func (s *Store) operation(id string) *operation.Operation {
	w, found := s.operations[id]
	if !found {
		return nil
	}
	copied := w.operation
	return &copied
}

// ReadOperation implements operation.Store.
func (s *Store) ReadOperation(_ context.Context, id string, key idempotency.Key) (o *operation.Operation, record *idempotency.Record, err error) {
	err = s.do("ReadOperation", func() error {
		o, record = s.operation(id), s.record(key)
		return nil
	})
	return o, record, err
}

// ReadWithOriginator implements operation.Store.
func (s *Store) ReadWithOriginator(_ context.Context, id string, originator account.ID) (o *operation.Operation, a *account.Account, err error) {
	err = s.do("ReadWithOriginator", func() error {
		o, a = s.operation(id), s.read(originator)
		return nil
	})
	return o, a, err
}

// UpdateOperation implements operation.Store.
func (s *Store) UpdateOperation(_ context.Context, change operation.Revision) error {
	return s.do("UpdateOperation", func() error {
		if err := s.replayed(change.Record); err != nil {
			return err
		}
		w, found := s.operations[change.After.ID]
		if !found || w.operation.Version != change.Before.Version {
			return fault.New(fault.VersionMismatch, "The operation has changed in the meantime. Read it again and retry.")
		}
		if change.Chunk != nil {
			if _, there := w.chunks[change.Chunk.Number]; there {
				return fault.New(fault.VersionMismatch, "The operation has changed in the meantime. Read it again and retry.")
			}
			w.chunks[change.Chunk.Number] = slices.Clone(change.Chunk.Items)
		}
		w.operation = change.After
		if change.Event != nil {
			s.happen(*change.Event)
		}
		s.remember(change.Record)
		return nil
	})
}

// ReadBatch implements operation.Store.
func (s *Store) ReadBatch(_ context.Context, id string, number int64) (o *operation.Operation, b *operation.Batch, items []operation.Item, err error) {
	err = s.do("ReadBatch", func() error {
		if o = s.operation(id); o == nil {
			return nil
		}
		if found, begun := s.operations[id].batches[number]; begun {
			b = &found
		}
		chunk, at := operation.LocateBatch(number)
		all := s.operations[id].chunks[chunk]
		items = slices.Clone(all[min(at, len(all)):min(at+operation.BatchSize, len(all))])
		return nil
	})
	return o, b, items, err
}

// BeginBatch implements operation.Store.
func (s *Store) BeginBatch(_ context.Context, of *operation.Operation, batch operation.Batch, due time.Time) error {
	return s.do("BeginBatch", func() error {
		w := s.running(of)
		if w == nil || w.operation.CancelledAt != nil {
			return batchRefused()
		}
		if _, begun := w.batches[batch.Number]; begun {
			return batchRefused()
		}
		w.batches[batch.Number] = batch
		w.operation.StartedBatches++
		w.progress(due)
		return nil
	})
}

// FinishBatch implements operation.Store.
func (s *Store) FinishBatch(_ context.Context, of *operation.Operation, batch operation.Batch, due time.Time) error {
	return s.do("FinishBatch", func() error {
		w := s.running(of)
		if w == nil {
			return batchRefused()
		}
		if begun, found := w.batches[batch.Number]; !found || begun.Finished {
			return batchRefused()
		}
		w.batches[batch.Number] = batch
		w.operation.FinishedBatches++
		w.operation.Succeeded += batch.Succeeded
		for _, other := range batch.Unsuccessful {
			if other.State == operation.Cancelled {
				w.operation.Cancelled++
			} else {
				w.operation.Failed++
			}
		}
		w.progress(due)
		return nil
	})
}

func (s *Store) running(of *operation.Operation) *work {
	w, found := s.operations[of.ID]
	if !found || w.operation.State != operation.Running || w.operation.Attempt != of.Attempt {
		return nil
	}
	return w
}

func (w *work) progress(due time.Time) {
	due = due.UTC().Truncate(time.Millisecond)
	w.operation.DueAt = &due
	w.operation.Version++
}

// FindEvents implements operation.Store.
func (s *Store) FindEvents(_ context.Context, names []operation.EventKey) (found map[operation.EventKey]bool, err error) {
	err = s.do("FindEvents", func() error {
		found = map[operation.EventKey]bool{}
		for _, name := range names {
			found[name] = s.happened(name.Account, name.ID)
		}
		return nil
	})
	return found, err
}

// happened tells whether there is an event in the trail of an account.
func (s *Store) happened(of account.ID, id string) bool {
	for i := range s.events {
		if s.events[i].Account == of && s.events[i].ID == id {
			return true
		}
	}
	return false
}

// ReadChunk implements operation.Store.
func (s *Store) ReadChunk(_ context.Context, id string, chunk int64) (items []operation.Item, batches []operation.Batch, err error) {
	err = s.do("ReadChunk", func() error {
		if w, found := s.operations[id]; found {
			items = slices.Clone(w.chunks[chunk])
			for number := chunk * operation.ChunkBatches; number < (chunk+1)*operation.ChunkBatches; number++ {
				if b, begun := w.batches[number]; begun {
					batches = append(batches, b)
				}
			}
		}
		return nil
	})
	return items, batches, err
}

// ListBatches implements operation.Store.
func (s *Store) ListBatches(_ context.Context, id string, from int64, limit int) (batches []operation.Batch, more bool, err error) {
	err = s.do("ListBatches", func() error {
		w, found := s.operations[id]
		for number := from; found && number < w.operation.BatchCount(); number++ {
			if b, begun := w.batches[number]; begun && len(batches) == limit {
				more = true
				return nil
			} else if begun {
				batches = append(batches, b)
			}
		}
		return nil
	})
	return batches, more, err
}

// ListOperations implements operation.Store.
func (s *Store) ListOperations(_ context.Context, originator account.ID, before string, limit int) (found []operation.Operation, more bool, err error) {
	err = s.do("ListOperations", func() error {
		for _, w := range s.operations {
			if (originator == "" || w.operation.Originator == originator) && (before == "" || w.operation.ID < before) {
				found = append(found, w.operation)
			}
		}
		slices.SortFunc(found, func(a, b operation.Operation) int { return strings.Compare(b.ID, a.ID) })
		more = len(found) > limit
		found = found[:min(limit, len(found))]
		return nil
	})
	return found, more, err
}
