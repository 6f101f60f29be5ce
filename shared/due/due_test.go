package due_test

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

	"tenantry/shared/due"
	"tenantry/shared/dynamotest"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// shelf is a store whose items stay due until they are done.
type shelf struct {
	shards [][]due.Item
	fails  error // of reading the last page

	mu      sync.Mutex
	done    map[string]bool
	retries map[string]due.Retry
}

func newShelf(shards ...[]due.Item) *shelf {
	return &shelf{shards: shards, done: map[string]bool{}, retries: map[string]due.Retry{}}
}

func (s *shelf) DueShards() int { return len(s.shards) }

func (s *shelf) ReadDue(_ context.Context, shard int, until time.Time, after string, limit int) (page due.Page, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, _ := strconv.Atoi(after)
	all := slices.DeleteFunc(slices.Clone(s.shards[shard]), func(i due.Item) bool { return i.At.After(until) || s.done[i.ID] })
	to := min(from+limit, len(all))
	if page.Items = all[from:to]; to < len(all) {
		page.Next = strconv.Itoa(to)
	} else if s.fails != nil {
		return due.Page{}, s.fails
	}
	return page, nil
}

func (s *shelf) ReadRetries(_ context.Context, items []due.Item) ([]due.Retry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	retries := make([]due.Retry, len(items))
	for i := range items {
		retries[i] = s.retries[items[i].ID]
	}
	return retries, nil
}

func (s *shelf) WriteRetry(_ context.Context, item due.Item, retry due.Retry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retries[item.ID] = retry
	return nil
}

func (s *shelf) DeleteRetry(_ context.Context, item due.Item) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.retries, item.ID)
	return nil
}

func (s *shelf) finish(item due.Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done[item.ID] = true
}

// items are a number of items of a kind, each due a second after the one before, the last a second before noon.
func items(kind due.Kind, name string, count int) []due.Item {
	all := make([]due.Item, count)
	for i := range all {
		all[i] = due.Item{Kind: kind, ID: name + strconv.Itoa(i), At: noon.Add(time.Duration(i-count) * time.Second)}
	}
	return all
}

// recorder is a handler that records its items.
type recorder struct {
	mu    sync.Mutex
	items []due.Item
	act   func(ctx context.Context, item due.Item) error
}

func (r *recorder) Due(ctx context.Context, item due.Item) error {
	r.mu.Lock()
	r.items = append(r.items, item)
	r.mu.Unlock()
	if r.act != nil {
		return r.act(ctx, item)
	}
	return nil
}

func (r *recorder) count(id string) (times int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, item := range r.items {
		if item.ID == id {
			times++
		}
	}
	return times
}

// at is a clock that stands still.
func at(now time.Time) func() time.Time { return func() time.Time { return now } }

func TestSweepReadsAllShardsInOrder(t *testing.T) {
	r := &recorder{}
	later := due.Item{Kind: due.Account, ID: "later", At: noon.Add(time.Second)}
	store := newShelf(items(due.Account, "a", 1250), nil, append(items(due.Account, "c", 3), later), items(due.Account, "d", 1))
	sweep := due.Sweep{Store: store, Handlers: map[due.Kind]due.Handler{due.Account: r}, Now: at(noon)}
	outcome, err := sweep.Run(t.Context(), "request", struct{}{})
	if want := (due.Outcome{Done: 1254, Late: 1250 * time.Second}); err != nil || outcome != want {
		t.Errorf("outcome %+v, %v; want %+v", outcome, err, want)
	}
	type lane struct {
		shard byte
		late  bool
	}
	last := map[lane]time.Time{}
	for _, item := range r.items {
		in := lane{item.ID[0], noon.Sub(item.At) > 2*time.Minute}
		if item.RequestID != "request" || item.At.Before(last[in]) || item.ID == "later" {
			t.Errorf("%+v comes too early or after later ones", item)
		}
		last[in] = item.At
	}
	if len(store.retries) != 0 {
		t.Errorf("%d retries are left of what is done", len(store.retries))
	}
}

