package changefeed_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tenantry/shared/changefeed"
	"tenantry/shared/dynamotest"
	"tenantry/shared/fault"
	"tenantry/shared/page"
)

// scene has a feed and its reader.
type scene struct {
	testing.TB

	store  *dynamotest.Store
	reader changefeed.Reader
	clock  time.Time
	mu     sync.Mutex
	calls  []string // of the reader, since the last read; guarded by mu
}

func newScene(t testing.TB) *scene {
	s := &scene{TB: t, clock: time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)}
	s.store = dynamotest.New(func() time.Time { return s.clock })
	view := s.store.View(func(call dynamotest.Call, send func() error) error {
		s.mu.Lock()
		s.calls = append(s.calls, call.Operation)
		s.mu.Unlock()
		return send()
	})
	s.reader = changefeed.Reader{Store: view, Cursors: newSealer(), Now: func() time.Time { return s.clock }}
	return s
}

func newSealer() *page.Sealer {
	key := func(context.Context) ([]byte, error) { return []byte("0123456789abcdef0123456789abcdef"), nil }
	return page.NewSealer(key, rand.Reader)
}

// append writes entries of customers with the ids.
func (s *scene) append(shard int, ids ...string) {
	s.Helper()
	var changes []changefeed.GateChange
	for _, id := range ids {
		changes = append(changes, changefeed.GateChange{ID: id, Kind: "customer", At: s.clock})
	}
	if err := s.store.AppendFeed(s.Context(), shard, changes); err != nil {
		s.Fatal(err)
	}
}

func (s *scene) read(cursor string) changefeed.Answer {
	s.Helper()
	s.calls = nil
	answer, err := s.reader.Read(s.Context(), cursor)
	if err != nil {
		s.Fatal(err)
	}
	return answer
}

// expectExpired expects that the cursor has expired.
func (s *scene) expectExpired(cursor, reason string) {
	s.Helper()
	if answer, err := s.reader.Read(s.Context(), cursor); !fault.Is(err, fault.CursorExpired) {
		s.Errorf("%s: got %+v, error %v; want %s", reason, answer, err, fault.CursorExpired)
	}
}

func idsOf(changes []changefeed.GateChange) []string {
	ids := make([]string, len(changes))
	for i := range changes {
		ids[i] = changes[i].ID
	}
	return ids
}

func TestReadReturnsChangesSinceTheCursor(t *testing.T) {
	s := newScene(t)
	s.append(3, "before")
	first := s.read("")
	if !first.IsNew || len(first.Entries) != 0 || first.NextCursor == "" {
		t.Fatalf("without a cursor: got %+v, want no entries and a cursor", first)
	}
	s.append(3, "a", "b")
	s.append(9, "c")
	second := s.read(first.NextCursor)
	if ids := idsOf(second.Entries); !slices.Equal(ids, []string{"a", "b", "c"}) || second.Tag == first.Tag {
		t.Errorf("got %v with the tag %s, want a, b and c with a new tag", ids, second.Tag)
	}
	if third := s.read(second.NextCursor); third.IsNew || third.Tag != second.Tag {
		t.Errorf("nothing has changed: got %+v, want the tag %s and nothing new", third, second.Tag)
	}
	s.append(0, "d")
	if ids := idsOf(s.read(second.NextCursor).Entries); !slices.Equal(ids, []string{"d"}) {
		t.Errorf("got %v, want d", ids)
	}
}

// A node asks every few seconds, and mostly nothing has changed.
func TestReadOfAnUnchangedFeedIsOneCall(t *testing.T) {
	s := newScene(t)
	s.append(3, "a")
	cursor := s.read("").NextCursor
	if s.read(cursor); !slices.Equal(s.calls, []string{"GetItem"}) {
		t.Errorf("nothing has changed: made the calls %v, want one GetItem", s.calls)
	}
	s.append(3, "b")
	s.append(4, "c")
	if s.read(cursor); !slices.Equal(s.calls, []string{"GetItem", "Query", "Query"}) {
		t.Errorf("two shards have changed: made the calls %v, want one Query for each", s.calls)
	}
}

// Of several changes of one object a node needs to know only the last one.
func TestReadReturnsAnObjectOnce(t *testing.T) {
	s := newScene(t)
	cursor := s.read("").NextCursor
	s.append(1, "a", "b")
	s.append(2, "a")
	if ids := idsOf(s.read(cursor).Entries); !slices.Equal(ids, []string{"b", "a"}) {
		t.Errorf("got %v, want b and a", ids)
	}
}

