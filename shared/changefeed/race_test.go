package changefeed_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"tenantry/shared/changefeed"
	"tenantry/shared/dynamotest"
)

// fate is what happens to a call of a writer.
type fate int

const (
	executed   fate = iota
	lost            // before it reaches the storage; the writer gets an error and stops
	unanswered      // the storage executes it, but the writer gets an error and stops
	repeated        // the SDK sends it twice, because the first response was lost
	throttled       // the storage rejects it; the writer may try again
)

var errLost = errors.New("no response")

// throttling is the error of a table without capacity.
type throttling struct{}

func (throttling) Error() string     { return "no capacity" }
func (throttling) ErrorCode() string { return "ProvisionedThroughputExceededException" }

// writer is one invocation that appends a batch. It waits before each of its calls until the test decides on the call,
// so the test can let it stall while others go on.
type writer struct {
	batch    int
	waits    chan struct{}
	fate     chan fate
	finished chan error

	isOver bool
	err    error
}

// race is a feed with writers and readers in any order.
type race struct {
	*testing.T

	random *rand.Rand
	store  *dynamotest.Store
	reader changefeed.Reader

	batches  [][]changefeed.GateChange
	pending  []int // batches that no writer has at the moment
	writers  []*writer
	watchers []*watcher
}

// watcher is a node that follows the feed.
type watcher struct {
	cursor string
	from   int // the first batch that was written after the watcher started
	seen   map[string]bool
}

func newRace(t *testing.T, seed uint64) *race {
	clock := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	store := dynamotest.New(now)
	return &race{
		T: t, store: store, reader: changefeed.Reader{Store: store, Cursors: newSealer(), Now: now},
		random: rand.New(rand.NewPCG(seed, 0)),
	}
}

// start starts a writer of a batch in a random shard of two, so that writers often compete.
func (r *race) start(batch int) {
	w := &writer{batch: batch, waits: make(chan struct{}), fate: make(chan fate), finished: make(chan error, 1)}
	view := r.store.View(func(_ dynamotest.Call, send func() error) error {
		w.waits <- struct{}{}
		switch <-w.fate {
		case lost:
			return errLost
		case unanswered:
			return errors.Join(send(), errLost)
		case throttled:
			return throttling{}
		case repeated:
			if err := send(); err != nil {
				return err
			}
		case executed:
		}
		return send()
	})
	shard := r.random.IntN(2)
	go func() { w.finished <- view.AppendFeed(r.Context(), shard, r.batches[batch]) }()
	w.await()
	r.writers = append(r.writers, w)
}

// await waits until the writer waits at its next call, or is over.
func (w *writer) await() {
	select {
	case <-w.waits:
	case w.err = <-w.finished:
		w.isOver = true
	}
}

// step decides on the next call of a writer. The batch of a writer that failed is delivered again.
func (r *race) step(i int, next fate) {
	w := r.writers[i]
	w.fate <- next
	w.await()
	if !w.isOver {
		return
	}
	r.writers = append(r.writers[:i], r.writers[i+1:]...)
	if w.err != nil {
		r.pending = append(r.pending, w.batch)
	}
}

// watch starts a watcher. Batches that have not been started yet are certainly after its cursor.
func (r *race) watch() {
	answer, err := r.reader.Read(r.Context(), "")
	if err != nil {
		r.Fatalf("start to read: %v", err)
	}
	r.watchers = append(r.watchers, &watcher{cursor: answer.NextCursor, from: len(r.batches), seen: map[string]bool{}})
}

// read lets a watcher read once. It reports whether there was something new.
func (r *race) read(w *watcher) bool {
	answer, err := r.reader.Read(r.Context(), w.cursor)
	if err != nil {
		r.Fatalf("read the feed: %v", err)
	}
	if !answer.IsNew {
		return false
	}
	for _, entry := range answer.Entries {
		w.seen[entry.ID] = true
	}
	w.cursor = answer.NextCursor
	return true
}

// redeliver starts another writer of the batch that has waited longest.
func (r *race) redeliver() {
	next := r.pending[0]
	r.pending = r.pending[1:]
	r.start(next)
}

// finish lets all writers finish and all batches be delivered.
func (r *race) finish() {
	for len(r.writers)+len(r.pending) > 0 {
		if len(r.writers) == 0 {
			r.redeliver()
			continue
		}
		r.step(0, executed)
	}
}

// advance does one random thing.
func (r *race) advance() {
	switch choice := r.random.IntN(10); {
	case choice == 0 && len(r.writers) < 5:
		batch := make([]changefeed.GateChange, []int{1, 2, 101}[r.random.IntN(3)])
		for i := range batch {
			batch[i] = changefeed.GateChange{ID: fmt.Sprintf("cus_%d-%d", len(r.batches), i), Kind: "customer"}
		}
		r.batches = append(r.batches, batch)
		r.start(len(r.batches) - 1)
	case choice == 1 && len(r.pending) > 0:
		r.redeliver()
	case choice == 2 && len(r.watchers) < 10:
		r.watch()
	case choice == 3:
		r.read(r.watchers[r.random.IntN(len(r.watchers))])
	case len(r.writers) > 0:
		fates := []fate{executed, executed, executed, executed, executed, executed, lost, unanswered, repeated, throttled}
		r.step(r.random.IntN(len(r.writers)), fates[r.random.IntN(len(fates))])
	}
}

// Whenever writers stall or stop, and in whatever order they go on, a node that follows its cursor misses nothing.
func TestReadersMissNothing(t *testing.T) {
	for seed := range uint64(150) {
		r := newRace(t, seed)
		r.watch()
		for range 150 {
			r.advance()
		}
		r.finish()
		for i, w := range r.watchers {
			for r.read(w) {
			}
			for n, batch := range r.batches[w.from:] {
				for _, entry := range batch {
					if !w.seen[entry.ID] {
						t.Fatalf("seed %d: watcher %d missed %s of batch %d", seed, i, entry.ID, w.from+n)
					}
				}
			}
		}
	}
}

// The same with goroutines, for the race detector, and with readers between the calls of writers.
func TestConcurrentReadersMissNothing(t *testing.T) {
	const writers, rounds = 8, 30
	store := dynamotest.New(time.Now)
	slow := store.View(func(_ dynamotest.Call, send func() error) error {
		time.Sleep(time.Duration(time.Now().UnixNano()%200) * time.Microsecond)
		return send()
	})
	reader := changefeed.Reader{Store: slow, Cursors: newSealer(), Now: time.Now}
	first, err := reader.Read(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range rounds {
				change := changefeed.GateChange{ID: fmt.Sprintf("cus_%d-%d", w, i), Kind: "customer"}
				if err := slow.AppendFeed(t.Context(), w%3, []changefeed.GateChange{change}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	seen, cursor := map[string]bool{}, first.NextCursor
	for isDone := false; ; {
		answer, err := reader.Read(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		if answer.IsNew {
			cursor = answer.NextCursor
			for _, entry := range answer.Entries {
				seen[entry.ID] = true
			}
			continue
		}
		if isDone {
			break
		}
		select {
		case <-done:
			isDone = true
		default:
		}
	}
	if len(seen) != writers*rounds {
		t.Errorf("the reader saw %d entries, want %d", len(seen), writers*rounds)
	}
}