func TestSweepGoesOnAfterFailures(t *testing.T) {
	r := &recorder{act: func(_ context.Context, item due.Item) error {
		switch item.ID {
		case "a2":
			return errors.New("broken")
		case "a3":
			panic("beside itself")
		}
		return nil
	}}
	strange := due.Item{Kind: "strange", ID: "x", At: noon.Add(-time.Hour)}
	store := newShelf(append([]due.Item{strange}, items(due.Account, "a", 6)...))
	sweep := due.Sweep{Store: store, Handlers: map[due.Kind]due.Handler{due.Account: r}, Now: at(noon)}
	outcome, err := sweep.Run(t.Context(), "", struct{}{})
	if outcome.Done != 4 || outcome.Failed != 3 || err == nil {
		t.Errorf("outcome %+v, %v; want 4 done and 3 failed", outcome, err)
	}
	for _, part := range []string{"account a2: broken", "account a3: panic: beside itself", "strange x: "} {
		if !strings.Contains(fmt.Sprint(err), part) {
			t.Errorf("error %v, want %q in it", err, part)
		}
	}
	store = newShelf(items(due.Account, "a", 700), items(due.Account, "b", 2))
	store.fails = errors.New("out of reach")
	sweep.Store = store
	outcome, err = sweep.Run(t.Context(), "", struct{}{})
	if outcome.Done != 498 || outcome.Failed != 2 || outcome.Unfinished || !errors.Is(err, store.fails) {
		t.Errorf("where a page cannot be read: %+v, %v", outcome, err)
	}
}

func TestSweepStopsInTime(t *testing.T) {
	now := noon
	r := &recorder{act: func(context.Context, due.Item) error {
		now = now.Add(10 * time.Second)
		return nil
	}}
	fresh := items(due.Account, "a", 100)
	for i := range fresh {
		fresh[i].At = noon
	}
	sweep := due.Sweep{Store: newShelf(fresh), Handlers: map[due.Kind]due.Handler{due.Account: r}, Now: func() time.Time { return now }}
	outcome, err := sweep.Run(dynamotest.WithDeadline(t.Context(), noon.Add(time.Minute)), "", struct{}{})
	if want := (due.Outcome{Done: 6, Unfinished: true}); err != nil || outcome != want {
		t.Errorf("outcome %+v, %v; want %+v", outcome, err, want)
	}
}

// A shard with more items than a sweep reads is left for the next sweep.
func TestSweepReadsAPartOfABacklog(t *testing.T) {
	store := newShelf(items(due.Account, "a", 10_200))
	r := &recorder{act: func(_ context.Context, item due.Item) error { store.finish(item); return nil }}
	sweep := due.Sweep{Store: store, Handlers: map[due.Kind]due.Handler{due.Account: r}, Now: at(noon)}
	for _, want := range []due.Outcome{{Done: 10_000, Unfinished: true, Late: 10_200 * time.Second}, {Done: 200, Late: 200 * time.Second}} {
		if outcome, err := sweep.Run(t.Context(), "", struct{}{}); err != nil || outcome != want {
			t.Errorf("outcome %+v, %v; want %+v", outcome, err, want)
		}
	}
}

// Work of several turns lets everything else have its turn first, and goes on in the same sweep and in the next ones until it is done.
func TestUnfinishedWorkGoesOn(t *testing.T) {
	now := noon
	turns, store := 0, newShelf(items(due.Subscription, "a", 3))
	r := &recorder{}
	r.act = func(ctx context.Context, item due.Item) error {
		end, bounded := ctx.Deadline()
		if left := end.Sub(now); !bounded || left > 15*time.Second {
			t.Errorf("%s has %s, want at most 15 s", item.ID, left)
		}
		if item.ID == "a0" {
			now = now.Add(10 * time.Second)
			if turns++; turns < 9 {
				return due.ErrUnfinished
			}
		}
		store.finish(item)
		return nil
	}
	sweep := due.Sweep{Store: store, Handlers: map[due.Kind]due.Handler{due.Subscription: r}, Now: func() time.Time { return now }}
	for i, want := range []due.Outcome{{Done: 2, Unfinished: true, Late: 3 * time.Second}, {Done: 1, Late: 63 * time.Second}} {
		now = noon.Add(time.Duration(i) * time.Minute)
		outcome, err := sweep.Run(dynamotest.WithDeadline(t.Context(), now.Add(time.Minute)), "", struct{}{})
		if err != nil || outcome != want {
			t.Errorf("sweep %d: outcome %+v, %v; want %+v", i, outcome, err, want)
		}
	}
	if ids := []string{r.items[0].ID, r.items[1].ID, r.items[2].ID, r.items[3].ID}; !slices.Equal(ids, []string{"a0", "a1", "a2", "a0"}) || turns != 9 {
		t.Errorf("the first turns were %v, a0 had %d turns; want 9", ids, turns)
	}
}