// A node that was away for long reads the feed in parts of limited size.
func TestReadLimitsAnAnswer(t *testing.T) {
	for name, c := range map[string]struct{ rows, entries, shards, longest int }{
		"small rows in one shard":   {rows: 2500, entries: 1, shards: 1, longest: 1100},
		"small rows in all shards":  {rows: 2500, entries: 1, shards: changefeed.Shards, longest: 1100},
		"large rows in one shard":   {rows: 130, entries: 100, shards: 1, longest: 7400},
		"large rows in all shards":  {rows: 130, entries: 100, shards: changefeed.Shards, longest: 7400},
		"large rows in most shards": {rows: 130, entries: 100, shards: changefeed.Shards - 3, longest: 7400},
	} {
		s := newScene(t)
		cursor, seen := s.read("").NextCursor, map[string]bool{}
		for row := range c.rows {
			ids := make([]string, c.entries)
			for i := range ids {
				ids[i] = fmt.Sprintf("%d-%d", row, i)
			}
			s.append(row%c.shards, ids...)
		}
		answers := 0
		for answer := s.read(cursor); answer.IsNew; answer = s.read(answer.NextCursor) {
			answers++
			if len(answer.Entries) == 0 || len(answer.Entries) > c.longest {
				t.Fatalf("%s: an answer has %d entries, want 1 to %d", name, len(answer.Entries), c.longest)
			}
			for _, id := range idsOf(answer.Entries) {
				seen[id] = true
			}
		}
		if len(seen) != c.rows*c.entries || answers < 2 {
			t.Errorf("%s: got %d entries in %d answers, want %d in several", name, len(seen), answers, c.rows*c.entries)
		}
	}
}

func TestReadRejectsExpiredCursors(t *testing.T) {
	s := newScene(t)
	s.append(1, "x")
	cursor := s.read("").NextCursor
	s.append(1, "a")
	s.append(2, "b")
	s.clock = s.clock.Add(changefeed.Retention)
	if ids := idsOf(s.read(cursor).Entries); !slices.Equal(ids, []string{"a", "b"}) {
		t.Errorf("after 24 hours: got %v, want a and b", ids)
	}
	now := s.read("").NextCursor
	s.clock = s.clock.Add(time.Millisecond)
	s.expectExpired(cursor, "after more than 24 hours")
	if answer := s.read(now); answer.IsNew {
		t.Errorf("a cursor since which nothing has changed: got %+v, want nothing new", answer)
	}
}

// withoutRows is a feed that lacks the rows with some numbers.
type withoutRows struct {
	changefeed.Store

	deleted []int64
}

func (w withoutRows) ReadFeedRows(
	ctx context.Context, shard int, first, last int64, limit int,
) ([]changefeed.Row, error) {
	rows, err := w.Store.ReadFeedRows(ctx, shard, first, last, limit)
	return slices.DeleteFunc(rows, func(row changefeed.Row) bool { return slices.Contains(w.deleted, row.Number) }), err
}

// DynamoDB deletes expired rows in any order.
func TestReadRejectsCursorsBeforeDeletedRows(t *testing.T) {
	for _, deleted := range [][]int64{{2}, {3}, {4}, {2, 3, 4}} {
		s := newScene(t)
		s.append(1, "x")
		cursor := s.read("").NextCursor
		for _, id := range []string{"a", "b", "c"} {
			s.append(1, id)
		}
		now := s.read("").NextCursor
		s.reader.Store = withoutRows{s.reader.Store, deleted}
		s.expectExpired(cursor, fmt.Sprintf("without the rows %v", deleted))
		s.append(1, "d")
		if ids := idsOf(s.read(now).Entries); !slices.Equal(ids, []string{"d"}) {
			t.Errorf("a cursor after the deleted rows: got %v, want d", ids)
		}
	}
}

// A table that was restored from a backup has an older head.
func TestReadRejectsCursorsOfTheFuture(t *testing.T) {
	s := newScene(t)
	s.append(1, "a")
	restored := newScene(t)
	restored.append(2, "b")
	restored.expectExpired(s.read("").NextCursor, "a cursor that is ahead of the head")
}

func TestReadRejectsForgedCursors(t *testing.T) {
	s := newScene(t)
	other, err := newSealer().Seal(t.Context(), changefeed.Positions{}, "customers")
	if err != nil {
		t.Fatal(err)
	}
	for _, cursor := range []string{"x", other, s.read("").NextCursor + "A"} {
		if _, err := s.reader.Read(t.Context(), cursor); !fault.Is(err, fault.InvalidRequest) {
			t.Errorf("error %v, want %s", err, fault.InvalidRequest)
		}
	}
}
