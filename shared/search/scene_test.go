package search_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/flowtest"
	"tenantry/shared/search"
)

// stream has the events of each account in the order in which they were written.
type stream struct {
	pending map[account.ID][]event.Event // that were not delivered
	past    map[account.ID][]event.Event // that were delivered
	waiting []account.ID                 // the accounts with pending events
}

func (s *stream) record(written event.Event) {
	if len(s.pending[written.Account]) == 0 {
		s.waiting = append(s.waiting, written.Account)
	}
	s.pending[written.Account] = append(s.pending[written.Account], written)
}

// next returns a batch of pending events. Those of one account are in order, those of different accounts in any. Some
// events that were delivered before come again.
func (s *stream) next(random *rand.Rand) []event.Event {
	var batch []event.Event
	for range 1 + random.IntN(20) {
		if len(s.waiting) == 0 {
			break
		}
		i := random.IntN(len(s.waiting))
		id := s.waiting[i]
		if past := s.past[id]; len(past) > 0 && random.IntN(4) == 0 {
			batch = append(batch, past[random.IntN(len(past)):]...)
		}
		s.past[id] = append(s.past[id], s.pending[id][0])
		batch = append(batch, s.pending[id][0])
		if s.pending[id] = s.pending[id][1:]; len(s.pending[id]) == 0 {
			s.waiting[i] = s.waiting[len(s.waiting)-1]
			s.waiting = s.waiting[:len(s.waiting)-1]
		}
	}
	return batch
}

// split is a store whose search index is in a table of its own, which keeps the tests of the other table fast.
type split struct {
	*dynamotest.Store
	index *dynamotest.Store
}

func (s split) ReadSource(ctx context.Context, id account.ID, websites []string) (search.Source, error) {
	source, err := s.Store.ReadSource(ctx, id, websites)
	if err != nil {
		return source, err
	}
	indexed, err := s.index.ReadSource(ctx, id, nil)
	source.Document = indexed.Document
	return source, err
}

func (s split) WriteDocument(ctx context.Context, document *search.Document, chunks []int) error {
	return s.index.WriteDocument(ctx, document, chunks)
}

func (s split) DeleteDocument(ctx context.Context, document *search.Document) error {
	return s.index.DeleteDocument(ctx, document)
}

func (s split) WriteRows(ctx context.Context, added, deleted []search.Row) error {
	return s.index.WriteRows(ctx, added, deleted)
}

func (s split) AddEndings(ctx context.Context, scope account.ID, endings []string) error {
	return s.index.AddEndings(ctx, scope, endings)
}

func (s split) ReadRows(
	ctx context.Context, rows search.Range, after search.Position, limit int,
) ([]search.Row, bool, error) {
	return s.index.ReadRows(ctx, rows, after, limit)
}

func (s split) ReadEndings(ctx context.Context, scope account.ID) ([]string, error) {
	return s.index.ReadEndings(ctx, scope)
}

func (s split) ReadDocuments(ctx context.Context, ids []account.ID) (map[account.ID]*search.Document, error) {
	return s.index.ReadDocuments(ctx, ids)
}

// scene is a hosting company whose accounts are indexed.
type scene struct {
	*flowtest.Scene
	t      *testing.T
	stream *stream
	store  split
	random *rand.Rand
}

func newScene(t *testing.T, seed uint64) *scene {
	s := &scene{
		t: t, random: rand.New(rand.NewPCG(seed, 1)),
		stream: &stream{pending: map[account.ID][]event.Event{}, past: map[account.ID][]event.Event{}},
	}
	s.Scene = flowtest.NewOn(t, func(now func() time.Time) *dynamotest.Store {
		return dynamotest.NewRecording(now, s.stream.record)
	}, seed, 0)
	s.store = split{s.Store, dynamotest.New(s.Now)}
	return s
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) indexer() search.Indexer {
	return search.Indexer{Store: s.store, Shared: []string{"hosting.example"}, Now: s.Now}
}

var errLost = errors.New("the connection is lost")

// deliver delivers up to the number of batches. Some calls of the index fail, and their batch is delivered again from
// the first event on that was not handled.
func (s *scene) deliver(batches int) {
	s.t.Helper()
	for range batches {
		batch := s.stream.next(s.random)
		if len(batch) == 0 {
			return
		}
		for len(batch) > 0 {
			if s.random.IntN(10) == 0 {
				s.store.index.Fail(dynamotest.Nth(1+s.random.IntN(6), dynamotest.Any), dynamotest.Final(errLost))
			}
			handled, err := s.indexer().Handle(s.t.Context(), batch)
			s.store.index.Mend()
			if err != nil && !errors.Is(err, errLost) && handled == len(batch) {
				s.t.Fatal(err)
			}
			batch = batch[handled:]
		}
	}
}
