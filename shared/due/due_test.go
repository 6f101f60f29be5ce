package due_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/shared/due"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// shelf is a store whose items stay due.
type shelf struct {
	shards [][]due.Item
	fails  error
}

func (s shelf) DueShards() int { return len(s.shards) }

func (s shelf) ReadDue(_ context.Context, shard int, until time.Time, after string, limit int) (page due.Page, err error) {
	from, _ := strconv.Atoi(after)
	all := slices.DeleteFunc(slices.Clone(s.shards[shard]), func(i due.Item) bool { return i.At.After(until) })
	to := min(from+limit, len(all))
	if page.Items = all[from:to]; to < len(all) {
		page.Next = strconv.Itoa(to)
	} else if s.fails != nil {
		return due.Page{}, s.fails
	}
	return page, nil
}

// shelved are so many accounts, each due a second after the one before.
func shelved(name string, count int) []due.Item {
	items := make([]due.Item, count)
	for i := range items {
		items[i] = due.Item{Kind: due.Account, ID: name + strconv.Itoa(i), At: noon.Add(time.Duration(i-count) * time.Second)}
	}
	return items
}

// handled notes what it was given.
type handled struct {
	mu    sync.Mutex
	items []due.Item
	fails func(due.Item) error
}

func (h *handled) Due(_ context.Context, item due.Item) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.items = append(h.items, item)
	if h.fails != nil {
		return h.fails(item)
	}
	return nil
}

func TestSweepGoesThroughAllShards(t *testing.T) {
	h := &handled{}
	later := due.Item{Kind: due.Account, ID: "later", At: noon.Add(time.Second)}
	store := shelf{shards: [][]due.Item{shelved("a", 250), nil, append(shelved("c", 3), later), shelved("d", 1)}}
	sweep := due.Sweep{Store: store, Handlers: map[due.Kind]due.Handler{due.Account: h}, Now: func() time.Time { return noon }}
	outcome, err := sweep.Run(t.Context(), "request", struct{}{})
	if want := (due.Outcome{Done: 254, Late: 250 * time.Second}); err != nil || outcome != want {
		t.Errorf("%+v, %v; want %+v", outcome, err, want)
	}
	last := map[byte]time.Time{}
	for _, item := range h.items {
		if item.RequestID != "request" || item.At.Before(last[item.ID[0]]) || item.ID == "later" {
			t.Errorf("%+v comes too early or after later ones", item)
		}
		last[item.ID[0]] = item.At
	}
}

// One that fails keeps nothing else, and one of an unknown kind is not taken for done.
func TestSweepGoesOnAfterFailures(t *testing.T) {
	h := &handled{fails: func(item due.Item) error {
		if item.ID == "a2" {
			return errors.New("broken")
		}
		return nil
	}}
	strange := due.Item{Kind: "strange", ID: "x", At: noon.Add(-time.Hour)}
	store := shelf{shards: [][]due.Item{append([]due.Item{strange}, shelved("a", 5)...)}}
	sweep := due.Sweep{Store: store, Handlers: map[due.Kind]due.Handler{due.Account: h}, Now: func() time.Time { return noon }}
	outcome, err := sweep.Run(t.Context(), "", struct{}{})
	if outcome.Done != 4 || outcome.Failed != 2 || err == nil || !strings.Contains(err.Error(), "broken") || !strings.Contains(err.Error(), "strange") {
		t.Errorf("%+v, %v", outcome, err)
	}
	store = shelf{shards: [][]due.Item{shelved("a", 150), shelved("b", 2)}, fails: errors.New("out of reach")}
	sweep.Store = store
	outcome, err = sweep.Run(t.Context(), "", struct{}{})
	if outcome.Done != 99 || outcome.Failed != 1 || err == nil || !strings.Contains(err.Error(), "out of reach") {
		t.Errorf("where a page cannot be read: %+v, %v", outcome, err)
	}
}

func TestSweepStopsInTime(t *testing.T) {
	now := time.Now()
	h := &handled{fails: func(due.Item) error {
		now = now.Add(10 * time.Second)
		return nil
	}}
	ctx, cancel := context.WithDeadline(t.Context(), now.Add(time.Minute))
	defer cancel()
	items := shelved("a", 100)
	for i := range items {
		items[i].At = now
	}
	sweep := due.Sweep{Store: shelf{shards: [][]due.Item{items}}, Handlers: map[due.Kind]due.Handler{due.Account: h}, Now: func() time.Time { return now }}
	outcome, err := sweep.Run(ctx, "", struct{}{})
	if err != nil || !outcome.Unfinished || outcome.Done != 6 {
		t.Errorf("%+v, %v; want 6 done of 100", outcome, err)
	}
}
