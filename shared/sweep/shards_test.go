package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/shared/dynamotest"
	"tenantry/shared/sweep"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// fixedStore is a store whose entries stay due until they are done.
type fixedStore struct {
	shards   [][]sweep.Entry
	lastPage error // returned in place of the last page of a shard

	mu      sync.Mutex
	done    map[string]bool
	retries map[string]sweep.Retry
}

func newStore(shards ...[]sweep.Entry) *fixedStore {
	return &fixedStore{shards: shards, done: map[string]bool{}, retries: map[string]sweep.Retry{}}
}

func (s *fixedStore) DueShards() int { return len(s.shards) }

func (s *fixedStore) ReadDue(
	_ context.Context,
	shard int,
	until time.Time,
	cursor string,
	limit int,
) ([]sweep.Entry, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, _ := strconv.Atoi(cursor)
	due := slices.DeleteFunc(
		slices.Clone(s.shards[shard]),
		func(e sweep.Entry) bool { return e.At.After(until) || s.done[e.ID] },
	)
	if from+limit < len(due) {
		return due[from : from+limit], strconv.Itoa(from + limit), nil
	}
	if s.lastPage != nil {
		return nil, "", s.lastPage
	}
	return due[from:], "", nil
}

func (s *fixedStore) ReadRetries(_ context.Context, entries []sweep.Entry) ([]sweep.Retry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	retries := make([]sweep.Retry, len(entries))
	for i := range entries {
		retries[i] = s.retries[entries[i].ID]
	}
	return retries, nil
}

func (s *fixedStore) WriteRetry(_ context.Context, entry sweep.Entry, retry sweep.Retry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retries[entry.ID] = retry
	return nil
}

func (s *fixedStore) DeleteRetry(_ context.Context, entry sweep.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.retries, entry.ID)
	return nil
}

func (s *fixedStore) finish(entry sweep.Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done[entry.ID] = true
}

// newEntries returns a number of entries of a kind, each due a second after the one before, the last a second before
// noon.
func newEntries(kind sweep.Kind, name string, count int) []sweep.Entry {
	all := make([]sweep.Entry, count)
	for i := range all {
		all[i] = sweep.Entry{Kind: kind, ID: name + strconv.Itoa(i), At: noon.Add(time.Duration(i-count) * time.Second)}
	}
	return all
}

// recorder is a handler that records its entries.
type recorder struct {
	mu      sync.Mutex
	entries []sweep.Entry
	act     func(ctx context.Context, entry sweep.Entry) error
}

func (r *recorder) HandleDue(ctx context.Context, entry sweep.Entry) error {
	r.mu.Lock()
	r.entries = append(r.entries, entry)
	r.mu.Unlock()
	if r.act != nil {
		return r.act(ctx, entry)
	}
	return nil
}

func (r *recorder) count(id string) (times int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, entry := range r.entries {
		if entry.ID == id {
			times++
		}
	}
	return times
}

// at is a clock that stands still.
func at(now time.Time) func() time.Time { return func() time.Time { return now } }

func TestSweepReadsAllShardsInOrder(t *testing.T) {
	r := &recorder{}
	later := sweep.Entry{Kind: sweep.Account, ID: "later", At: noon.Add(time.Second)}
	store := newStore(
		newEntries(sweep.Account, "a", 1250),
		nil,
		append(newEntries(sweep.Account, "c", 3), later),
		newEntries(sweep.Account, "d", 1),
	)
	sweeper := sweep.Sweeper{Store: store, Handlers: map[sweep.Kind]sweep.Handler{sweep.Account: r}, Now: at(noon)}
	result, err := sweeper.Run(t.Context(), "request", struct{}{})
	if want := (sweep.Result{Done: 1254, Late: 1250 * time.Second}); err != nil || result != want {
		t.Errorf("result %+v, %v; want %+v", result, err, want)
	}
	type lane struct {
		shard byte
		late  bool
	}
	last := map[lane]time.Time{}
	for _, entry := range r.entries {
		in := lane{entry.ID[0], noon.Sub(entry.At) > 2*time.Minute}
		if entry.RequestID != "request" || entry.At.Before(last[in]) || entry.ID == "later" {
			t.Errorf("%+v comes too early or after later ones", entry)
		}
		last[in] = entry.At
	}
	if len(store.retries) != 0 {
		t.Errorf("%d retries are left of what is done", len(store.retries))
	}
}

