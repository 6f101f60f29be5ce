package sweep_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tenantry/shared/dynamotest"
	"tenantry/shared/sweep"
)

// What fails is tried in every sweep for two minutes, then after longer and longer pauses. It counts as stuck after
// half an hour, and once it succeeds nothing is left of its failures.
func TestFailuresBackOff(t *testing.T) {
	store := newStore(newEntries(sweep.Account, "a", 1))
	tried, broken := []int(nil), true
	now := noon
	r := &recorder{act: func(_ context.Context, entry sweep.DueEntry) error {
		tried = append(tried, int(now.Sub(noon)/time.Minute))
		if broken {
			return errors.New("broken")
		}
		store.finish(entry)
		return nil
	}}
	sweeper := sweep.Sweeper{
		Store:    store,
		Handlers: map[sweep.Kind]sweep.Handler{sweep.Account: r},
		Now:      func() time.Time { return now },
	}
	run := func(minute int) sweep.Result {
		now = noon.Add(time.Duration(minute) * time.Minute)
		result, _ := sweeper.Run(t.Context(), "", struct{}{})
		return result
	}
	stuck := 0
	for minute := range 300 {
		before := len(tried)
		result := run(minute)
		isWaiting := len(tried) == before
		if (result.Waiting == 1) != isWaiting || result.Failed+result.Waiting != 1 || isWaiting == (result.Late > 0) {
			t.Fatalf("minute %d: result %+v, tried %v", minute, result, !isWaiting)
		}
		if result.Stuck == 1 && stuck == 0 {
			stuck = minute
		}
	}
	if want := []int{0, 1, 2, 3, 5, 9, 17, 33, 65, 125, 185, 245}; !slices.Equal(tried, want) {
		t.Errorf("tried in the minutes %v, want %v", tried, want)
	}
	if stuck < 15 || stuck > 40 {
		t.Errorf("stuck after %d minutes, want about half an hour", stuck)
	}
	broken = false
	for minute := 300; minute < 310; minute++ {
		run(minute)
	}
	if result := run(310); result != (sweep.Result{}) || len(store.retries) != 0 {
		t.Errorf("after the success: result %+v, %d retries; want none", result, len(store.retries))
	}
}

// The failures of an earlier time do not count for a later one.
func TestRetriesBelongToATime(t *testing.T) {
	store := newStore(newEntries(sweep.Account, "a", 1))
	store.retries["a0"] = sweep.Retry{At: noon.Add(-time.Hour), Attempts: 20, Next: noon.Add(time.Hour)}
	r := &recorder{act: func(_ context.Context, entry sweep.DueEntry) error { store.finish(entry); return nil }}
	sweeper := sweep.Sweeper{
		Store:    store,
		Handlers: map[sweep.Kind]sweep.Handler{sweep.Account: r},
		Now:      at(noon.Add(10 * time.Minute)),
	}
	result, err := sweeper.Run(t.Context(), "", struct{}{})
	if want := (sweep.Result{Done: 1, Late: 10*time.Minute + time.Second}); err != nil || result != want {
		t.Errorf("result %+v, %v; want %+v", result, err, want)
	}
}

// An entry that ends the whole sweep, over and over, holds up the others for some minutes and not for ever: its attempt
// is counted before it is made. An entry whose sweep has died is not lost.
func TestAnItemThatEndsSweeps(t *testing.T) {
	killed := make(chan struct{})
	t.Cleanup(func() { close(killed) })
	store := newStore(
		append(newEntries(sweep.Account, "killer", 1), sweep.DueEntry{Kind: sweep.Account, ID: "victim", At: noon}),
	)
	r := &recorder{act: func(_ context.Context, entry sweep.DueEntry) error {
		if entry.ID == "killer0" {
			<-killed // the process has ended
		}
		store.finish(entry)
		return nil
	}}
	for minute := range 10 {
		sweeper := sweep.Sweeper{
			Store:    store,
			Handlers: map[sweep.Kind]sweep.Handler{sweep.Account: r},
			Now:      at(noon.Add(time.Duration(minute) * time.Minute)),
		}
		ended := make(chan sweep.Result)
		go func() {
			result, _ := sweeper.Run(t.Context(), "", struct{}{})
			ended <- result
		}()
		before := r.count("killer0")
		for done := false; !done; {
			select {
			case <-ended:
				done = true
			case <-time.After(time.Millisecond):
				done = r.count("killer0") > before
			}
		}
	}
	if victim, killer := r.count("victim"), r.count("killer0"); victim != 1 || killer < 4 || killer > 7 {
		t.Errorf("the victim had %d turns, want 1; the killer %d, want a few in ten minutes", victim, killer)
	}
}

// A kind that takes all the time of its sweep holds up no other kind, and what has failed before nothing that is due
// now.
func TestASlowKindHoldsUpNothingElse(t *testing.T) {
	fresh := []sweep.DueEntry{
		{Kind: sweep.Backup, ID: "fresh backup", At: noon},
		{Kind: sweep.Account, ID: "fresh account", At: noon},
	}
	store := newStore(slices.Concat(newEntries(sweep.Backup, "late", 400), fresh))
	stalled := make(chan struct{})
	r := &recorder{act: func(_ context.Context, entry sweep.DueEntry) error {
		if entry.ID == "late0" {
			<-stalled
		}
		return nil
	}}
	sweeper := sweep.Sweeper{
		Store:    store,
		Now:      at(noon),
		Handlers: map[sweep.Kind]sweep.Handler{sweep.Backup: r, sweep.Account: r},
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if result, err := sweeper.Run(t.Context(), "", struct{}{}); err != nil || result.Done != 402 {
			t.Errorf("result %+v, %v; want 402 done", result, err)
		}
	}()
	for r.count("fresh backup") == 0 || r.count("fresh account") == 0 {
		time.Sleep(time.Millisecond)
	}
	close(stalled)
	<-ended
}

// Retries that cannot be read or written fail their items and call no handler, which would not be counted.
func TestRetriesOutOfReach(t *testing.T) {
	now := noon.Add(10 * time.Minute)
	for _, kinds := range []dynamotest.When{dynamotest.Reads(dynamotest.Retry), dynamotest.Writes(dynamotest.Retry)} {
		store := dynamotest.New(at(now))
		store.Fail(kinds, dynamotest.ErrOutage)
		r := &recorder{}
		sweeper := sweep.Sweeper{
			Store:    reading{store, newEntries(sweep.Account, "a", 1)},
			Handlers: map[sweep.Kind]sweep.Handler{sweep.Account: r},
			Now:      at(now),
		}
		if result, err := sweeper.Run(t.Context(), "", struct{}{}); err == nil || result.Done != 0 || len(r.entries) != 0 {
			t.Errorf("result %+v, %v, %d turns; want a failure without a turn", result, err, len(r.entries))
		}
	}
}

// reading is a store in which items are sweep.
type reading struct {
	sweep.Store

	entries []sweep.DueEntry
}

func (r reading) DueShards() int { return 1 }

func (r reading) ReadDue(context.Context, int, time.Time, string, int) ([]sweep.DueEntry, string, error) {
	return r.entries, "", nil
}
