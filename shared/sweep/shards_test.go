package sweep_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/shared/sweep"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// fixedStore is a store whose entries stay due.
type fixedStore struct {
	shards   [][]sweep.Entry
	lastPage error // returned in place of the last page of a shard
}

func (s fixedStore) DueShards() int { return len(s.shards) }

func (s fixedStore) ReadDue(_ context.Context, shard int, until time.Time, cursor string, limit int) ([]sweep.Entry, string, error) {
	from, _ := strconv.Atoi(cursor)
	due := slices.DeleteFunc(slices.Clone(s.shards[shard]), func(e sweep.Entry) bool { return e.At.After(until) })
	if from+limit < len(due) {
		return due[from : from+limit], strconv.Itoa(from + limit), nil
	}
	if s.lastPage != nil {
		return nil, "", s.lastPage
	}
	return due[from:], "", nil
}

// dueAccounts returns entries of accounts, each due a second after the previous one, the last a second before noon.
func dueAccounts(prefix string, count int) []sweep.Entry {
	entries := make([]sweep.Entry, count)
	for i := range entries {
		entries[i] = sweep.Entry{Kind: sweep.Account, ID: prefix + strconv.Itoa(i), At: noon.Add(time.Duration(i-count) * time.Second)}
	}
	return entries
}

// recorder is a handler that records its entries.
type recorder struct {
	mu      sync.Mutex
	entries []sweep.Entry
	fail    func(sweep.Entry) error // may be nil
}

func (r *recorder) HandleDue(_ context.Context, entry sweep.Entry) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = append(r.entries, entry)
	if r.fail != nil {
		return r.fail(entry)
	}
	return nil
}

// sweeper returns a sweeper of accounts at noon.
func sweeper(store sweep.Store, handler sweep.Handler) sweep.Sweeper {
	return sweep.Sweeper{Store: store, Handlers: map[sweep.Kind]sweep.Handler{sweep.Account: handler}, Now: func() time.Time { return noon }}
}

func TestSweepHandlesAllShardsOldestFirst(t *testing.T) {
	handler := &recorder{}
	later := sweep.Entry{Kind: sweep.Account, ID: "later", At: noon.Add(time.Second)}
	store := fixedStore{shards: [][]sweep.Entry{dueAccounts("a", 250), nil, append(dueAccounts("c", 3), later), dueAccounts("d", 1)}}
	result, err := sweeper(store, handler).Run(t.Context(), "request", struct{}{})
	if want := (sweep.Result{Done: 254, Late: 250 * time.Second}); err != nil || result != want {
		t.Errorf("Run() = %+v, %v; want %+v", result, err, want)
	}
	last := map[byte]time.Time{}
	for _, entry := range handler.entries {
		if entry.RequestID != "request" || entry.At.Before(last[entry.ID[0]]) || entry.ID == "later" {
			t.Errorf("%+v is not due yet, comes after later entries, or lacks the request id", entry)
		}
		last[entry.ID[0]] = entry.At
	}
}

func TestSweepContinuesAfterFailures(t *testing.T) {
	handler := &recorder{fail: func(entry sweep.Entry) error {
		if entry.ID == "a2" {
			return errors.New("broken")
		}
		return nil
	}}
	unknown := sweep.Entry{Kind: "strange", ID: "x", At: noon.Add(-time.Hour)}
	entries := append([]sweep.Entry{unknown}, dueAccounts("a", 5)...)
	result, err := sweeper(fixedStore{shards: [][]sweep.Entry{entries}}, handler).Run(t.Context(), "", struct{}{})
	if result.Done != 4 || result.Failed != 2 || err == nil || !strings.Contains(err.Error(), "broken") || !strings.Contains(err.Error(), "strange") {
		t.Errorf("Run() = %+v, %v; want 4 done and the errors of a2 and of the unknown kind", result, err)
	}
	store := fixedStore{shards: [][]sweep.Entry{dueAccounts("a", 150), dueAccounts("b", 2)}, lastPage: errors.New("out of reach")}
	result, err = sweeper(store, handler).Run(t.Context(), "", struct{}{})
	if result.Done != 99 || result.Failed != 1 || err == nil || !strings.Contains(err.Error(), "out of reach") {
		t.Errorf("Run() = %+v, %v when a page cannot be read; want 99 done and the error of the store", result, err)
	}
}

// Only the first errors of a shard are returned, so that a log line stays readable.
func TestSweepReturnsFewErrors(t *testing.T) {
	handler := &recorder{fail: func(entry sweep.Entry) error { return errors.New("broken") }}
	result, err := sweeper(fixedStore{shards: [][]sweep.Entry{dueAccounts("a", 20)}}, handler).Run(t.Context(), "", struct{}{})
	if result.Failed != 20 || err == nil || strings.Count(err.Error(), "broken") != 3 {
		t.Errorf("Run() = %+v, %v; want 20 failures and 3 errors", result, err)
	}
}

func TestSweepStopsBeforeItsDeadline(t *testing.T) {
	now := time.Now()
	handler := &recorder{fail: func(sweep.Entry) error {
		now = now.Add(10 * time.Second)
		return nil
	}}
	ctx, cancel := context.WithDeadline(t.Context(), now.Add(time.Minute))
	defer cancel()
	entries := dueAccounts("a", 100)
	for i := range entries {
		entries[i].At = now
	}
	s := sweeper(fixedStore{shards: [][]sweep.Entry{entries}}, handler)
	s.Now = func() time.Time { return now }
	result, err := s.Run(ctx, "", struct{}{})
	if err != nil || !result.Unfinished || result.Done != 6 {
		t.Errorf("Run() = %+v, %v; want 6 of 100 done", result, err)
	}
}