func TestSweepGoesOnAfterFailures(t *testing.T) {
	r := &recorder{act: func(_ context.Context, entry sweep.Entry) error {
		switch entry.ID {
		case "a2":
			return errors.New("broken")
		case "a3":
			panic("beside itself")
		}
		return nil
	}}
	strange := sweep.Entry{Kind: "strange", ID: "x", At: noon.Add(-time.Hour)}
	store := newStore(append([]sweep.Entry{strange}, newEntries(sweep.Account, "a", 6)...))
	sweeper := sweep.Sweeper{Store: store, Handlers: map[sweep.Kind]sweep.Handler{sweep.Account: r}, Now: at(noon)}
	result, err := sweeper.Run(t.Context(), "", struct{}{})
	if result.Done != 4 || result.Failed != 3 || err == nil {
		t.Errorf("result %+v, %v; want 4 done and 3 failed", result, err)
	}
	for _, part := range []string{"account a2: broken", "account a3: panic: beside itself", "strange x: "} {
		if !strings.Contains(fmt.Sprint(err), part) {
			t.Errorf("error %v, want %q in it", err, part)
		}
	}
	store = newStore(newEntries(sweep.Account, "a", 700), newEntries(sweep.Account, "b", 2))
	store.lastPage = errors.New("out of reach")
	sweeper.Store = store
	result, err = sweeper.Run(t.Context(), "", struct{}{})
	if result.Done != 498 || result.Failed != 2 || result.Unfinished || !errors.Is(err, store.lastPage) {
		t.Errorf("where a page cannot be read: %+v, %v", result, err)
	}
}

func TestSweepStopsInTime(t *testing.T) {
	now := noon
	r := &recorder{act: func(context.Context, sweep.Entry) error {
		now = now.Add(10 * time.Second)
		return nil
	}}
	fresh := newEntries(sweep.Account, "a", 100)
	for i := range fresh {
		fresh[i].At = noon
	}
	sweeper := sweep.Sweeper{
		Store:    newStore(fresh),
		Handlers: map[sweep.Kind]sweep.Handler{sweep.Account: r},
		Now:      func() time.Time { return now },
	}
	result, err := sweeper.Run(dynamotest.WithDeadline(t.Context(), noon.Add(time.Minute)), "", struct{}{})
	if want := (sweep.Result{Done: 6, Unfinished: true}); err != nil || result != want {
		t.Errorf("result %+v, %v; want %+v", result, err, want)
	}
}

// A shard with more items than a sweep reads is left for the next sweep.
func TestSweepReadsAPartOfABacklog(t *testing.T) {
	store := newStore(newEntries(sweep.Account, "a", 10_200))
	r := &recorder{act: func(_ context.Context, entry sweep.Entry) error { store.finish(entry); return nil }}
	sweeper := sweep.Sweeper{Store: store, Handlers: map[sweep.Kind]sweep.Handler{sweep.Account: r}, Now: at(noon)}
	for _, want := range []sweep.Result{{Done: 10_000, Unfinished: true, Late: 10_200 * time.Second}, {Done: 200, Late: 200 * time.Second}} {
		if result, err := sweeper.Run(t.Context(), "", struct{}{}); err != nil || result != want {
			t.Errorf("result %+v, %v; want %+v", result, err, want)
		}
	}
}

// Work of several turns lets everything else have its turn first, and goes on in the same sweep and in the next ones
// until it is done.
func TestUnfinishedWorkGoesOn(t *testing.T) {
	now := noon
	turns, store := 0, newStore(newEntries(sweep.Subscription, "a", 3))
	r := &recorder{}
	r.act = func(ctx context.Context, entry sweep.Entry) error {
		end, bounded := ctx.Deadline()
		if left := end.Sub(now); !bounded || left > 15*time.Second {
			t.Errorf("%s has %s, want at most 15 s", entry.ID, left)
		}
		if entry.ID == "a0" {
			now = now.Add(10 * time.Second)
			if turns++; turns < 9 {
				return sweep.ErrUnfinished
			}
		}
		store.finish(entry)
		return nil
	}
	sweeper := sweep.Sweeper{
		Store:    store,
		Handlers: map[sweep.Kind]sweep.Handler{sweep.Subscription: r},
		Now:      func() time.Time { return now },
	}
	for i, want := range []sweep.Result{{Done: 2, Unfinished: true, Late: 3 * time.Second}, {Done: 1, Late: 63 * time.Second}} {
		now = noon.Add(time.Duration(i) * time.Minute)
		result, err := sweeper.Run(dynamotest.WithDeadline(t.Context(), now.Add(time.Minute)), "", struct{}{})
		if err != nil || result != want {
			t.Errorf("sweep %d: result %+v, %v; want %+v", i, result, err, want)
		}
	}
	if ids := []string{
		r.entries[0].ID,
		r.entries[1].ID,
		r.entries[2].ID,
		r.entries[3].ID,
	}; !slices.Equal(ids, []string{"a0", "a1", "a2", "a0"}) ||
		turns != 9 {
		t.Errorf("the first turns were %v, a0 had %d turns; want 9", ids, turns)
	}
}
